/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A job: one attempt at one test. Its command runs as a supervised process, its output becomes
 * events at once, and at the end there is an outcome.
 */
#ifndef TEST_JOB_H
#define TEST_JOB_H

#include "outcome.h"
#include "packet_fifo.h"

struct tty_proxy;
struct regex;

struct job_options {
	struct process_options process;
	bool stdin_stream;       /* standard input is a buffer that a stdin router fills */
	bool stdin_typed;        /* with STDIN_STREAM: the user types the input; see attach.h */
	struct pty_options pty;  /* process.pty points here, or is NULL */
	struct tty_proxy *proxy; /* lends the terminal here to the command, which has a pty; NULL:
	                            it is not lent */
	struct subunit2_view id;
	enum capture_format from;
	bool strict;
	bool automake;     /* TAP's directives are read as automake's tap-driver.sh does */
	bool timeout_auto; /* the timeout follows from earlier runs */
	bool any_line;     /* a line of TAP's form is enough evidence: it is a *.t script */
	struct outcome_rules rules;
	const struct packet_fifo *fifo; /* its packets belong to the test; NULL: without */
	/* Called with the command's output before it becomes events. NULL: never. */
	void (*copy)(void *context, enum process_stream stream, struct subunit2_view bytes);
	void *copy_context;
	struct regex *until; /* a line that matches ends the command; NULL: without */
	uint64_t max_output; /* bytes; a command that writes more is ended; 0: no limit */
};

/* Returns the buffer for the standard input of the jobs of one place, to be put into their process;
 * NULL if OPTIONS need none. FOLDER as for stdin_buffer_new. */
struct stdin_buffer *test_job_new_stdin_buffer(const struct job_options *options,
                                               struct event_loop *loop, const char *folder);

struct test_job_end {
	struct outcome outcome;              /* released with the job */
	bool matched;                        /* a line matched UNTIL */
	const struct process_result *result; /* NULL: there was no process */
};

struct test_job;

/*
 * Starts a job. Events go to SINK, except the first and the last one of the test, which the caller
 * sends (outcome_emit_start, outcome_emit). If SINK returns an error, the command is stopped as
 * with test_job_stop. OVER is the last call; it comes after test_job_start has returned, and may
 * free the job. All arguments outlive the job. Never NULL.
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
