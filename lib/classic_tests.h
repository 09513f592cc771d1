/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tests of a classic object: the open ones, and the names that were used, so that a name that
 * starts again gets an id of its own. Of a name, only a keyed hash of 64 bits is kept: a used name
 * of any length takes 32 bytes on average.
 */
#ifndef CLASSIC_TESTS_H
#define CLASSIC_TESTS_H

#include "private/keyed_hash.h"

#include <subunit2/tags.h>

#define CLASSIC_NAME_MAX 1024 /* bytes */
#define CLASSIC_NO_TEST SIZE_MAX

/* The MIME type of the file "progress", as the readers of version 1 write it. */
#define CLASSIC_PROGRESS_TYPE SUBUNIT2_LITERAL("text/x-subunit-progress;charset=utf8")

struct classic_test {
	char *id; /* the prefix, the name, and the suffix of a repeated one; not terminated */
	size_t id_len, id_size; /* in bytes: used, allocated */
	size_t name_len;
	size_t slot;      /* index of the name in NAMES, while the test is open */
	size_t next_free; /* if the test is not open: the next one of these */
	struct subunit2_tagset tags;
};

struct classic_name;

struct classic_tests {
	char *prefix; /* "SCRIPT::"; not terminated */
	size_t prefix_len;
	bool unique;     /* a repeated name gets a suffix */
	bool has_suffix; /* a name ends with ")", so it may equal an id with a suffix */
	struct classic_test *list;
	size_t count, size; /* of LIST: used, allocated */
	size_t first_free;  /* the first element of LIST that is not open, or CLASSIC_NO_TEST */

	struct keyed_hash_key key;
	struct classic_name *names; /* a hash table with linear probing, at most half full */
	size_t name_count, name_size;
};

/* Prepare TESTS, which are all zeroes, for the tests of SCRIPT, which may be absent. Return false
 * if memory is short. */
bool classic_tests_init(struct classic_tests *tests, struct subunit2_view script);
void classic_tests_clear(struct classic_tests *tests);

/* Return NAME as a part of a test id, in BUFFER if it must be changed: escaped and cut. */
struct subunit2_view classic_tests_name(struct subunit2_view name, char buffer[CLASSIC_NAME_MAX]);

/* Return whether the test NAME is open. */
bool classic_tests_is_open(const struct classic_tests *tests, struct subunit2_view name);

/* Return the number of the test NAME in the list. Open the test if it is not open, and set *OPENED
 * then. Return CLASSIC_NO_TEST if memory is short. */
size_t classic_tests_open(struct classic_tests *tests, struct subunit2_view name, bool *opened);

void classic_tests_close(struct classic_tests *tests, size_t number);

static inline struct subunit2_view
classic_tests_id(const struct classic_tests *tests, size_t number)
{
	return (struct subunit2_view){tests->list[number].id, tests->list[number].id_len};
}

/* Return whether the open test NUMBER has this name. */
static inline bool
classic_tests_is_named(const struct classic_tests *tests, size_t number, struct subunit2_view name)
{
	const struct classic_test *test = &tests->list[number];

	return test->name_len == name.len &&
	       memcmp(test->id + tests->prefix_len, name.data, name.len) == 0;
}

#endif
