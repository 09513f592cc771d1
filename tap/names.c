/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "names.h"

#include <stdlib.h>
#include <string.h>
#include <subunit2/utf8.h>
#include <sys/mman.h>

#define SIZE_FIRST 64          /* slots */
#define SIZE_SMALL 32768       /* slots; a smaller table grows fast */
#define HUGE_FROM (768 * 1024) /* bytes: a larger table fills whole huge pages */
#define HUGE_PAGE (2 * 1024 * 1024)
#define FEW 8
#define SUFFIX_MAX 23 /* " (18446744073709551615)" */

void
tap_names_init(struct tap_names *names)
{
	*names = (struct tap_names){.key = keyed_hash_new_key()};
}

void
tap_names_clear(struct tap_names *names)
{
	free(names->slots);
	names->slots = NULL;
	names->size = names->count = 0;
}

static uint64_t
tap_names_hash_base(const struct tap_names *names, const char *name, size_t len)
{
	return keyed_hash(&names->key, (struct subunit2_view){name, len});
}

/* Returns the hash of a name with the suffix " (NUMBER)", or without one if NUMBER is 1. BASE is
 * the hash of the rest. Never 0. */
static inline uint64_t
tap_names_hash_numbered(uint64_t base, uint64_t number)
{
	uint64_t hash = base;
	if (number != 1) {
		hash = (base ^ number * 0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93;
		hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93;
		hash ^= hash >> 32;
	}
	return hash ? hash : 1;
}

/* Splits NAME into a base and the suffix that tap_names_take may have appended, " (NUMBER)";
 * returns the length of the base. */
static size_t
tap_names_split(const char *name, size_t len, uint64_t *number)
{
	*number = 1;
	size_t digits = 0;
	if (len < 5 || name[len - 1] != ')')
		return len;
	while (digits < len - 1 && name[len - 2 - digits] >= '0' && name[len - 2 - digits] <= '9')
		digits++;
	if (digits == 0 || digits > 18 || len < digits + 4)
		return len;
	size_t base = len - digits - 3;
	if (memcmp(name + base, " (", 2) != 0 || name[base + 2] == '0')
		return len;
	uint64_t value = 0;
	for (size_t i = 0; i < digits; i++)
		value = value * 10 + (uint64_t)(name[base + 2 + i] - '0');
	if (value < 2)
		return len;
	*number = value;
	return base;
}

/* Returns the first slot to look for HASH in. The table is in the order of the hashes. */
static size_t
tap_names_home(const struct tap_names *names, uint64_t hash)
{
#ifdef __SIZEOF_INT128__
	return (size_t)((unsigned __int128)hash * names->size >> 64);
#else
	_Static_assert(SIZE_MAX <= UINT32_MAX, "the product of two halves overflows");
	uint64_t carry = (hash & UINT32_MAX) * names->size >> 32;

	return (size_t)(((hash >> 32) * names->size + carry) >> 32);
#endif
}

static void
tap_names_prefetch(const struct tap_names *names, uint64_t hash)
{
	if (names->size)
		__builtin_prefetch(&names->slots[tap_names_home(names, hash)], 1);
}

/* Returns the slot that holds HASH, or the free one where it belongs. */
static inline uint64_t *
tap_names_find(const struct tap_names *names, uint64_t hash)
{
	uint64_t *slot = names->slots + tap_names_home(names, hash);
	const uint64_t *end = names->slots + names->size;
	while (*slot && *slot != hash)
		if (++slot == end)
			slot = names->slots;
	return slot;
}

/* Allocates a table of at least SIZE slots, all free. A large one is on huge pages, since its slots
 * are used in random order: that saves most page faults and TLB misses. Returns false if memory is
 * short. */
static bool
tap_names_make_table(struct tap_names *names, size_t size)
{
	size_t bytes = size * sizeof(*names->slots);
	if (bytes < HUGE_FROM) {
		names->slots = calloc(size, sizeof(*names->slots));
	} else {
		bytes = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
		names->slots = aligned_alloc(HUGE_PAGE, bytes);
		if (!names->slots)
			return false;
		madvise(names->slots, bytes, MADV_HUGEPAGE);
		memset(names->slots, 0, bytes);
	}
	names->size = bytes / sizeof(*names->slots);
	return names->slots;
}

/* Grows the table, of which seven eighths are used. A large one grows by a half, so that old and
 * new table together take less than 24 bytes a name. A small one becomes four times as large, so
 * that few names are moved often. */
static bool
tap_names_grow(struct tap_names *names)
{
	struct tap_names larger = *names;
	size_t size = names->size < SIZE_SMALL ? 4 * names->size : names->size + names->size / 2;
	if (!tap_names_make_table(&larger, size ? size : SIZE_FIRST))
		return false;
	for (size_t i = 0; i < names->size; i++)
		if (names->slots[i])
			*tap_names_find(&larger, names->slots[i]) = names->slots[i];
	free(names->slots);
	*names = larger;
	return true;
}

static bool
tap_names_has(const struct tap_names *names, uint64_t base, uint64_t number)
{
	return *tap_names_find(names, tap_names_hash_numbered(base, number));
}

/* Returns the entry that may hold NAME. It depends on the name alone and not on the key, so that
 * equal inputs get equal numbers. */
static struct tap_repeat *
tap_names_repeat_of(struct tap_names *names, const char *name, size_t len)
{
	uint64_t last = 0;
	size_t last_len = len < sizeof(last) ? len : sizeof(last);
	memcpy(&last, name + len - last_len, last_len);
	return &names->repeats[((last ^ len) * 0x9e3779b97f4a7c15 >> 32) % TAP_REPEATS];
}

/*
 * Returns a number above USED, which is in use, that is free while the number below it is in use.
 * Up to FEW, this is the lowest free number. Above, searches in steps that double and then halve:
 * the numbers in use have gaps only if producers wrote names with suffixes.
 */
static uint64_t
tap_names_unused_number(const struct tap_names *names, uint64_t base, uint64_t used)
{
	uint64_t above = used + 1, step = 1;
	for (; above <= FEW; used = above++)
		if (!tap_names_has(names, base, above))
			return above;
	while (tap_names_has(names, base, above)) {
		used = above;
		above += step *= 2;
	}
	while (above - used > 1) {
		uint64_t middle = used + (above - used) / 2;
		if (tap_names_has(names, base, middle))
			used = middle;
		else
			above = middle;
	}
	return above;
}

uint64_t
tap_names_hash(const struct tap_names *names, const char *name, size_t len)
{
	uint64_t number;
	size_t base_len = tap_names_split(name, len, &number);
	uint64_t hash = tap_names_hash_numbered(tap_names_hash_base(names, name, base_len), number);
	tap_names_prefetch(names, hash);
	return hash;
}

/* Writes " (NUMBER)" to TEXT, which has room for SUFFIX_MAX bytes; returns the length. */
static size_t
tap_names_write_suffix(char *text, uint64_t number)
{
	char digits[SUFFIX_MAX], *first = digits + sizeof(digits);
	for (; number; number /= 10)
		*--first = (char)('0' + number % 10);
	size_t len = (size_t)(digits + sizeof(digits) - first);
	memcpy(text, " (", 2);
	memcpy(text + 2, first, len);
	text[2 + len] = ')';
	return 2 + len + 1;
}

/* Appends the next suffix to NAME; returns the new hash. "x (2)" that is repeated becomes
 * "x (2) (2)". */
static uint64_t
tap_names_add_suffix(struct tap_names *names, char *name, size_t *len, size_t limit)
{
	size_t cut = subunit2_utf8_cut((struct subunit2_view){name, *len}, limit - SUFFIX_MAX);
	uint64_t base = tap_names_hash_base(names, name, cut);
	struct tap_repeat *repeat = tap_names_repeat_of(names, name, cut);
	bool known = repeat->number && repeat->base == base;
	uint64_t number = tap_names_unused_number(names, base, known ? repeat->number : 1);
	*repeat = (struct tap_repeat){base, number};
	/* Prefetch the slot of the next suffix. */
	tap_names_prefetch(names, tap_names_hash_numbered(base, number + 1));
	*len = cut + tap_names_write_suffix(name + cut, number);
	return tap_names_hash_numbered(base, number);
}

/* Returns whether the table has room for another name. */
static inline bool
tap_names_have_room(const struct tap_names *names)
{
	return names->count < names->size / 8 * 7;
}

/* Does the work of tap_names_take if the name was used before, or if the table must grow. Not
 * inlined, so that the function below saves no registers. */
static __attribute__((noinline)) bool
tap_names_take_slowly(struct tap_names *names, uint64_t hash, char *name, size_t *len, size_t limit)
{
	if (!tap_names_have_room(names) && !tap_names_grow(names))
		return false;
	uint64_t *slot = tap_names_find(names, hash);
	if (*slot) {
		hash = tap_names_add_suffix(names, name, len, limit);
		slot = tap_names_find(names, hash);
	}
	*slot = hash;
	names->count++;
	return true;
}

bool
tap_names_take(struct tap_names *names, uint64_t hash, char *name, size_t *len, size_t limit)
{
	uint64_t *slot = tap_names_have_room(names) ? tap_names_find(names, hash) : NULL;
	if (!slot || *slot)
		return tap_names_take_slowly(names, hash, name, len, limit);
	*slot = hash;
	names->count++;
	return true;
}
