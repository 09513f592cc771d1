/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Blocks of YAML below a result: from an indented "---" to "...".
 */
#ifndef TAP_YAML_H
#define TAP_YAML_H

#include "grammar_state.h"

/* Reads "---", which opens a block if it stands further right than the newest result. */
int tap_yaml_open(struct tap_grammar *grammar, struct tap_here *here);

/* Reads a line while a block is open. "..." ends the block, as does a line of TAP that stands
 * further left, which is declined. */
int tap_yaml_on_line(struct tap_grammar *grammar, struct tap_here *here);

#endif
