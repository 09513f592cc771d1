/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Names that were used: tells repeated ones apart with " (2)", " (3)" and so on.
 *
 * Only 64-bit hashes under a random key are kept, in a table with open addressing: at most 24 bytes
 * a distinct name, also while it grows, and half a megabyte. For some names that were repeated
 * lately, the last number is kept; for others, it is searched for.
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
	struct tap_repeat repeats[TAP_REPEATS]; /* a cache: each name has one entry, see names.c */
};

/* Allocates nothing. */
void tap_names_init(struct tap_names *names);
void tap_names_clear(struct tap_names *names);

/* Returns the hash of NAME for tap_names_take; never 0. Prefetches the slot of NAME, so call it as
 * early as possible. */
uint64_t tap_names_hash(const struct tap_names *names, const char *name, size_t len);

/*
 * Takes NAME, of *LEN valid UTF-8 bytes with that HASH, in a buffer with room for LIMIT. If it was
 * used before, appends a suffix that makes it unique, the lowest one in most cases; cuts a name
 * that leaves no room for the suffix, between characters. Returns false if memory is short.
 */
bool tap_names_take(struct tap_names *names, uint64_t hash, char *name, size_t *len, size_t limit);

#endif
