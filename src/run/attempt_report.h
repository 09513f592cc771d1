/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The report of an attempt that another one follows, as people read it: the file "attempt-N" of
 * the test.
 */
#ifndef ATTEMPT_REPORT_H
#define ATTEMPT_REPORT_H

#include "buffer.h"
#include "pipeline.h"
#include "writer.h"

struct attempt_report {
	struct subunit2_sink *sink; /* takes the attempt's events, the final one as well */
	struct output_file to;
	char *text;
	size_t len;

	struct pipeline pipeline; /* to the text and to TESTS */
	struct subunit2_sink *writer, *tests;
	struct subunit2_view id;
	struct buffer cause; /* of its failure, in one line; empty: it did not fail */
	bool of_script;      /* the cause is the script's own, not that of an assertion */
};

/* Starts the report of an attempt at the test ID. Its events have ROUTE_CODE, which may be
 * absent. ID is valid until the report is attached. */
void attempt_report_begin(struct attempt_report *report, struct subunit2_view id,
                          struct subunit2_view route_code);

/*
 * Ends it, and attaches it to the test: an event without a time for OUT. Returns
 * "attempt 1: the cause of its failure", or NULL if it did not fail; to be freed.
 */
char *attempt_report_attach(struct attempt_report *report, struct subunit2_view id,
                            struct subunit2_view route_code, unsigned attempt,
                            struct subunit2_sink *out);

#endif
