/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A report in Markdown, as the job summary of a CI service shows it: a heading, the counts, a table
 * of failures with their causes, their output to unfold, and the flaky and the slowest tests.
 *
 * Text of tests stands in HTML elements only, with "<", ">", "&" and quotes escaped, and lines of
 * output in <pre>, so that no test can end an element or begin Markdown. The report is shorter than
 * the 1 MiB that GitHub allows; a line says how much was left out.
 */
#ifndef MARKDOWN_REPORT_H
#define MARKDOWN_REPORT_H

#include "cause.h"
#include "route_label.h"
#include "writer.h"

#include <subunit2/collect.h>
#include <subunit2/summary.h>

struct markdown_report;

/* Returns an empty report. OPTIONS outlive it. Free it with markdown_report_free. */
struct markdown_report *markdown_report_new(const struct writer_options *options);
void markdown_report_free(struct markdown_report *report);

/* Adds TEST, which has ended or will never end. CAUSE is its cause if it did not end well, else
 * NULL. LABEL, of its route, stands before its id; it may be empty. */
void markdown_report_add(struct markdown_report *report, const struct subunit2_test *test,
                         const struct cause *cause, struct subunit2_view label);

/* Writes the report to FILE. LABELS are those of the stream. */
void markdown_report_put(const struct markdown_report *report, FILE *file,
                         const struct subunit2_summary_result *counts, struct route_labels *labels);

/* Writes TEXT, of any bytes, on one line of HTML. */
void markdown_put_text(FILE *file, struct subunit2_view text);

#endif
