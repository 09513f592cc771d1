/*
 * A keyed hash: whoever does not know the key cannot choose inputs that collide.
 * Sixteen bytes at a time are multiplied with each other, and the halves of the
 * product folded together, as wyhash and its kin do it.
 */
#ifndef HASH_H
#define HASH_H

#include <subunit2/view.h>

#include <stdint.h>

struct hash_key {
	uint64_t words[2];
};

/* A key that differs from one process to the next. */
struct hash_key hash_key_random(void);

uint64_t hash_bytes(const struct hash_key *key, struct subunit2_view bytes);

/* Of a test: its id and its routing code, which may be absent. */
uint64_t hash_test(const struct hash_key *key, struct subunit2_view id,
                   struct subunit2_view route_code);

#endif
