/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Recognises a producer by its first lines.
 */
#ifndef TAP_PRODUCERS_H
#define TAP_PRODUCERS_H

#include "grammar_state.h"

/*
 * Looks at LINE, one of the first. Recognises producers whose comments announce a test: GLib
 * prints "# random seed: …", Catch2 "# rng-seed: …", and tape "# NAME" after the version.
 */
int tap_producers_look(struct tap_grammar *grammar, const struct tap_line *line);

#endif
