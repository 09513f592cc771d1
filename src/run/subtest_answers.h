/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Answers: of the subtests that were asked for by name, which their script has
 * reported. What it no longer reports is answered too, with a skip that says so.
 */
#ifndef SUBTEST_ANSWERS_H
#define SUBTEST_ANSWERS_H

#include "string_list.h"

#include <subunit2.h>

struct answers {
	struct strings wanted; /* sorted */
	bool *given;           /* by index in it */
};

/* Released with answers_clear. */
void answers_begin(struct answers *answers, const struct strings *wanted);
void answers_clear(struct answers *answers);

/* Takes notice of an event. */
void answers_note(struct answers *answers, const struct subunit2_event *event);

/* Sends the answers that are missing. */
int answers_complete(const struct answers *answers, struct subunit2_sink *sink,
                     struct subunit2_error *error);

#endif
