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

struct event_buffer;

struct event_buffer *event_buffer_new(void);
void event_buffer_free(struct event_buffer *event_buffer);

/* A test's own place among the held ones; valid until it is released or dropped. */
struct event_buffer_test;

/* The test that EVENT, which has a test id, speaks of; made where it is new. */
struct event_buffer_test *event_buffer_test(struct event_buffer *event_buffer,
                                            const struct subunit2_event *event);

/* Room for what the caller knows of the test, zeroed when the test was made.
 * SIZE is the same at every call. */
void *event_buffer_facts(struct event_buffer_test *test, size_t size);

enum subunit2_result event_buffer_add(struct event_buffer *event_buffer,
                                      struct event_buffer_test *test,
                                      const struct subunit2_event *event,
                                      struct subunit2_error *error);

/* Every event of TEST to SINK, in order, and forgets it, also on failure. */
enum subunit2_result event_buffer_release(struct event_buffer *event_buffer,
                                          struct event_buffer_test *test,
                                          struct subunit2_sink *sink, struct subunit2_error *error);

void event_buffer_drop(struct event_buffer *event_buffer, struct event_buffer_test *test);

/* The test that was opened first of those still held; NULL: none. */
struct event_buffer_test *event_buffer_first(const struct event_buffer *event_buffer);

#endif
