/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A process: one supervised command, from its start to the moment when nothing
 * of it matters any more.
 *
 * It is over when the command itself has exited and its output is at its end,
 * or the leak timeout has passed since; never only by the end of the output.
 * What it has left running then has leaked.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include "pty.h"
#include "shim.h"
#include "stdin_buffer.h"
#include "supervisor.h"

#include <subunit2/view.h>

enum process_stream {
	PROCESS_STDOUT,
	PROCESS_STDERR,
};

enum process_leaked {
	PROCESS_KEEP, /* what was left goes on running */
	PROCESS_KILL,
};

struct process_options {
	char *const *argv;
	char *const *envp;
	const char *cwd;                   /* NULL: this program's */
	int stdin_fd;                      /* stays the caller's; -1: /dev/null */
	struct stdin_buffer *stdin_buffer; /* is standard input instead; NULL: none */
	/* A terminal in place of all three, which has to be supplied; what is written there is
	 * told as PROCESS_STDOUT. NULL: none. */
	const struct pty_options *pty;
	bool remote_client; /* it brings a command from elsewhere that ends when its input does */
	bool inherit;       /* this program's session, group and terminal, not its own */
	bool merge;         /* one pipe for both streams, told as PROCESS_STDOUT */
	int pipe_size;      /* bytes that stdout's pipe should hold; 0: the system's default */
	int64_t timeout_ns; /* 0: none */
	int64_t grace_ns;   /* between the polite signal and SIGKILL */
	int64_t leak_ns;    /* the leak timeout */
	enum process_leaked leaked;
	struct jobserver_loan *loan; /* as in shim_message.h */
};

struct process_result {
	struct spawn_failure failure; /* errnum 0: the command ran */
	bool exited;                  /* false: how it ended is not known */
	int status;                   /* its wait status */
	bool timed_out;
	int ended_by; /* what process_end was given; 0: it was not called */
	bool leaked;
	int read_errnum;    /* why not all of its output was read; 0: all was */
	bool lost;          /* its shim was killed */
	char *leaked_names; /* leaked: "sleep (812), sh (813)"; NULL: nothing to name */
	char *survivors;    /* the same for what could not be killed */
};

struct process_handler {
	/* In the order in which it was seen; a piece of stdout comes after all that was
	 * written to stderr before the piece's end. */
	void (*output)(void *context, enum process_stream stream, struct subunit2_view bytes);
	/* The last call. The result lives until process_free, which may be called here. */
	void (*over)(void *context, const struct process_result *test_result);
};

/*
 * What OPTIONS and HANDLER point to outlives the process. NULL with errno when
 * the system has no pipe or no process left.
 */
struct process *process_start(struct supervisor *supervisor, const struct process_options *options,
                              const struct process_handler *handler, void *context);
/* When it is over. */
void process_free(struct process *process);

/* The escalation: SIGNO and SIGCONT, the grace, SIGKILL, to the whole tree; only
 * the last two when REACHED it already (from the terminal). The first call counts.
 * Where only the end of its output is waited for, that is over.
 * A courier is REACHED by the end of its input: it has the grace, and a little more
 * for the way, before the escalation, with SIGTERM, begins. */
void process_end(struct process *process, int signo, bool reached);
/* SIGKILL now; for a courier that was reached, the escalation: killed, it would leave
 * its command alone. */
void process_kill(struct process *process);

#endif
