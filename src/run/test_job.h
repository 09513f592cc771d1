/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A job: one attempt at one test. Its command runs as a supervised process, its
 * output becomes events as it comes, and in the end there is an outcome.
 */
#ifndef TEST_JOB_H
#define TEST_JOB_H

#include "outcome.h"
#include "packet_fifo.h"

struct tty_proxy;
struct regex;

struct job_options {
	struct process_options process;
	bool stdin_stream;       /* standard input is the supply that an intake fills */
	struct pty_options pty;  /* where process.pty points to, if anywhere */
	struct tty_proxy *proxy; /* is lent to the command, which has a pty then; NULL: none */
	struct subunit2_view id;
	enum output_capture_format from;
	bool strict;
	bool automake;     /* TAP's directives are read as automake's tap-driver.sh does */
	bool timeout_auto; /* the timeout follows from earlier runs */
	bool any_line;     /* a line of TAP's form is enough evidence: it is a *.t script */
	struct outcome_rules rules;
	const struct packet_fifo *fifo; /* its packets belong to the test; or NULL */
	/* Called with the unchanged output of the command, before it becomes events; or NULL. */
	void (*copy)(void *context, enum process_stream stream, struct subunit2_view bytes);
	void *copy_context;
	struct regex *until; /* ends the command when a line matches; NULL: none */
	uint64_t max_output; /* bytes; a command that writes more is ended; 0: no limit */
};

/* What feeds the jobs of one place, as OPTIONS have it, to be put into their
 * process; NULL: nothing needs to. FOLDER as for stdin_buffer_new. */
struct stdin_buffer *test_job_new_stdin_buffer(const struct job_options *options,
                                               struct event_loop *loop, const char *folder);

struct test_job_end {
	struct outcome outcome;              /* released with the job */
	bool matched;                        /* the output that was waited for came */
	const struct process_result *result; /* NULL: there was no process */
};

struct test_job;

/*
 * Events go to SINK, but for the first and the last of the test, which are the
 * caller's (outcome_emit_start, outcome_emit). When SINK returns an error the
 * tree is stopped as with test_job_stop. OVER is the last call, never made before
 * test_job_start has returned; the job may be freed in it. All arguments
 * must outlive the job. Never returns NULL.
 */
struct test_job *test_job_start(struct supervisor *supervisor, const struct job_options *options,
                                struct subunit2_sink *sink,
                                void (*over)(void *context, const struct test_job_end *end),
                                void *context);
void test_job_free(struct test_job *job);

/* As process_end and process_kill; nothing happens when there is no process, or JOB is NULL. */
void test_job_stop(struct test_job *job, int signo, bool reached);
void test_job_kill(struct test_job *job);

#endif
