/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Evidence that the output of a command is TAP.
 *
 * A version, a plan, "ok 1", "not ok 1", "# Subtest: NAME" and "Bail out!" prove it at
 * once. Otherwise two different pieces do: a number after "ok" or "not ok", " - " after
 * it, a "not ok" line. Prose says "ok all copied", and go says "ok  \tPACKAGE\t0.01s":
 * "ok" before two blanks or a tab is no evidence.
 *
 * Indented lines prove nothing until one follows that is not indented. At the end of the output
 * they are subtests without the test that they are part of, if one of them failed, or if there
 * are both a plan and a numbered result.
 */
#ifndef TAP_EVIDENCE_H
#define TAP_EVIDENCE_H

#include "line.h"

/* All zeroes to begin with, but for ANY_LINE. */
struct tap_evidence {
	bool any_line; /* one line of TAP's form is enough */
	bool number, dash, failure;
	bool indented_plan, indented_number;
	bool orphan; /* an indented result failed, or all bailed out; with ANY_LINE, there was a
	                result */
};

enum tap_sign {
	TAP_SIGN_NONE,      /* the line is not TAP, even if the output is */
	TAP_SIGN_CANDIDATE, /* the line is TAP if the output is */
	TAP_SIGN_CERTAIN,   /* the output is TAP */
};

/* Returns whether the output, which has ended and is not TAP, holds subtests without their test. */
bool tap_evidence_has_orphan(const struct tap_evidence *evidence);

enum tap_sign tap_evidence_add(struct tap_evidence *evidence, const struct tap_line *line);

#endif
