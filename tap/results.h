/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Results: "ok 3 - name". One whose line may open a subtest waits for the next line.
 */
#ifndef TAP_RESULTS_H
#define TAP_RESULTS_H

#include "grammar_state.h"

/* Reads a result at level AT. */
int tap_results_on_line(struct tap_grammar *grammar, const struct tap_here *here, size_t at);

/* Emits the result that waits, if there is one and NEXT, the line after it, is not blank. NEXT is
 * NULL at the end of the input. */
int tap_results_end_opening(struct tap_grammar *grammar, const struct tap_line *next);

#endif
