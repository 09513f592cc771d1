/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A job: one attempt at one test. Its command runs as a supervised process, its
 * output becomes events as it comes, and in the end there is an outcome.
 */
#ifndef TEST_JOB_H
#define TEST_JOB_H

#include "outcome.h"
#include "packet_fifo.h"

struct console;
struct pattern;

struct job_options {
	struct process_options process;
	bool stdin_stream;       /* standard input is the supply that an intake fills */
	struct pty_options pty;  /* where process.pty points to, if anywhere */
	struct console *console; /* is lent to the command, which has a pty then; NULL: none */
	struct subunit2_view id;
	enum capture_format from;
	bool strict;
	bool automake; /* TAP's directives are read as automake's tap-driver.sh does */
	bool any_line; /* a line of TAP's form is enough evidence: it is a *.t script */
	struct outcome_rules rules;
	const struct channel *channel; /* what comes by it belongs to the test; NULL: none */
	/* Takes what the command writes, as it is, before it becomes events; NULL: nobody. */
	void (*copy)(void *context, enum process_stream stream, struct subunit2_view bytes);
	void *copy_context;
	struct pattern *until; /* ends the command when a line matches; NULL: none */
	uint64_t max_output;   /* bytes; a command that writes more is ended; 0: no limit */
};

/* What feeds the jobs of one place, as OPTIONS have it, to be put into their
 * process; NULL: nothing needs to. FOLDER as for supply_new. */
struct supply *job_supply(const struct job_options *options, struct loop *loop, const char *folder);

struct job_end {
	struct outcome outcome;              /* released with the job */
	bool enough;                         /* what was waited for came */
	const struct process_result *result; /* NULL: there was no process */
};

struct job;

/*
 * Events go to SINK, but for the first and the last of the test, which are the
 * caller's (outcome_tell_start, outcome_tell). When SINK returns an error the
 * tree is stopped as with job_stop. OVER is the last call, never made before
 * job_start has returned; the job may be freed in it. Whatever is handed over
 * outlives the job. Never NULL.
 */
struct job *job_start(struct supervisor *supervisor, const struct job_options *options,
                      struct subunit2_sink *sink,
                      void (*over)(void *context, const struct job_end *end), void *context);
void job_free(struct job *job);

/* As process_end and process_kill; nothing happens when there is no process, or JOB is NULL. */
void job_stop(struct job *job, int signo, bool reached);
void job_kill(struct job *job);

#endif
