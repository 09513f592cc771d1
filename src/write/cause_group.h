/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Failures with the same cause, put together. Two causes are the same if they differ only in
 * paths, numbers, addresses and times.
 */
#ifndef CAUSE_GROUP_H
#define CAUSE_GROUP_H

#include "buffer.h"
#include "test_name.h"

/* Appends CAUSE to KEY, with each path, number, address and time replaced: equal keys mean the
 * same cause. */
void cause_group_add_key(struct buffer *key, struct subunit2_view cause);

/* A cause and the tests that failed for it, in order of arrival. */
struct cause_group {
	char *cause; /* of the first test */
	struct test_name *names;
	size_t count; /* tests, also those without a name here */
	size_t name_count, name_room;
};

struct cause_groups;

/* Keeps at most NAME_MAX names in each group; the other tests are counted. */
struct cause_groups *cause_groups_new(size_t name_max);
void cause_groups_free(struct cause_groups *groups);

/* Adds TEST, which failed for CAUSE. */
void cause_groups_add(struct cause_groups *groups, const struct subunit2_test *test,
                      struct subunit2_view cause);

size_t cause_groups_count(const struct cause_groups *groups);
const struct cause_group *cause_groups_get(const struct cause_groups *groups, size_t index);

#endif
