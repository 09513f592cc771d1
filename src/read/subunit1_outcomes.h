/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The outcomes of an input of version 1: lines that end a test, or begin its details, which the
 * end of the test follows.
 */
#ifndef SUBUNIT1_OUTCOMES_H
#define SUBUNIT1_OUTCOMES_H

#include "subunit1_state.h"

/* Makes the details events of their test. */
void subunit1_outcomes_init(struct subunit1_input *self);

/* Reads an outcome: READ is what LINE says. Ends its test, or begins the details. Passes LINE on
 * as text if no open test has its label. */
enum subunit2_result subunit1_outcomes_read(struct subunit1_input *self, struct subunit2_view line,
                                            struct subunit1_line read,
                                            struct subunit2_error *error);

/* Returns true if LINE begins the next test and the details end without a line "]": Subunit.pm
 * writes the "]" at the end of their last line if that has no newline. */
bool subunit1_outcomes_is_missing_end(const struct subunit1_input *self, struct subunit2_view line);

/* Ends the details, and their test with its outcome. */
enum subunit2_result subunit1_outcomes_end_details(struct subunit1_input *self,
                                                   struct subunit2_error *error);

/* Reads a line of the details. */
enum subunit2_result subunit1_outcomes_details_line(struct subunit1_input *self,
                                                    struct subunit2_view line,
                                                    struct subunit2_error *error);

/* Ends the stream: each test that is still open fails. */
enum subunit2_result subunit1_outcomes_finish(struct subunit1_input *self,
                                              struct subunit2_error *error);

#endif
