/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Judges the output of a TAP test line by line, with the results that automake's tap-driver.sh
 * gives: an error for a missing, repeated or wrong plan, for a bail-out, for an exit status
 * other than 0, and for an assertion out of order.
 *
 * It is independent of the TAP reader in tap/, which turns the same output into events and
 * knows subtests, YAML and KTAP; tap-driver.sh does not. Source: the automake manual, "Using the
 * TAP test protocol", and the behaviour of automake 1.16.
 */
#ifndef AUTOMAKE_TAP_H
#define AUTOMAKE_TAP_H

#include "automake_trs.h"
#include "buffer.h"

#include <stdint.h>

enum automake_tap_plan {
	AUTOMAKE_TAP_NO_PLAN,
	AUTOMAKE_TAP_EARLY_PLAN, /* it came before the first assertion */
	AUTOMAKE_TAP_LATE_PLAN,
};

struct automake_tap {
	/* Set by the caller. */
	struct automake_trs *trs; /* gets the results */
	FILE *copy;               /* NULL, or gets every line before its result */
	bool expect_failure;      /* "ok" is XPASS, and "not ok" is XFAIL */
	bool ignore_exit;         /* the exit status does not matter */
	bool comments;            /* comments are printed, too */
	const char *diagnostic;   /* begins a comment; never NULL */

	/* All zeroes to begin with. */
	struct buffer line; /* a line that has not ended yet, or its beginning */
	bool cut;           /* LINE is at its limit; the rest of the line is only copied */
	enum automake_tap_plan plan;
	uint64_t planned, tests; /* assertions */
	bool bailed_out;         /* no line counts any more */
	struct buffer errors;    /* the errors of the whole test, one a line */
};

/* Reads more of the test's output. */
void automake_tap_feed(struct automake_tap *tap, struct subunit2_view bytes);

/* Ends the output of a test whose exit STATUS is as a shell has it: 128 + N for signal N. */
void automake_tap_end(struct automake_tap *tap, int status);

void automake_tap_clear(struct automake_tap *tap);

#endif
