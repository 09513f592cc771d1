/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Attempts: runs one script of a run, up to as many times as allowed, to one final status.
 *
 * The first event is inprogress and the last one the final status; all events between them are
 * the last attempt's. If several attempts are allowed, the events of an attempt are held until
 * it is known to be the last; the report of another one is attached as the file "attempt-N".
 */
#ifndef ATTEMPTS_H
#define ATTEMPTS_H

#include "attach.h"
#include "executor.h"
#include "instances.h"
#include "script.h"
#include "selection.h"
#include "test_job.h"
#include "workspace.h"

/* The same for all scripts of a run. */
struct attempts_rules {
	struct job_options job; /* without id, command, environment and token */
	const struct script_options *scripts;
	const struct string_list *arguments; /* of every script */
	const struct string_list *environment;
	const struct string_list *expected; /* ids that are expected to fail; sorted */
	const char *tmp_parent;             /* of private folders */
	bool keep_tmp;                      /* of attempts that fail */
	unsigned retries;                   /* after a failure */
	unsigned repeat;                    /* runs that have to pass; at least 1 */
	const struct executor *executor;    /* NULL: scripts run on this machine */
	const struct instances *instances;
	struct executor_place elsewhere;
};

struct attempts_place {
	unsigned slot;
	struct jobserver_loan *loan;       /* as in shim_message.h */
	struct stdin_buffer *stdin_buffer; /* of standard input; NULL: none */
	struct workspace *workspace;
	struct cleaner *cleaner;    /* of the workspace's folder */
	struct attach_test *attach; /* gets the output; NULL: without */
};

struct attempts_end {
	enum subunit2_status status;
	bool bailed_out;
};

struct attempts;

/*
 * Starts the first attempt. Events go to SINK, which gives them times and routes. OVER is called
 * last, after attempts_start has returned, and may free the attempts. The arguments outlive the
 * attempts, except CHOICE, PLACE and SCRIPT, of which only the strings do.
 */
struct attempts *attempts_start(struct supervisor *supervisor, const struct attempts_rules *rules,
                                const struct script *script, const struct choice *choice,
                                const struct attempts_place *place, struct subunit2_sink *sink,
                                void (*over)(void *context, const struct attempts_end *end),
                                void *context);
void attempts_free(struct attempts *attempts);

/* Starts no further attempt, and ends, or kills, the one that runs. OVER_TIME: --max-time is why.
 */
void attempts_stop(struct attempts *attempts, int signo, bool reached, bool over_time);
void attempts_kill(struct attempts *attempts);

const char *attempts_id(const struct attempts *attempts);
int64_t attempts_start_ns(const struct attempts *attempts); /* by the loop's clock */

#endif
