/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A keyed hash: whoever does not know the key cannot choose inputs that collide.
 * Sixteen bytes at a time are multiplied with each other, and the halves of the
 * product folded together, as wyhash and its kin do it.
 */
#ifndef SUBUNIT2_HASH_H
#define SUBUNIT2_HASH_H

#include "view.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_hash_key {
	uint64_t words[2];
};

/* A key that differs from one process to the next. */
struct subunit2_hash_key subunit2_hash_key_random(void);

uint64_t subunit2_hash(const struct subunit2_hash_key *key, struct subunit2_view bytes);

/* Of a test: its id and its routing code, which may be absent. */
uint64_t subunit2_hash_test(const struct subunit2_hash_key *key, struct subunit2_view id,
                            struct subunit2_view route_code);

#ifdef __cplusplus
}
#endif

#endif
