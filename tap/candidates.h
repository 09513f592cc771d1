/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Lines that are TAP if the output turns out to be, and the text between them.
 *
 * They wait until enough evidence has come. What waits for too long is shown as text;
 * of it only the candidates stay, and still count.
 */
#ifndef TAP_CANDIDATES_H
#define TAP_CANDIDATES_H

#include "evidence.h"
#include "fact.h"

#define TAP_CANDIDATES_MAX 65536 /* bytes */

struct tap_candidates {
	struct tap_evidence evidence;
	size_t len, emitted; /* bytes that are kept, and of them the first that were told */
	char data[TAP_CANDIDATES_MAX];
};

void tap_candidates_init(struct tap_candidates *candidates, bool any_line);

/* True if some wait to be told; text that follows has to wait, too. */
static inline bool
tap_candidates_wait(const struct tap_candidates *candidates)
{
	return candidates->len > candidates->emitted;
}

/* Adds BYTES. If there is no room for them, all are told first; if there still is none,
 * *ADDED becomes false. */
int tap_candidates_add(struct tap_candidates *candidates, struct tap_bytes bytes, bool *added,
                       tap_fact_function *emit, void *context);

/* Tells as text what was not told yet, and drops all but the lines that may be TAP. */
int tap_candidates_tell(struct tap_candidates *candidates, tap_fact_function *emit, void *context);

#endif
