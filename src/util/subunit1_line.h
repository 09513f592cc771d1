/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A line of a version 1 stream: a keyword with or without a colon, then the
 * rest. Every line that begins with something else is text.
 */
#ifndef SUBUNIT1_LINE_H
#define SUBUNIT1_LINE_H

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
	struct subunit2_view rest; /* behind the blank, without the end of the line */
};

/* LINE may have its newline (LF or CR LF), or not. */
struct subunit1_line subunit1_line_read(struct subunit2_view line);

/* LINE without the LF or CR LF at its end. */
struct subunit2_view subunit1_without_newline(struct subunit2_view line);

/* TEXT without the blanks at its ends. */
struct subunit2_view subunit1_without_blanks(struct subunit2_view text);

/* The bytes of the blank that TEXT begins with, 0 when that is none. It is one of
 * Unicode's, as Python splits tags. */
size_t subunit1_blank(struct subunit2_view text);

/* Takes the first tag off TEXT, which are such; false when there is none. */
bool subunit1_next_tag(struct subunit2_view *text, struct subunit2_view *tag);

/* True when more bytes could still make a keyword's line of HEAD, or it is one. */
bool subunit1_line_may_begin(struct subunit2_view head);

/* What ends a label that details follow: " [" and " [ multipart". */
#define SUBUNIT1_SIMPLE SUBUNIT2_LITERAL(" [")
#define SUBUNIT1_MULTIPART SUBUNIT2_LITERAL(" [ multipart")

/* True for "3", "+3", "-3", "push" and "pop", at most SUBUNIT1_PROGRESS_MAX bytes. */
bool subunit1_is_progress(struct subunit2_view text);

#define SUBUNIT1_PROGRESS_MAX 20

/* The MIME type of the file "progress", which holds such a text and a newline. */
#define SUBUNIT1_PROGRESS_TYPE SUBUNIT2_LITERAL("text/x-subunit-progress;charset=utf8")

#endif
