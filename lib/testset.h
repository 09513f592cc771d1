/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A set of open tests with eight bytes for each: the hash of (test id, routing code), and flags.
 * Ids are not kept. Among a million open tests, the chance that two are taken for one is one in
 * nine million.
 */
#ifndef TESTSET_H
#define TESTSET_H

#include "private/keyed_hash.h"

#include <subunit2/event.h>

enum testset_flags {
	TESTSET_BEGAN = 1, /* has started; without it, the test was only listed */
	TESTSET_RUNNABLE = 2,
	TESTSET_FLAGS = TESTSET_BEGAN | TESTSET_RUNNABLE,
};

struct testset {
	struct keyed_hash_key key;
	uint64_t *slots;    /* the hash of a test with its flags in the lowest bits; 0: empty */
	size_t used, count; /* of SLOTS: used, allocated (a power of two) */
};

/* Return false if memory is short. Release with testset_clear. */
bool testset_init(struct testset *set);
void testset_clear(struct testset *set);

/* Add FLAGS to those of the event's test. Return false if memory is short. */
bool testset_add(struct testset *set, const struct subunit2_event *event, unsigned flags);

/* Remove the event's test and return its flags; 0 if it is not in the set. */
unsigned testset_take(struct testset *set, const struct subunit2_event *event);

#endif
