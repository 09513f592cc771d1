/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "private/keyed_hash.h"

#include <sys/random.h>

/* Return the exclusive or of both halves of A * B. */
static inline uint64_t
hash_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
	uint64_t left = (a >> 32) * (b & UINT32_MAX);
	uint64_t right = (a & UINT32_MAX) * (b >> 32);
	uint64_t carry = ((low >> 32) + (left & UINT32_MAX) + (right & UINT32_MAX)) >> 32;
	uint64_t high = (a >> 32) * (b >> 32) + (left >> 32) + (right >> 32) + carry;

	return (a * b) ^ high;
#endif
}

static inline uint64_t
hash_word_at(const char *data)
{
	uint64_t word;

	memcpy(&word, data, sizeof(word));
	return word;
}

/* Add the last sixteen bytes, at TAIL, to HASH. Return the final hash. */
static inline uint64_t
hash_end(const struct keyed_hash_key *key, uint64_t hash, const char *tail)
{
	hash = hash_fold(hash_word_at(tail) ^ key->words[1], hash_word_at(tail + 8) ^ hash);
	return hash_fold(hash ^ key->words[0], key->words[1]);
}

/* Return the hash of less than sixteen BYTES. Not inlined, so that keyed_hash needs no stack frame.
 */
static __attribute__((noinline)) uint64_t
hash_short(const struct keyed_hash_key *key, struct subunit2_view bytes)
{
	char last[16] = {0};

	if (bytes.len)
		memcpy(last, bytes.data, bytes.len);
	return hash_end(key, key->words[0] ^ bytes.len, last);
}

uint64_t
keyed_hash(const struct keyed_hash_key *key, struct subunit2_view bytes)
{
	uint64_t hash = key->words[0] ^ bytes.len;

	if (bytes.len < 16)
		return hash_short(key, bytes);
	for (size_t at = 0; at + 16 < bytes.len; at += 16)
		hash = hash_fold(hash_word_at(bytes.data + at) ^ key->words[1],
		                 hash_word_at(bytes.data + at + 8) ^ hash);
	/* The last sixteen bytes overlap those before. */
	return hash_end(key, hash, bytes.data + bytes.len - 16);
}

uint64_t
keyed_hash_test(const struct keyed_hash_key *key, struct subunit2_view id,
                struct subunit2_view route_code)
{
	struct keyed_hash_key other = {{~key->words[0], key->words[1]}};
	uint64_t hash = keyed_hash(key, id);

	if (subunit2_view_present(route_code))
		hash ^= keyed_hash(&other, route_code);
	return hash;
}

struct keyed_hash_key
keyed_hash_new_key(void)
{
	struct keyed_hash_key key;

	/* Early in a boot, there may be no randomness: use an address, which also differs. */
	if (getrandom(&key, sizeof(key), GRND_NONBLOCK) != (ssize_t)sizeof(key))
		key = (struct keyed_hash_key){{(uintptr_t)&key, (uintptr_t)keyed_hash}};
	return key;
}
