/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Tests as lines of comma-separated values, RFC 4180: id, status, start and stop.
 */
#ifndef CSV_H
#define CSV_H

#include "rfc3339.h"
#include "writer.h"

/* How the lines are worded. */
struct csv_dialect {
	const char *header;
	/* NULL: the test gets no line. */
	const char *(*word)(enum subunit2_status status);
	size_t (*write_time)(struct subunit2_time time, char text[RFC3339_SIZE]);
	bool stops_when_ended; /* what never ended has no stop */
};

/* DIALECT outlives the writer. SPREADSHEET: a cell that a spreadsheet would take for a
 * formula gets a prefix. */
struct subunit2_sink *csv_new(const struct csv_dialect *dialect, bool spreadsheet,
                              struct output_file *to);

#endif
