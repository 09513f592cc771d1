/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The state of an input of version 1, which its files share:
 *
 *     subunit1.c            the interface, and which line is read by which function
 *     subunit1_outcomes.c   outcomes, with the details after them
 *     subunit1_tests.c      the tests that are open, and their events
 *
 * Each calls only those below it.
 */
#ifndef SUBUNIT1_STATE_H
#define SUBUNIT1_STATE_H

#include "line_reader.h"
#include "subunit1.h"
#include "subunit1_details.h"
#include "subunit1_line.h"
#include "unique_names.h"

#include <uthash.h>

#define SUBUNIT1_LINE_MAX 65536

struct subunit1_test {
	char *id;
	struct subunit2_tagset tags; /* that the test will end with */
	UT_hash_handle hh;
	char label[];
};

struct subunit1_input {
	struct line_reader base;
	struct subunit2_sink *events; /* takes all but text */
	struct subunit1_scope scope;
	struct unique_names ids; /* of the scope's tests */

	bool runnable; /* the tests are */
	bool has_seen; /* SEEN is the time of events for which the stream gives none */
	struct subunit2_time seen;
	bool has_time;
	struct subunit2_time time;
	struct subunit2_tagset tags;   /* of all tests that begin now */
	struct subunit1_test *open;    /* by label, in the order in which they began */
	struct subunit1_test *current; /* the last that began; NULL: none */

	struct subunit1_test *ended; /* whose details are being read; NULL: none */
	enum subunit2_status outcome;
	struct subunit1_details details;
	bool bracket; /* the last line of the details ended with "]" */
};

/* Passes LINE on as text. */
static inline enum subunit2_result
subunit1_input_text(struct subunit1_input *self, struct subunit2_view line,
                    struct subunit2_error *error)
{
	return self->scope.text(self->scope.context, line, self->base.fed_ms, error);
}

/* subunit1_tests.c */

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

/* subunit1_outcomes.c */

/* Makes the details events of their test. */
void subunit1_outcomes_init(struct subunit1_input *self);

/* Reads an outcome: READ is what LINE says. Ends its test, or begins the details. Passes LINE on
 * as text if no open test has its label. */
enum subunit2_result subunit1_outcomes_read(struct subunit1_input *self, struct subunit2_view line,
                                            struct subunit1_line read,
                                            struct subunit2_error *error);

/* Returns true if LINE begins the next test and the details end without a line "]": Subunit.pm
 * writes the "]" at the end of their last line if that has no newline. */
bool subunit1_outcomes_details_lack_end(const struct subunit1_input *self,
                                        struct subunit2_view line);

/* Ends the details, and their test with its outcome. */
enum subunit2_result subunit1_outcomes_end_details(struct subunit1_input *self,
                                                   struct subunit2_error *error);

/* Reads a line of the details. */
enum subunit2_result subunit1_outcomes_details_line(struct subunit1_input *self,
                                                    struct subunit2_view line,
                                                    struct subunit2_error *error);

/* Ends the stream: each test that is still open fails. */
enum subunit2_result subunit1_outcomes_finish(struct subunit1_input *self,
                                              struct subunit2_error *error);

#endif
