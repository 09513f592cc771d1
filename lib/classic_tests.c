/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "classic_tests.h"

#include "private/byte_block.h"

#include <ctype.h>
#include <stdlib.h>
#include <subunit2/utf8.h>

#define SUFFIX_SIZE sizeof(" (4294967295)")
#define FIRST_SIZE 16

/* A name that was used. */
struct classic_name {
	uint64_t hash; /* 0: the slot is free */
	uint32_t next; /* the number of the next suffix, from 2 */
	uint32_t open; /* the number of the open test, and one more; 0: it is not open */
};

bool
classic_tests_init(struct classic_tests *tests, struct subunit2_view script)
{
	tests->key = keyed_hash_new_key();
	tests->first_free = CLASSIC_NO_TEST;
	if (!subunit2_view_present(script))
		return true;
	tests->prefix = malloc(script.len + 2);
	if (!tests->prefix)
		return false;
	memcpy(tests->prefix, script.data, script.len);
	memcpy(tests->prefix + script.len, "::", 2);
	tests->prefix_len = script.len + 2;
	tests->unique = true;
	return true;
}

void
classic_tests_clear(struct classic_tests *tests)
{
	for (size_t i = 0; i < tests->count; i++) {
		free(tests->list[i].id);
		subunit2_tagset_clear(&tests->list[i].tags);
	}
	free(tests->list);
	free(tests->names);
	free(tests->prefix);
}

static bool
classic_tests_has_control(struct subunit2_view name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.data[i] < ' ' || name.data[i] == 0x7f)
			return true;
	return false;
}

struct subunit2_view
classic_tests_name(struct subunit2_view name, char buffer[CLASSIC_NAME_MAX])
{
	if (byte_block_has(name.data, name.len, byte_block_mark_other_than_printable) &&
	    (!subunit2_utf8_is_string(name) || classic_tests_has_control(name)))
		return (struct subunit2_view){buffer,
		                              subunit2_utf8_escape(name, buffer, CLASSIC_NAME_MAX)};
	if (name.len > CLASSIC_NAME_MAX)
		name.len = subunit2_utf8_cut(name, CLASSIC_NAME_MAX);
	return name;
}

/*
 * The names.
 */

static uint64_t
classic_tests_hash(const struct classic_tests *tests, struct subunit2_view name)
{
	uint64_t hash = keyed_hash(&tests->key, name);

	return hash ? hash : 1;
}

/* Return the slot of the name with HASH, or the free one where it belongs. The table is not empty.
 */
static inline struct classic_name *
classic_tests_slot(const struct classic_tests *tests, uint64_t hash)
{
	struct classic_name *names = tests->names;
	size_t mask = tests->name_size - 1, slot = hash & mask;

	while (names[slot].hash && names[slot].hash != hash)
		slot = (slot + 1) & mask;
	return &names[slot];
}

/* Return the name with HASH, or NULL if it was never used. */
static struct classic_name *
classic_tests_used(const struct classic_tests *tests, uint64_t hash)
{
	struct classic_name *name = tests->name_size ? classic_tests_slot(tests, hash) : NULL;

	return name && name->hash ? name : NULL;
}

/* Double the room for names. Return false if memory is short. */
static __attribute__((noinline)) bool
classic_tests_grow_names(struct classic_tests *tests)
{
	struct classic_tests larger = *tests;

	larger.name_size = tests->name_size ? 2 * tests->name_size : FIRST_SIZE;
	larger.names = calloc(larger.name_size, sizeof(*larger.names));
	if (!larger.names)
		return false;
	for (size_t i = 0; i < tests->name_size; i++) {
		const struct classic_name *name = &tests->names[i];
		if (!name->hash)
			continue;
		struct classic_name *slot = classic_tests_slot(&larger, name->hash);
		*slot = *name;
		if (name->open)
			tests->list[name->open - 1].slot = (size_t)(slot - larger.names);
	}
	free(tests->names);
	*tests = larger;
	return true;
}

/* Return whether NAME, "X (N)", is one of the ids that the repeated name X was given. */
static bool
classic_tests_is_suffixed(const struct classic_tests *tests, struct subunit2_view name)
{
	const struct classic_name *plain;
	size_t at = name.len - 1;
	uint64_t suffix = 0, factor = 1;

	if (name.data[at] != ')')
		return false;
	for (; at && isdigit((unsigned char)name.data[at - 1]) && factor <= UINT32_MAX; at--) {
		suffix += factor * (uint64_t)(name.data[at - 1] - '0');
		factor *= 10;
	}
	if (at < 3 || memcmp(name.data + at - 2, " (", 2) != 0 || name.data[at] == '0')
		return false;
	name.len = at - 2;
	plain = classic_tests_used(tests, classic_tests_hash(tests, name));
	return plain && suffix >= 2 && suffix < plain->next;
}

