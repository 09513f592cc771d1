/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Candidates: lines that are TAP if the whole output turns out to be TAP, and the text between
 * them.
 *
 * They wait until there is enough evidence. If that takes too long, all bytes are emitted as text,
 * but the candidates are kept: they become results if the evidence comes. If a candidate has no
 * room here, it is emitted as text; if the output then turns out to be TAP, that is a fault.
 */
#ifndef TAP_CANDIDATES_H
#define TAP_CANDIDATES_H

#include "evidence.h"
#include "fact.h"

#define TAP_CANDIDATES_MAX 65536 /* bytes */

struct tap_candidates {
	struct tap_evidence evidence;
	bool lost;           /* there was no room for a candidate */
	size_t len, emitted; /* bytes that are kept; the first of them that were emitted */
	char data[TAP_CANDIDATES_MAX];
};

void tap_candidates_init(struct tap_candidates *candidates, bool any_line);

/* Returns whether some were not emitted; text that follows has to wait, too. */
static inline bool
tap_candidates_wait(const struct tap_candidates *candidates)
{
	return candidates->len > candidates->emitted;
}

/* Adds BYTES. Returns false if there is no room for them. */
bool tap_candidates_add(struct tap_candidates *candidates, struct tap_bytes bytes);

/* Emits the bytes that were not emitted yet as text, and drops all lines but those that may be TAP.
 * To be called only while tap_candidates_wait returns true. */
int tap_candidates_emit(struct tap_candidates *candidates, tap_fact_function *emit, void *context);

#endif
