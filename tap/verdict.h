/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The verdict on the TAP of a script. Its reason consists of clauses, which are collected as the
 * faults come.
 */
#ifndef TAP_VERDICT_H
#define TAP_VERDICT_H

#include "tests.h"

#define TAP_REASON_MAX 4096 /* bytes of the reason */

/* All zeroes to begin with. */
struct tap_judge {
	struct tap_verdict verdict;               /* complete after on_eof */
	struct tap_buffer bail_out, faults, skip; /* the clauses; one of them becomes the reason */
	/* Faults of open subtests, each with a NUL; dropped if the line of the subtest is TODO. */
	struct tap_buffer open_faults;
	char reason[TAP_REASON_MAX];
};

void tap_verdict_free(struct tap_judge *judge);

/* All return SUBUNIT2_E_OK or SUBUNIT2_E_NO_MEMORY. */

/* Notes that a level was opened. */
void tap_verdict_on_open(const struct tap_judge *judge, struct tap_tests *tests);

/* Adds FAULT, one of the newest level, unless failures there are expected. */
int tap_verdict_on_fault(struct tap_judge *judge, struct tap_tests *tests, struct tap_bytes fault);

/* Notes that the newest level is about to be closed. TODO: its faults are expected. */
int tap_verdict_on_close(struct tap_judge *judge, struct tap_tests *tests, bool todo);

/* Adds a bail-out, and why; only the first one counts. */
int tap_verdict_on_bail_out(struct tap_judge *judge, struct tap_tests *tests, struct tap_bytes why);

/* Notes that the plan skips all tests, and WHY, which may be empty. */
int tap_verdict_on_skip_all(struct tap_judge *judge, struct tap_tests *tests, struct tap_bytes why);

/* Completes the verdict. SEEN: there was TAP. */
int tap_verdict_on_eof(struct tap_judge *judge, struct tap_tests *tests, bool seen);

#endif
