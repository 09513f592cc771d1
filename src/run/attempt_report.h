/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The report of an attempt that another one follows, as people read it: the file "attempt-N" of
 * the test.
 */
#ifndef ATTEMPT_REPORT_H
#define ATTEMPT_REPORT_H

#include "writer.h"

struct attempt_report {
	struct subunit2_sink *sink; /* takes the attempt's events, the final one as well */
	struct output_file to;
	char *text;
	size_t len;
};

/* Starts the report of an attempt at the test ID. Its events have ROUTE_CODE, which may be
 * absent. */
void attempt_report_begin(struct attempt_report *report, struct subunit2_view id,
                          struct subunit2_view route_code);

/* Ends it, and attaches it to the test: an event without a time for OUT. */
void attempt_report_attach(struct attempt_report *report, struct subunit2_view id,
                           struct subunit2_view route_code, unsigned attempt,
                           struct subunit2_sink *out);

#endif
