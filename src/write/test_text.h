/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A test as people read it:
 *
 *     FAIL  t/b.t  1.20s  [net, slow]
 *       stdout:
 *         | what it said
 */
#ifndef TEST_TEXT_H
#define TEST_TEXT_H

#include "writer.h"

/* True for what did not end well, or did not end. */
bool test_text_is_bad(enum subunit2_status status);

/* The first line, with the test's time, its tags, and the reason of a skip and of
 * what is still to do. What never ended has run until NOW; NULL: nobody knows. */
void test_text_line(struct output_file *to, const struct subunit2_test *test,
                    const struct subunit2_time *now);

/* The files, each line of them behind a bar; of one that is no text only its size. */
void test_text_files(FILE *file, const struct subunit2_test *test);

#endif
