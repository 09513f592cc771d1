/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The lines of a console that no harness has to read: nearly all of other output. Only the
 * first word of a line is looked at, so that they cost little.
 */
#ifndef CONSOLE_FILTER_H
#define CONSOLE_FILTER_H

#include "line_starts.h"

#include <subunit2/view.h>

/* With which bytes a line begins, after blanks, that a harness or automake_suite_log reads, unless
 * prove's dots follow its first word or that is a make. */
extern const struct line_starts console_filter_starts;

/* Returns whether LINE, without its newline, is text for every harness. */
bool console_filter_is_text(struct subunit2_view line);

/* Does the same for a LINE that begins with a word, which has WORD_LEN bytes. */
bool console_filter_is_text_after(struct subunit2_view line, size_t word_len);

/* Returns whether WORD, which is not empty, is a make, or make's name before a message: "make",
 * "/usr/bin/gmake", "make[1]:". */
bool console_filter_is_make(struct subunit2_view word);

/* Returns false if LAST, the last byte of a word, shows that the word is no make. */
static inline bool
console_filter_may_end_make(char last)
{
	return line_starts_has(LINE_SECOND('e') | LINE_SECOND(':') | LINE_SECOND(']'), last);
}

/* Returns whether NEXT and AFTER follow a number in lines of a harness: "1/3 ", "  7: ", "7. ",
 * "67% ", "14 tests", "1 of 2 tests". */
static inline bool
console_filter_may_follow_number(char next, char after)
{
	if (next == '/')
		return after >= '0' && after <= '9';
	if (next == ':' || next == '.' || next == '%')
		return after == ' ' || after == '\n';
	return next == ' ' && (after == 't' || after == 'o');
}

/* Returns LINE without its newline, if it has one. */
static inline struct subunit2_view
console_filter_line(struct subunit2_view line)
{
	line.len -= line.len && line.data[line.len - 1] == '\n';
	return line;
}

/* Returns whether every line that begins with HEAD is text. */
bool console_filter_is_text_so_far(struct subunit2_view head);

/* Returns how many of BYTES, which begin with a line, are whole lines of text. */
size_t console_filter_text_len(struct subunit2_view bytes);

#endif
