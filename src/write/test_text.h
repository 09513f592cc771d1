/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A test as text for people:
 *
 *     FAIL  t/b.t  1.20s  [net, slow]
 *       stdout:
 *         | its output
 */
#ifndef TEST_TEXT_H
#define TEST_TEXT_H

#include "printable.h"
#include "route_label.h"
#include "writer.h"

/* Returns whether STATUS is a failure, or the status of a test that never ended. */
bool test_text_is_bad(enum subunit2_status status);

/* Prints the first line: status, id, time, tags, and the reason of a skip or todo. A test that
 * never ended has run until NOW; NULL: its time is not known. */
void test_text_line(struct output_file *to, const struct subunit2_test *test,
                    const struct subunit2_time *now);

/* Prints "host: build7" for EVENT, a fact of the run. */
void test_text_put_fact(FILE *file, const struct subunit2_event *event);

/* Prints "[mac] " for the LABEL "mac"; nothing if it is empty. */
void test_text_put_label(FILE *file, struct subunit2_view label);

/* Prints "[mac] " before the first line of TEST, if LABELS differ and its route has a label; before
 * that, if the label of the tests above was left out, a line that names it. */
void test_text_label(FILE *file, struct route_labels *labels, const struct subunit2_test *test);

/* Writes the text files of TEST, each line after a bar, with their colors as COLORS says; of other
 * files the size. */
void test_text_files(FILE *file, const struct subunit2_test *test, enum printable_colors colors);

/* Returns how the colors of tests are written to TO: shown if it has colors, else removed. */
enum printable_colors test_text_colors(const struct output_file *to);

#endif
