/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "classic_tests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/utf8.h>

#define SUFFIX_SIZE sizeof(" (18446744073709551615)")

bool
classic_tests_init(struct classic_tests *tests, struct subunit2_view script)
{
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
	free(tests->index);
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
	if (!subunit2_utf8_is_string(name) || classic_tests_has_control(name))
		return (struct subunit2_view){buffer,
		                              subunit2_utf8_escape(name, buffer, CLASSIC_NAME_MAX)};
	if (name.len > CLASSIC_NAME_MAX)
		name.len = subunit2_utf8_cut(name, CLASSIC_NAME_MAX);
	return name;
}

static struct subunit2_view
classic_tests_name_at(const void *context, size_t number)
{
	const struct classic_tests *tests = context;
	const struct classic_test *test = &tests->list[number];

	return (struct subunit2_view){test->id + tests->prefix_len, test->name_len};
}

static bool
classic_tests_reserve(struct classic_tests *tests)
{
	size_t size = tests->size ? 2 * tests->size : INDEX_WORTHWHILE;
	struct classic_test *list;

	if (tests->count < tests->size)
		return true;
	list = realloc(tests->list, size * sizeof(*list));
	if (!list)
		return false;
	tests->list = list;
	tests->size = size;
	return true;
}

size_t
classic_tests_find(struct classic_tests *tests, struct subunit2_view name)
{
	size_t number, id_len = tests->prefix_len + name.len;
	char *id;

	if (!classic_tests_reserve(tests))
		return SIZE_MAX;
	number = index_put(&tests->index, name, tests->count, classic_tests_name_at, tests);
	if (number != tests->count)
		return number;
	id = malloc(id_len + SUFFIX_SIZE);
	if (!id)
		return SIZE_MAX;
	if (tests->prefix_len)
		memcpy(id, tests->prefix, tests->prefix_len);
	memcpy(id + tests->prefix_len, name.data, name.len);
	tests->list[tests->count++] =
		(struct classic_test){.id = id, .id_len = id_len, .name_len = name.len};
	return number;
}

/* Give the test NUMBER the next id that was never used: its name with a suffix. */
static bool
classic_tests_add_suffix(struct classic_tests *tests, size_t number)
{
	size_t other;

	do {
		struct classic_test *test = &tests->list[number];
		size_t plain_len = tests->prefix_len + test->name_len;
		struct subunit2_view name;

		test->id_len = plain_len + (size_t)snprintf(test->id + plain_len, SUFFIX_SIZE,
		                                            " (%" PRIu64 ")", test->next++);
		name = (struct subunit2_view){test->id + tests->prefix_len,
		                              test->id_len - tests->prefix_len};
		other = classic_tests_find(tests, name);
		if (other == SIZE_MAX)
			return false;
	} while (tests->list[other].next);
	tests->list[other].next = 2;
	return true;
}

bool
classic_tests_open(struct classic_tests *tests, size_t number)
{
	struct classic_test *test = &tests->list[number];

	if (test->next && tests->unique) {
		if (!classic_tests_add_suffix(tests, number))
			return false;
		test = &tests->list[number];
	} else {
		test->next = 2;
	}
	test->open = true;
	return true;
}
