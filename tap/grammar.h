/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The grammar of TAP: reads lines and emits facts. The meaning of a line depends on the lines
 * before it.
 *
 * A subtest that was not announced begins as TAP does: with a version, a plan, or
 * test 1. In kselftest's way a subtest stands after "# ", which counts as one
 * large indentation. There, and in KTAP, comments come before the result that
 * they belong to.
 *
 * A command may run several scripts, each with a document of its own: each has a
 * version, or a header of prove's, or stands after text that follows the last
 * test of the one before.
 */
#ifndef TAP_GRAMMAR_H
#define TAP_GRAMMAR_H

#include "grammar_state.h"

struct tap_rules {
	bool declared; /* the output is TAP from the first line; else evidence.h decides */
	bool automake; /* directives as automake's tap-driver.sh reads them */
	bool any_line; /* one line of TAP's form is enough evidence */
	bool ktap;     /* KTAP, also if the versions say TAP */
	bool saved;    /* the output may have been cut anywhere */
};

void tap_grammar_init(struct tap_grammar *grammar, struct tap_rules rules, tap_fact_function *emit,
                      void *context);

/* Begins TAP: from now on, lines that have its form are TAP. */
static inline void
tap_grammar_begin(struct tap_grammar *grammar)
{
	grammar->begun = true;
}

/* Reads the line HERE, of which the line, its bytes and the level are set. Sets the answer. */
int tap_grammar_line(struct tap_grammar *grammar, struct tap_here *here);

/* Returns true when LINE, which is not complete, would be output if it ended here. */
bool tap_grammar_is_output(const struct tap_grammar *grammar, const struct tap_line *line);

/* Returns true if the line that begins with PART, which is not complete, is looked at only as a
 * whole, even if it is text. */
bool tap_grammar_needs_whole_line(const struct tap_grammar *grammar, struct tap_bytes part);

/* Ends the input: emits what waits, and the faults of all levels. */
int tap_grammar_finish(struct tap_grammar *grammar);

#endif
