/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A trial: one script of a run, through as many attempts as it is given, to one
 * final status.
 *
 * The first event is inprogress and the last the final status; all between are
 * the last attempt's. Where there can be several attempts, an attempt's events
 * are held until it is known to be the last; what another one reported is
 * attached to the test as the file "attempt-N".
 */
#ifndef ATTEMPTS_H
#define ATTEMPTS_H

#include "executor.h"
#include "instances.h"
#include "script.h"
#include "selection.h"
#include "test_job.h"
#include "workspace.h"

/* The same for all trials of a run. */
struct attempts_rules {
	struct job_options job; /* its id, command, environment and token are set by the trial */
	const struct script_options *scripts;
	const struct string_list *arguments; /* after every script */
	const struct string_list *environment;
	const struct string_list *expected; /* ids that are expected to fail; sorted */
	const char *tmp_parent;             /* of private folders */
	bool keep_tmp;                      /* of attempts that end badly */
	unsigned retries;                   /* after a failure */
	unsigned repeat;                    /* how often it has to pass; at least 1 */
	const struct executor *executor;    /* NULL: scripts run here */
	const struct instances *instances;
	struct executor_place elsewhere;
};

struct attempts_place {
	unsigned slot;
	struct jobserver_loan *loan;       /* as in shim_message.h */
	struct stdin_buffer *stdin_buffer; /* of standard input; NULL: none */
	struct workspace *workspace;
	struct cleaner *cleaner; /* of the workspace's folder */
};

struct attempts_end {
	enum subunit2_status status;
	bool bailed_out;
};

struct attempts;

/*
 * Events go to SINK, which gives them times and routes. OVER is the last call,
 * and never made before attempts_start has returned; the trial may be freed in it.
 * All arguments must outlive the attempts, except CHOICE, PLACE, and SCRIPT, of which the
 * strings must.
 */
struct attempts *attempts_start(struct supervisor *supervisor, const struct attempts_rules *rules,
                                const struct script *script, const struct choice *choice,
                                const struct attempts_place *place, struct subunit2_sink *sink,
                                void (*over)(void *context, const struct attempts_end *end),
                                void *context);
void attempts_free(struct attempts *attempts);

/* No further attempt, and the one that runs is ended, or killed. */
void attempts_stop(struct attempts *attempts, int signo, bool reached);
void attempts_kill(struct attempts *attempts);

const char *attempts_id(const struct attempts *attempts);
int64_t attempts_start_ns(const struct attempts *attempts); /* by the loop's clock */

#endif
