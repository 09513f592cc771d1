/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Lines that open and close the levels of subtests.
 */
#ifndef TAP_SUBTESTS_H
#define TAP_SUBTESTS_H

#include "grammar_state.h"

/* Stores in AT the level of HERE, a version, a plan or a result, which opens if the line begins
 * it; TAP_NO_LEVEL if the line does not count. */
int tap_subtests_enter(struct tap_grammar *grammar, const struct tap_here *here, size_t *at);

/* Read "# Subtest: NAME"; "# selftests: NAME", after which the output of a program follows, each
 * line after "# "; "{" after a result and its diagnostics; "}". */
int tap_subtests_on_name(struct tap_grammar *grammar, struct tap_here *here);
int tap_subtests_on_selftest(struct tap_grammar *grammar, struct tap_here *here);
int tap_subtests_on_open(struct tap_grammar *grammar, struct tap_here *here);
int tap_subtests_on_close(struct tap_grammar *grammar, struct tap_here *here);

#endif
