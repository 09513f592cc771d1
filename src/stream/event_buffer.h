/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Holds the events of open tests until the end of each test decides whether they pass.
 *
 * Events are kept as packets, by (stream, test id, routing code): few in memory, more in a
 * temporary file. Memory grows with the number of open tests, not with their attachments.
 */
#ifndef EVENT_BUFFER_H
#define EVENT_BUFFER_H

#include <subunit2.h>

struct event_buffer;

struct event_buffer *event_buffer_new(void);
void event_buffer_free(struct event_buffer *event_buffer);

/* The held events of one test; valid until they are released or dropped. */
struct event_buffer_test;

/* Returns the test of EVENT, which has a test id; adds it if it is new. */
struct event_buffer_test *event_buffer_test(struct event_buffer *event_buffer,
                                            const struct subunit2_event *event);

/* Returns SIZE bytes for facts of the caller about the test, zeroed at the first call. SIZE must be
 * the same at every call. */
void *event_buffer_facts(struct event_buffer_test *test, size_t size);

enum subunit2_result event_buffer_add(struct event_buffer *event_buffer,
                                      struct event_buffer_test *test,
                                      const struct subunit2_event *event,
                                      struct subunit2_error *error);

/* Sends all events of TEST to SINK, in order. Drops TEST in every case. */
enum subunit2_result event_buffer_release(struct event_buffer *event_buffer,
                                          struct event_buffer_test *test,
                                          struct subunit2_sink *sink, struct subunit2_error *error);

void event_buffer_drop(struct event_buffer *event_buffer, struct event_buffer_test *test);

/* Returns the test that was added first of those still held, or NULL. */
struct event_buffer_test *event_buffer_first(const struct event_buffer *event_buffer);

#endif
