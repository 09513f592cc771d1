#include "hash.h"

#include <sys/random.h>

struct sip {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t
rotate(uint64_t word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static inline void
sip_round(struct sip *sip)
{
	sip->v0 += sip->v1;
	sip->v2 += sip->v3;
	sip->v1 = rotate(sip->v1, 13) ^ sip->v0;
	sip->v3 = rotate(sip->v3, 16) ^ sip->v2;
	sip->v0 = rotate(sip->v0, 32);
	sip->v2 += sip->v1;
	sip->v0 += sip->v3;
	sip->v1 = rotate(sip->v1, 17) ^ sip->v2;
	sip->v3 = rotate(sip->v3, 21) ^ sip->v0;
	sip->v2 = rotate(sip->v2, 32);
}

static inline void
sip_word(struct sip *sip, uint64_t word)
{
	sip->v3 ^= word;
	sip_round(sip);
	sip->v0 ^= word;
}

uint64_t
hash_bytes(const struct hash_key *key, struct subunit2_view bytes)
{
	struct sip sip = {
		key->words[0] ^ 0x736f6d6570736575,
		key->words[1] ^ 0x646f72616e646f6d,
		key->words[0] ^ 0x6c7967656e657261,
		key->words[1] ^ 0x7465646279746573,
	};
	size_t whole = bytes.len & ~(size_t)7;
	uint64_t last = 0;

	for (size_t i = 0; i < whole; i += 8) {
		uint64_t word;

		memcpy(&word, bytes.data + i, 8);
		sip_word(&sip, word);
	}
	if (bytes.len > whole)
		memcpy(&last, bytes.data + whole, bytes.len - whole);
	sip_word(&sip, last ^ (uint64_t)bytes.len << 56);
	sip.v2 ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(&sip);
	return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

uint64_t
hash_test(const struct hash_key *key, struct subunit2_view id, struct subunit2_view route_code)
{
	struct hash_key other = {{~key->words[0], key->words[1]}};
	uint64_t hash = hash_bytes(key, id);

	if (subunit2_view_present(route_code))
		hash ^= hash_bytes(&other, route_code);
	return hash;
}

struct hash_key
hash_key_random(void)
{
	struct hash_key key;

	/* Early in a boot there may be no randomness: an address differs, too. */
	if (getrandom(&key, sizeof(key), GRND_NONBLOCK) != (ssize_t)sizeof(key))
		key = (struct hash_key){{(uintptr_t)&key, (uintptr_t)hash_bytes}};
	return key;
}
