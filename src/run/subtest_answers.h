/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Subtest answers: which of the requested subtests their script has reported. One that it does not
 * report any more is skipped, with that reason.
 */
#ifndef SUBTEST_ANSWERS_H
#define SUBTEST_ANSWERS_H

#include "string_list.h"

#include <subunit2.h>

struct subtest_answers {
	struct string_list wanted; /* sorted */
	bool *answered;            /* by index in it */
};

/* Released with subtest_answers_clear. */
void subtest_answers_begin(struct subtest_answers *answers, const struct string_list *wanted);
void subtest_answers_clear(struct subtest_answers *answers);

/* Notes that EVENT answers a subtest, if it does. */
void subtest_answers_add(struct subtest_answers *answers, const struct subunit2_event *event);

/* Sends a skip for each subtest without an answer. */
enum subunit2_result subtest_answers_complete(const struct subtest_answers *answers,
                                              struct subunit2_sink *sink,
                                              struct subunit2_error *error);

#endif
