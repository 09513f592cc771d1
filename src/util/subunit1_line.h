/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Lines of a version 1 stream: a keyword with or without a colon, then the rest. A line that begins
 * with anything else is text.
 */
#ifndef SUBUNIT1_LINE_H
#define SUBUNIT1_LINE_H

#include "line_starts.h"

#include <subunit2/view.h>

enum subunit1_keyword {
	SUBUNIT1_NONE, /* text */
	SUBUNIT1_TEST,
	SUBUNIT1_SUCCESS,
	SUBUNIT1_FAILURE,
	SUBUNIT1_ERROR,
	SUBUNIT1_SKIP,
	SUBUNIT1_XFAIL,
	SUBUNIT1_UXSUCCESS,
	SUBUNIT1_PROGRESS,
	SUBUNIT1_TAGS,
	SUBUNIT1_TIME,
};

struct subunit1_line {
	enum subunit1_keyword keyword;
	struct subunit2_view rest; /* after the blank, without the end of the line */
};

/* Parses LINE, with or without its newline (LF or CR LF). */
struct subunit1_line subunit1_line_read(struct subunit2_view line);

/* Returns LINE without the LF or CR LF at its end. */
struct subunit2_view subunit1_without_newline(struct subunit2_view line);

/* Returns TEXT without the blanks at its ends. */
struct subunit2_view subunit1_without_blanks(struct subunit2_view text);

/* Returns the length of the blank at the start of TEXT, or 0. Blanks are those of Unicode, at which
 * Python splits tags. */
size_t subunit1_blank(struct subunit2_view text);

/* Moves the first tag of the list *TEXT to *TAG. Returns false if the list is empty. */
bool subunit1_next_tag(struct subunit2_view *text, struct subunit2_view *tag);

/* With which bytes a line begins that has a keyword, also after a byte order mark; see
 * line_starts.h. */
extern const struct line_starts subunit1_line_starts;

/* Returns false if the first two bytes of LINE, which is not empty, show that it has no keyword. */
static inline bool
subunit1_line_may_start(struct subunit2_view line)
{
	return line.len < 2 ||
	       line_starts_has(subunit1_line_starts.second[(unsigned char)line.data[0]],
	                       line.data[1]);
}

/* Returns true if HEAD is the start of a line with a keyword, or may become one by further bytes.
 */
bool subunit1_line_may_begin(struct subunit2_view head);

/* The end of a label that details follow: " [" or " [ multipart". */
#define SUBUNIT1_SIMPLE SUBUNIT2_LITERAL(" [")
#define SUBUNIT1_MULTIPART SUBUNIT2_LITERAL(" [ multipart")

/* Returns true for "3", "+3", "-3", "push" and "pop", up to SUBUNIT1_PROGRESS_MAX bytes. */
bool subunit1_is_progress(struct subunit2_view text);

#define SUBUNIT1_PROGRESS_MAX 20

/* The MIME type of the file "progress", which holds such a text and a newline. */
#define SUBUNIT1_PROGRESS_TYPE SUBUNIT2_LITERAL("text/x-subunit-progress;charset=utf8")

#endif
