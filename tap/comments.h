/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Comments, and messages: indented text below a result that says why it failed.
 */
#ifndef TAP_COMMENTS_H
#define TAP_COMMENTS_H

#include "grammar_state.h"

int tap_comments_on_line(struct tap_grammar *grammar, struct tap_here *here);

/* Returns whether HERE, which is indented or blank, belongs to the message of the newest result;
 * and reads it. */
bool tap_comments_is_message(struct tap_grammar *grammar, const struct tap_here *here);
int tap_comments_on_message(struct tap_grammar *grammar, struct tap_here *here);

#endif
