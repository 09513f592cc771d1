/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The outcome: how a test ended, out of how its command ended and what its
 * output says; and the event that tells it.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "output_capture.h"

#define OUTCOME_NO_SKIP (-1)

struct outcome_rules {
	int skip_exit;       /* the exit status that means skip; OUTCOME_NO_SKIP: none does */
	bool expect_fail;    /* fail is xfail, success is uxsuccess */
	bool ignore_exit;    /* of a command that writes TAP */
	bool relay;          /* the command only passes on the stream of another wrap: its final
	                        status for the test is the outcome, and must come */
	bool leaked_fails;   /* a leaked process is a failure */
	int64_t timeout_ns;  /* for the reason */
	int64_t longest_ns;  /* from which the timeout was computed; 0: it was given */
	int64_t silence_ns;  /* for the reason */
	uint64_t max_output; /* the same */
};

struct outcome {
	enum subunit2_status status; /* a final one */
	bool leaked;
	bool flaky;          /* an attempt before it ended the other way */
	bool infrastructure; /* it is not the test that failed */
	bool error;          /* the test could not give a result; tagged so */
	bool bailed_out;     /* by its TAP: nothing more is to be run */
	char *reason;        /* lines without the last newline, valid in a packet; or NULL */
};

/* The state of the output: the match that was waited for (see output_match.h), and the size. */
enum outcome_wait {
	OUTCOME_NO_WAIT,
	OUTCOME_NO_MATCH,
	OUTCOME_MATCHED,    /* it came, and the command was ended for it: how does not matter */
	OUTCOME_OVER_LIMIT, /* more than it may be, and the command was ended for it */
};

/* Released with outcome_clear. */
void outcome_decide(struct outcome *outcome, const struct outcome_rules *rules,
                    const struct process_result *result, enum outcome_wait wait,
                    const struct output_capture_verdict *verdict);
/* There was no process to begin with. */
void outcome_decide_unstarted(struct outcome *outcome, int errnum);
/* The reason has one line more. */
void outcome_add_reason(struct outcome *outcome, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Makes the outcome a failure, and adds a line to the reason. */
void outcome_fail(struct outcome *outcome, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void outcome_clear(struct outcome *outcome);

/* The first event of a test, and the last one. */
enum subunit2_result outcome_emit_start(struct subunit2_sink *sink, struct subunit2_view id,
                                        struct subunit2_error *error);
enum subunit2_result outcome_emit(const struct outcome *outcome, struct subunit2_sink *sink,
                                  struct subunit2_view id, struct subunit2_error *error);

#endif
