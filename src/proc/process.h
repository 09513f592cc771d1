/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A process: one supervised command, with its tree and its output.
 *
 * It is over when the command itself has exited and its output is at its end, or when the leak
 * timeout has passed since the exit. The end of the output alone does not end it. Processes of its
 * tree that still run then have leaked.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include "process_output.h"
#include "pty.h"
#include "shim.h"
#include "stdin_buffer.h"
#include "supervisor.h"

#include <subunit2/view.h>

/* The treatment of leaked processes. */
enum process_leaked {
	PROCESS_KEEP, /* let them run */
	PROCESS_KILL,
};

struct process_options {
	char *const *argv;
	char *const *envp;
	const char *cwd;                   /* NULL: the directory of this program */
	int stdin_fd;                      /* stays the caller's; -1: /dev/null */
	struct stdin_buffer *stdin_buffer; /* is standard input instead of STDIN_FD; or NULL */
	/* A terminal as all three standard descriptors; needs STDIN_BUFFER. Its output is delivered
	 * as PROCESS_STDOUT. NULL: no terminal. */
	const struct pty_options *pty;
	bool remote_client; /* runs a command on another machine, and ends when its input does */
	bool inherit;       /* stays in the session and the group, and on the terminal, of this
	                       program */
	bool keep_ignored;  /* the command ignores the signals that the caller of this program
	                       ignored; else all signals have their default actions */
	bool merge;         /* one pipe for both streams, delivered as PROCESS_STDOUT */
	int pipe_size;      /* wanted size of stdout's pipe, in bytes; 0: the system's default */
	int64_t timeout_ns; /* 0: no timeout */
	int64_t silence_ns; /* the longest time without output; 0: no limit */
	int64_t grace_ns;   /* between the first signal and SIGKILL */
	int64_t leak_ns;    /* the leak timeout */
	enum process_leaked leaked;
	struct jobserver_loan *loan; /* as in shim_message.h */
};

struct process_result {
	struct spawn_failure failure; /* errnum 0: the command was started */
	char *failure_reason;         /* the file at fault, and the error; see spawn_reason.h */
	bool exited;                  /* false: its wait status is unknown */
	int status;                   /* its wait status */
	bool timed_out;
	bool silent;  /* it timed out because it wrote nothing */
	int ended_by; /* the signal given to process_end; 0: process_end was not called */
	bool leaked;
	int read_errnum;    /* of a failed read, after which output is missing; 0: no read failed */
	bool lost;          /* its shim was killed */
	char *leaked_names; /* "sleep (812), sh (813)"; NULL: no process has a name */
	char *survivors;    /* the same, of the processes that could not be killed */
};

struct process_handler {
	/* Called in the order of reading. All that was written to stderr before the end of a piece
	 * of stdout is delivered before that piece. */
	void (*output)(void *context, enum process_stream stream, struct subunit2_view bytes);
	/* The last call. The result is valid until process_free, which may be called here. */
	void (*over)(void *context, const struct process_result *result);
};

/*
 * Starts a command. OPTIONS, its pointers and HANDLER must outlive the process. Returns NULL with
 * errno if the system is out of pipes or processes. A command that cannot be executed is a result.
 */
struct process *process_start(struct supervisor *supervisor, const struct process_options *options,
                              const struct process_handler *handler, void *context);

/* To be called when the process is over, or from then on. NULL is allowed. */
void process_free(struct process *process);

/*
 * Ends the whole tree: SIGNO and SIGCONT, the grace, SIGKILL. If the tree has REACHED the signal
 * already (^C on the terminal), only the grace and SIGKILL. Only the first call has an effect; it
 * also ends the wait for output of a command that has exited.
 * REACHED for a remote client means that its input has ended: it gets the grace and one second
 * more, then the escalation with SIGTERM begins.
 */
void process_end(struct process *process, int signo, bool reached);

/* Sends SIGKILL now. To a remote client whose input has ended, it sends the escalation instead:
 * SIGKILL would leave the command on the other machine running. */
void process_kill(struct process *process);

#endif
