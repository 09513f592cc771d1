/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A writer: the sink at the end of a pipeline, which turns events into a file. Each format or
 * report has a writer, in a file of its own.
 */
#ifndef WRITER_H
#define WRITER_H

#include "output_file.h"

#include <subunit2.h>

struct history;

struct writer_options {
	int verbose; /* -q: -1, -v: 1 */
	bool strict;
	bool empty_is_good;   /* --no-tests=pass */
	bool lacks_input;     /* an input was not read to its end; may change while writing */
	unsigned slowest;     /* how many of the slowest tests to list; 0: none */
	bool slowest_chosen;  /* by the user; if not, markdown lists some in any case */
	bool slowest_if_more; /* list them only if more tests have a time; summary: never */
	bool spreadsheet;     /* csv: protect spreadsheets, which run formulas */
	bool list_ends;       /* text: list failed, flaky and leaked tests again at the end */
	bool labels_differ; /* tests run in several places: show the label of the first one, too */
	const struct subunit2_summary *summary; /* summary: counts the same events, before the
	                                           writer; NULL: the writer counts them itself */
	const struct history *history;          /* text, html: the runs before; NULL: not shown */
	const char *title;                      /* markdown: the heading; NULL: a general one */
};

/* Opens a writer to TO. TO and OPTIONS outlive it. Returns NULL on failure, with ERROR filled. */
typedef struct subunit2_sink *writer_open(const struct writer_options *options,
                                          struct output_file *to, struct subunit2_error *error);

/* The table of formats is in cli/format.c. */
writer_open writer_subunit;
writer_open writer_subunit1;
writer_open writer_json;
writer_open writer_tap;
writer_open writer_junit;
writer_open writer_csv;
writer_open writer_disk;
writer_open writer_html;
writer_open writer_github;
writer_open writer_gitlab;
writer_open writer_markdown;
writer_open writer_text;    /* one line for each test, failures with their output, summary */
writer_open writer_events;  /* one line for each event */
writer_open writer_summary; /* counts and verdict only */

#endif
