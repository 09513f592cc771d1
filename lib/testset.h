/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A set of open tests, in eight bytes each: the hash of (test id, routing code)
 * and what is known of the test. Ids are not kept; of a million open tests two
 * are taken for one with a chance of one in nine million.
 */
#ifndef TESTSET_H
#define TESTSET_H

#include "private/keyed_hash.h"

#include <subunit2/event.h>

enum testset_flags {
	TESTSET_BEGAN = 1, /* else it was only said to exist */
	TESTSET_RUNNABLE = 2,
	TESTSET_FLAGS = TESTSET_BEGAN | TESTSET_RUNNABLE,
};

struct testset {
	struct keyed_hash_key key;
	uint64_t *slots;    /* a test's hash with its flags in the lowest bits; 0: empty */
	size_t used, count; /* slots; count is a power of two */
};

/* False when memory is short. */
bool testset_init(struct testset *set);
void testset_clear(struct testset *set);

/* Adds FLAGS to those of the event's test. False when memory is short. */
bool testset_add(struct testset *set, const struct subunit2_event *event, unsigned flags);

/* Takes the event's test out and returns its flags; 0 when it is not there. */
unsigned testset_take(struct testset *set, const struct subunit2_event *event);

#endif
