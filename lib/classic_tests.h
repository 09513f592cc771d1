/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tests of a classic object, by name. A test is never forgotten, so that a name that starts
 * again gets an id of its own; memory grows with the number of different names.
 */
#ifndef CLASSIC_TESTS_H
#define CLASSIC_TESTS_H

#include "index.h"

#include <subunit2/tags.h>

#include <stdint.h>

#define CLASSIC_NAME_MAX 1024 /* bytes */

/* The MIME type of the file "progress", as the readers of version 1 write it. */
#define CLASSIC_PROGRESS_TYPE SUBUNIT2_LITERAL("text/x-subunit-progress;charset=utf8")

struct classic_test {
	char *id; /* the prefix, the name, and the suffix of a repeated one; not terminated */
	size_t id_len, name_len;
	uint64_t next; /* the number of the next suffix; 0: the id was never used */
	bool open;     /* started, and without an outcome */
	struct subunit2_tagset tags;
};

struct classic_tests {
	char *prefix; /* "SCRIPT::"; not terminated */
	size_t prefix_len;
	bool unique; /* a repeated name gets a suffix */
	struct classic_test *list;
	size_t count, size; /* of LIST: used, allocated */
	struct string_index *index;
};

/* Prepare TESTS, which are all zeroes, for the tests of SCRIPT, which may be absent. Return false
 * if memory is short. */
bool classic_tests_init(struct classic_tests *tests, struct subunit2_view script);
void classic_tests_clear(struct classic_tests *tests);

/* Return NAME as a part of a test id, in BUFFER if it must be changed: escaped and cut. */
struct subunit2_view classic_tests_name(struct subunit2_view name, char buffer[CLASSIC_NAME_MAX]);

/* Return the number of the test NAME in the list, which is added if it is missing. Return SIZE_MAX
 * if memory is short. */
size_t classic_tests_find(struct classic_tests *tests, struct subunit2_view name);

/* Give the test NUMBER, which is not open, an id, and open it. Return false if memory is short. */
bool classic_tests_open(struct classic_tests *tests, size_t number);

static inline struct subunit2_view
classic_tests_id(const struct classic_tests *tests, size_t number)
{
	return (struct subunit2_view){tests->list[number].id, tests->list[number].id_len};
}

#endif
