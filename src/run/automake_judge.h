/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Judges a test by its exit status as automake does, and turns automake's result into the
 * outcome for the stream. TAP is judged in automake_tap.h.
 */
#ifndef AUTOMAKE_JUDGE_H
#define AUTOMAKE_JUDGE_H

#include "automake_line.h"
#include "outcome.h"

#define AUTOMAKE_JUDGE_SKIP 77 /* the exit status of a skipped test */

/* Returns the exit status of a command as a shell has it: 128 + N for signal N, 127 and 126 if it
 * could not be run. RESULT may be NULL: there was no process. */
int automake_judge_exit_status(const struct process_result *result);

/* Returns the result of a plain test. HARD_ERRORS: exit status 99 is an error. */
enum automake_result automake_judge_status(int status, bool hard_errors, bool expect_failure);

/* Changes OUTCOME so that it agrees with RESULT. ERRORS are those of the whole test, one a line;
 * they may be absent. */
void automake_judge_outcome(struct outcome *outcome, enum automake_result result,
                            bool expect_failure, struct subunit2_view errors);

/* Makes OUTCOME a failure if FAILED results in the test's output failed, such as subtests, that
 * tap-driver.sh ignores because they are indented. */
void automake_judge_uncounted(struct outcome *outcome, uint64_t failed);

#endif
