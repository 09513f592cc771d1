/*
 * Ids that were given out, and by which suite of a file: of each only a hash is kept.
 */
#ifndef GIVEN_H
#define GIVEN_H

#include <subunit2/hash.h>

struct given {
	struct subunit2_hash_key key;
	struct given_slot {
		uint64_t hash;  /* of the id */
		uint64_t suite; /* from 1; 0: the slot is free */
	} * slots;
	size_t size, count; /* a power of two; at most half are used */
};

/* Allocates nothing. */
void given_init(struct given *given);
void given_clear(struct given *given);

/* Gives ID to SUITE, a number from 1. False when another suite has it. */
bool given_take(struct given *given, struct subunit2_view id, uint64_t suite);

#endif
