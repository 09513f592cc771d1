/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A keyed hash for tables. Inputs that collide cannot be chosen without the key.
 *
 * The function multiplies sixteen bytes at a time with each other and folds the halves of the
 * product together, as wyhash does. This header is not installed; tap and src may include it.
 */
#ifndef KEYED_HASH_H
#define KEYED_HASH_H

#include <subunit2/view.h>

#include <stdint.h>

struct keyed_hash_key {
	uint64_t words[2];
};

/* Return a key that differs from one process to the next. */
struct keyed_hash_key keyed_hash_new_key(void);

/* Return the hash of BYTES. */
uint64_t keyed_hash(const struct keyed_hash_key *key, struct subunit2_view bytes);

/* Return the hash of a test: its id and its routing code, which may be absent. */
uint64_t keyed_hash_test(const struct keyed_hash_key *key, struct subunit2_view id,
                         struct subunit2_view route_code);

#endif
