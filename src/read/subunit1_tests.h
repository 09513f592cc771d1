/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tests of an input of version 1 that have begun and not ended, by their labels, and the
 * events of these tests.
 */
#ifndef SUBUNIT1_TESTS_H
#define SUBUNIT1_TESTS_H

#include "subunit1_state.h"

/* Emits EVENT with the last time in the stream, or the time SEEN. */
enum subunit2_result subunit1_tests_emit(struct subunit1_input *self, struct subunit2_event *event,
                                         struct subunit2_error *error);

/* Returns TEXT if a packet can hold it as a string; if not, its escaped form in BUFFER. */
struct subunit2_view subunit1_tests_escape(struct subunit2_view text,
                                           char buffer[SUBUNIT1_LINE_MAX]);

/* Returns the open test with LABEL; NULL: none. */
struct subunit1_test *subunit1_tests_find(struct subunit1_input *self, struct subunit2_view label);

/* Opens the test LABEL, which is not open, and emits nothing. */
struct subunit1_test *subunit1_tests_open(struct subunit1_input *self, struct subunit2_view label);

/* Opens the test LABEL, unless it is open, and emits "inprogress". */
enum subunit2_result subunit1_tests_start(struct subunit1_input *self, struct subunit2_view label,
                                          struct subunit2_error *error);

/* Emits STATUS for TEST, and frees TEST, even if an error is returned. */
enum subunit2_result subunit1_tests_end(struct subunit1_input *self, struct subunit1_test *test,
                                        enum subunit2_status status, struct subunit2_error *error);

/* Frees all open tests. */
void subunit1_tests_clear(struct subunit1_input *self);

#endif
