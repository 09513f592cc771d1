/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A writer: the sink at the end of a pipeline, that turns events into a file.
 * Every format or report that is written is one of these, in a file of its own.
 */
#ifndef WRITER_H
#define WRITER_H

#include "output_file.h"

#include <subunit2.h>

struct writer_options {
	int verbose; /* -q: -1, -v: 1 */
	bool strict;
	bool empty_is_good; /* --no-tests=pass */
	bool lacks_input;   /* an input was not read to its end; may come true on the way */
	unsigned slowest;   /* how many to name; 0: none */
	bool spreadsheet;   /* csv for spreadsheets, which run formulas */
	bool list_ends;     /* failed, flaky and leaked tests are named again at the end */
};

/* TO and OPTIONS outlive the writer. NULL with ERROR filled on failure. */
typedef struct subunit2_sink *writer_open(const struct writer_options *options,
                                          struct output_file *to, struct subunit2_error *error);

/* One line here for each file in this folder; cli/format.c is the table. */
writer_open writer_subunit;
writer_open writer_subunit1;
writer_open writer_json;
writer_open writer_tap;
writer_open writer_junit;
writer_open writer_csv;
writer_open writer_disk;
writer_open writer_html;
writer_open writer_github;
writer_open writer_text;    /* a line a test, failures with their output, the summary */
writer_open writer_events;  /* a line an event */
writer_open writer_summary; /* counts and verdict only */

#endif
