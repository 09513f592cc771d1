/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Lines that count: versions, plans and results, at the level that their column stands for.
 */
#ifndef TAP_COUNTED_H
#define TAP_COUNTED_H

#include "grammar_state.h"

int tap_counted_on_line(struct tap_grammar *grammar, struct tap_here *here);

#endif
