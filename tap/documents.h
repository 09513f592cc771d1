/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Documents: where one ends and the next one begins. A version begins one, or restarts the system
 * in the middle of one; so does the first test after text that follows a complete one; and prove
 * prints a header before each, and a line after it.
 */
#ifndef TAP_DOCUMENTS_H
#define TAP_DOCUMENTS_H

#include "grammar_state.h"

#define TAP_TEXT_LINE_MAX 511 /* bytes of a line of text that may say anything */

/* Returns whether LINE may end in the dots of a header; most lines of text do not. */
static inline bool
tap_documents_may_end_in_dots(struct tap_bytes line)
{
	char last = line.len ? line.data[line.len - 1] : '\0';
	return last == '.' || last == '\r' || tap_is_space(last);
}

/* Reads LINE, which is text, without its newline: prove may say in it where a document begins
 * or ends, unless it is longer than that. */
int tap_documents_on_text(struct tap_grammar *grammar, struct tap_bytes line);

/* Returns whether LINE was printed by prove, after the script. */
bool tap_documents_is_prove_line(const struct tap_grammar *grammar, const struct tap_line *line);

/* Ends the document; another one may follow. */
int tap_documents_end(struct tap_grammar *grammar);

/* If LINE begins another document, ends this one and begins that. To be called for a line at level
 * 0 after text that follows the last planned test (see "parted" in grammar_state.h). */
int tap_documents_part(struct tap_grammar *grammar, const struct tap_line *line);

/* Reads a version at level AT. */
int tap_documents_on_version(struct tap_grammar *grammar, const struct tap_here *here, size_t at);

#endif
