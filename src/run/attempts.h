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
struct trial_rules {
	struct job_options job; /* its id, command, environment and token are set by the trial */
	const struct script_options *scripts;
	const struct strings *arguments; /* behind every script */
	const struct strings *environment;
	const struct strings *expected;  /* ids that are expected to fail; sorted */
	const char *tmp_parent;          /* of private folders */
	bool keep_tmp;                   /* of attempts that end badly */
	unsigned retries;                /* after a failure */
	unsigned repeat;                 /* how often it has to pass; at least 1 */
	const struct executor *executor; /* NULL: scripts run here */
	const struct instances *instances;
	struct executor_place elsewhere;
};

struct trial_place {
	unsigned slot;
	struct jobserver_loan *loan; /* as in shim_message.h */
	struct supply *supply;       /* of standard input; NULL: none */
	struct workspace *workspace;
	struct cleaner *cleaner; /* of the workspace's folder */
};

struct trial_end {
	enum subunit2_status status;
	bool bailed_out;
};

struct trial;

/*
 * Events go to SINK, which gives them times and routes. OVER is the last call,
 * and never made before trial_start has returned; the trial may be freed in it.
 * What is handed over outlives the trial, but for SCRIPT, whose strings do, CHOICE
 * and PLACE.
 */
struct trial *trial_start(struct supervisor *supervisor, const struct trial_rules *rules,
                          const struct script *script, const struct choice *choice,
                          const struct trial_place *place, struct subunit2_sink *sink,
                          void (*over)(void *context, const struct trial_end *end), void *context);
void trial_free(struct trial *trial);

/* No further attempt, and the one that runs is ended, or killed. */
void trial_stop(struct trial *trial, int signo, bool reached);
void trial_kill(struct trial *trial);

const char *trial_id(const struct trial *trial);
int64_t trial_began_ns(const struct trial *trial); /* by the loop's clock */

#endif
