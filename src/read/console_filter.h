/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The lines of a console that no harness has to read: nearly all of other output. Only the
 * first word of a line is looked at, so that they cost little.
 */
#ifndef CONSOLE_FILTER_H
#define CONSOLE_FILTER_H

#include <subunit2/view.h>

/* Returns whether LINE, without its newline, is text for every harness. */
bool console_filter_is_text(struct subunit2_view line);

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
