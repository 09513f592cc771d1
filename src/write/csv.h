/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Writes tests as comma-separated values (RFC 4180): id, status, start and stop.
 */
#ifndef CSV_H
#define CSV_H

#include "rfc3339.h"
#include "writer.h"

/* The form of the lines. */
struct csv_dialect {
	const char *header;
	const char *label_header; /* a last column for the labels of routes, if the first test has
	                             one or LABELS_DIFFER; NULL: without it */
	/* Returns the word for STATUS; NULL: such a test gets no line. */
	const char *(*word)(enum subunit2_status status);
	size_t (*write_time)(struct subunit2_time time, char text[RFC3339_SIZE]);
	bool stops_when_ended; /* an unfinished test has no stop */
};

/* Returns a writer. DIALECT outlives it. Of OPTIONS, spreadsheet is used (fields that a spreadsheet
 * would run as formulas get an apostrophe), and labels_differ. */
struct subunit2_sink *csv_new(const struct csv_dialect *dialect,
                              const struct writer_options *options, struct output_file *to);

#endif