/* Write " (NUMBER)" and return its length. */
static size_t
classic_tests_put_suffix(char *to, uint32_t number)
{
	size_t digits = 1, len;

	for (uint32_t rest = number; rest >= 10; rest /= 10)
		digits++;
	len = 2 + digits + 1;
	to[0] = ' ';
	to[1] = '(';
	to[len - 1] = ')';
	for (char *digit = to + len - 2; digits--; number /= 10)
		*digit-- = (char)('0' + number % 10);
	return len;
}

/* Return whether the id of TEST, without the prefix, equals a name that was used before. */
static bool
classic_tests_is_used(const struct classic_tests *tests, const struct classic_test *test)
{
	struct subunit2_view id = {test->id + tests->prefix_len, test->id_len - tests->prefix_len};

	return classic_tests_used(tests, classic_tests_hash(tests, id));
}

/* Give TEST, whose id is its prefix and NAME, the next id of that name that was not given. */
static void
classic_tests_add_suffix(const struct classic_tests *tests, struct classic_test *test,
                         struct classic_name *name)
{
	size_t plain_len = test->id_len;

	do
		test->id_len =
			plain_len + classic_tests_put_suffix(test->id + plain_len, name->next++);
	while (tests->has_suffix && classic_tests_is_used(tests, test));
}

/*
 * The open tests.
 */

/* Add an element to the list, and make it the first free one. Return its number, or CLASSIC_NO_TEST
 * if memory is short. */
static __attribute__((noinline)) size_t
classic_tests_add(struct classic_tests *tests)
{
	size_t size = tests->size ? 2 * tests->size : FIRST_SIZE;
	struct classic_test *list;

	if (tests->count == tests->size) {
		list = size < UINT32_MAX ? realloc(tests->list, size * sizeof(*list)) : NULL;
		if (!list)
			return CLASSIC_NO_TEST;
		tests->list = list;
		tests->size = size;
	}
	tests->list[tests->count] = (struct classic_test){.next_free = CLASSIC_NO_TEST};
	return tests->first_free = tests->count++;
}

/* Allocate SIZE bytes for the id of TEST, and write the prefix at their start. Return false if
 * memory is short. */
static __attribute__((noinline)) bool
classic_tests_resize_id(const struct classic_tests *tests, struct classic_test *test, size_t size)
{
	char *id = realloc(test->id, size);

	if (!id)
		return false;
	if (tests->prefix_len)
		memcpy(id, tests->prefix, tests->prefix_len);
	test->id = id;
	test->id_size = size;
	return true;
}

/* Set the id of TEST to the prefix and NAME, with room for a suffix. */
static bool
classic_tests_set_id(const struct classic_tests *tests, struct classic_test *test,
                     struct subunit2_view name)
{
	size_t len = tests->prefix_len + name.len;

	if (len + SUFFIX_SIZE > test->id_size &&
	    !classic_tests_resize_id(tests, test, len + SUFFIX_SIZE))
		return false;
	memcpy(test->id + tests->prefix_len, name.data, name.len);
	test->id_len = len;
	test->name_len = name.len;
	return true;
}

bool
classic_tests_is_open(const struct classic_tests *tests, struct subunit2_view name)
{
	const struct classic_name *used =
		classic_tests_used(tests, classic_tests_hash(tests, name));

	return used && used->open;
}

size_t
classic_tests_open(struct classic_tests *tests, struct subunit2_view name, bool *opened)
{
	uint64_t hash = classic_tests_hash(tests, name);
	struct classic_name *used;
	struct classic_test *test;
	bool id_was_given;
	size_t number;

	if (tests->name_count >= tests->name_size / 2 && !classic_tests_grow_names(tests))
		return CLASSIC_NO_TEST;
	used = classic_tests_slot(tests, hash);
	if (used->hash && used->open)
		return used->open - 1;
	number = tests->first_free;
	if (number == CLASSIC_NO_TEST)
		number = classic_tests_add(tests);
	if (number == CLASSIC_NO_TEST || !classic_tests_set_id(tests, &tests->list[number], name))
		return CLASSIC_NO_TEST;
	test = &tests->list[number];
	test->slot = (size_t)(used - tests->names);
	tests->first_free = test->next_free;

	id_was_given = used->hash;
	if (!id_was_given) {
		*used = (struct classic_name){.hash = hash, .next = 2};
		tests->name_count++;
		tests->has_suffix |= name.data[name.len - 1] == ')';
		id_was_given = classic_tests_is_suffixed(tests, name);
	}
	if (tests->unique && id_was_given)
		classic_tests_add_suffix(tests, test, used);
	used->open = (uint32_t)number + 1;
	*opened = true;
	return number;
}

void
classic_tests_close(struct classic_tests *tests, size_t number)
{
	struct classic_test *test = &tests->list[number];

	tests->names[test->slot].open = 0;
	test->next_free = tests->first_free;
	tests->first_free = number;
	if (test->tags.data)
		subunit2_tagset_clear(&test->tags);
}
