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

#include "buffer.h"
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
	struct buffer started; /* the label after "test: " within the last such line of text;
	                          an outcome with this label begins the test */

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

#endif
