/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Events held back until their test's end decides what becomes of them.
 *
 * They are kept as packets, by (stream, test id, routing code), in memory while they are
 * few and in an unnamed temporary file beyond that: memory grows with the tests
 * that are open, not with what they attach.
 */
#ifndef EVENT_BUFFER_H
#define EVENT_BUFFER_H

#include <subunit2.h>

struct held;

struct held *held_new(void);
void held_free(struct held *held);

/* A test's own place among the held ones; valid until it is released or dropped. */
struct held_test;

/* The test that EVENT, which has a test id, speaks of; made where it is new. */
struct held_test *held_test(struct held *held, const struct subunit2_event *event);

/* Room for what the caller knows of the test, zeroed when the test was made.
 * SIZE is the same at every call. */
void *held_facts(struct held_test *test, size_t size);

int held_add(struct held *held, struct held_test *test, const struct subunit2_event *event,
             struct subunit2_error *error);

/* Every event of TEST to SINK, in order, and forgets it, also on failure. */
int held_release(struct held *held, struct held_test *test, struct subunit2_sink *sink,
                 struct subunit2_error *error);

void held_drop(struct held *held, struct held_test *test);

/* The test that was opened first of those still held; NULL: none. */
struct held_test *held_first(const struct held *held);

#endif
