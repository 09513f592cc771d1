/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A queue of tests to be started: choices of a selection, by their index. All zeroes to begin with.
 */
#ifndef TEST_QUEUE_H
#define TEST_QUEUE_H

#include <stddef.h>

struct test_queue {
	size_t *choices;
	size_t next, count, room;
};

void test_queue_add(struct test_queue *queue, size_t choice);

/* Returns how many are left. */
size_t test_queue_left(const struct test_queue *queue);

/* Removes and returns the first; there must be one. */
size_t test_queue_take(struct test_queue *queue);

void test_queue_clear(struct test_queue *queue);

#endif
