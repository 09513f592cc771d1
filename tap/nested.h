/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * TAP after "# ", or after several of them, as kselftest prints it.
 */
#ifndef TAP_NESTED_H
#define TAP_NESTED_H

#include "grammar_state.h"

/* Reads the TAP in HERE, a comment; declines a comment without TAP. */
int tap_nested_on_comment(struct tap_grammar *grammar, struct tap_here *here);

#endif
