/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Test::More's failures, as it explains them on stderr:
 *
 *     #   Failed test 'it adds'
 *     #   at t/sum.t line 5.
 *     #          got: '3'
 *     #     expected: '4'
 *
 * Each belongs to the first failure that comes with the name that is quoted, or without
 * a name if it quotes none ("Failed test at t/sum.t line 5."). The oldest are dropped when there
 * are too many.
 */
#ifndef TAP_FAILURES_H
#define TAP_FAILURES_H

#include "buffer.h"

#define TAP_FAILURES_MAX 65536    /* bytes of explanations that wait */
#define TAP_FAILURE_LINE_MAX 4096 /* the rest of a longer line is left out */

/* All zeroes to begin with. */
struct tap_failures {
	struct tap_buffer waiting; /* of each: a head, its name, its lines */
	bool open;                 /* the newest line belongs to a failure */
	struct tap_buffer name;    /* of that failure */
	size_t entry;              /* where it stands; SIZE_MAX: it was taken meanwhile */
	struct tap_buffer line;    /* not complete yet */
};

/* Returns false if memory is short. */
bool tap_failures_feed(struct tap_failures *failures, struct tap_bytes bytes);

/* Moves the oldest explanation for NAME to the end of TEXT; if MORE, only further lines of the one
 * that was taken last. Sets *FOUND to whether there was one. Returns false if memory is short. */
bool tap_failures_take(struct tap_failures *failures, struct tap_bytes name, bool more,
                       struct tap_buffer *text, bool *found);

void tap_failures_free(struct tap_failures *failures);

#endif
