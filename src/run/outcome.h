/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The outcome: how a test ended, decided from the end of its command and from its output; and
 * the event that reports it.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "output_capture.h"

#define OUTCOME_NO_SKIP (-1)

/* The reason of a test that --max-time ends. */
#define OUTCOME_OVER_TIME "ended: the run took longer than --max-time"
/* The start of the reason of a test that a signal ends; the name of the signal follows. */
#define OUTCOME_INTERRUPTED "interrupted by "
/* The reason of a test that was not started before a signal ended the run. */
#define OUTCOME_NOT_RUN "not run: the run was interrupted"

struct outcome_rules {
	int skip_exit;       /* the exit status that means skip, or OUTCOME_NO_SKIP */
	bool expect_fail;    /* fail is xfail, success is uxsuccess */
	bool ignore_exit;    /* of a command that writes TAP */
	bool relay;          /* the command passes on the stream of another wrap, whose final status
	                        is the outcome; without one, the outcome is a failure */
	bool leaked_fails;   /* a command that leaves processes fails */
	int64_t timeout_ns;  /* for the reason */
	int64_t longest_ns;  /* from which the timeout was computed; 0: it was given */
	int64_t silence_ns;  /* for the reason */
	uint64_t max_output; /* the same */
	bool over_time;      /* a signal that ends the command comes from --max-time */
};

struct outcome {
	enum subunit2_status status; /* a final one */
	bool leaked;
	bool flaky;          /* an earlier attempt ended the other way */
	bool infrastructure; /* the failure is not the test's */
	bool error;          /* the test could not give a result; tagged so */
	bool interrupted;    /* a signal or --max-time ended the test */
	bool bailed_out;     /* its TAP has "Bail out!": no further test is started */
	char *reason; /* lines without the last newline, fit for a packet; NULL: without one */
};

/* The result of comparing the output with --until (see output_match.h) and --max-output. */
enum outcome_wait {
	OUTCOME_NO_WAIT,
	OUTCOME_NO_MATCH,
	OUTCOME_MATCHED,    /* a line matched, and the command was ended: its exit status does not
	                       count */
	OUTCOME_OVER_LIMIT, /* there was too much output, and the command was ended */
};

/* Returns whether REASON, of a failure that another run of this program reports, says that the test
 * did not run, or did not end by itself. Such a failure is never an expected one. */
bool outcome_was_disturbed(struct subunit2_view reason);

/* Released with outcome_clear. */
void outcome_decide(struct outcome *outcome, const struct outcome_rules *rules,
                    const struct process_result *result, enum outcome_wait wait,
                    const struct output_capture_verdict *verdict);
/* Decides for a command that could not be started. */
void outcome_decide_unstarted(struct outcome *outcome, int errnum);
/* Adds a line to the reason. */
void outcome_add_reason(struct outcome *outcome, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Makes it a failure, and adds a line to the reason. */
void outcome_fail(struct outcome *outcome, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds that it took longer than TIMEOUT_NS. LONGEST_NS as in the rules. */
void outcome_add_timeout(struct outcome *outcome, int64_t timeout_ns, int64_t longest_ns);
/* Adds the reason that SIGNO, or --max-time if OVER_TIME, ended the test. */
void outcome_add_interruption(struct outcome *outcome, int signo, bool over_time);
void outcome_clear(struct outcome *outcome);

/* Attaches REASON, which outlives EVENT, as the file that says why its status is what it is. */
void outcome_attach_reason(struct subunit2_event *event, const char *reason);
/* Send the first event of a test, and the last one. */
enum subunit2_result outcome_emit_start(struct subunit2_sink *sink, struct subunit2_view id,
                                        struct subunit2_error *error);
enum subunit2_result outcome_emit(const struct outcome *outcome, struct subunit2_sink *sink,
                                  struct subunit2_view id, struct subunit2_error *error);

#endif
