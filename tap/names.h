/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Names that were used: tells repeated ones apart with " (2)", " (3)" and so on.
 *
 * Only 64-bit hashes under a random key are kept, in a table with open
 * addressing: at most 24 bytes a distinct name, also while it grows, and half a megabyte. For some
 * names that were repeated lately, the last number is kept; for others, it is searched.
 */
#ifndef TAP_NAMES_H
#define TAP_NAMES_H

#include "keyed_hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAP_REPEATS 64

/* A name that was repeated. */
struct tap_repeat {
	uint64_t base;   /* the hash of the name without a suffix */
	uint64_t number; /* in the last suffix; 0: the entry is free */
};

struct tap_names {
	uint64_t *slots; /* hashes, in their order; 0: free */
	size_t size, count;
	struct keyed_hash_key key;
	struct tap_repeat repeats[TAP_REPEATS]; /* each name has one place: see names.c */
};

/* Allocates nothing. */
void tap_names_init(struct tap_names *names);
void tap_names_clear(struct tap_names *names);

/* The hash of NAME, for take; never 0. Where it will be looked for comes closer
 * meanwhile, so ask as early as you can. */
uint64_t tap_names_hash(const struct tap_names *names, const char *name, size_t len);

/*
 * Takes NAME, of *LEN valid UTF-8 bytes with that HASH, in a buffer with room for
 * LIMIT. If it was used before, appends the lowest suffix that is known to be
 * free; a name that leaves no room for one is cut, between characters. False
 * when memory is short.
 */
bool tap_names_take(struct tap_names *names, uint64_t hash, char *name, size_t *len, size_t limit);

#endif
