/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Reads the lines of one file of a test, and keeps those that say why it failed: see cause.h.
 */
#ifndef CAUSE_READER_H
#define CAUSE_READER_H

#include "buffer.h"

#define CAUSE_LINES_MAX 3

/* How the lines of a file are read. */
enum cause_markup {
	CAUSE_PLAIN,     /* as they are */
	CAUSE_COMMENT,   /* "# " before each line */
	CAUSE_YAML,      /* keys and values */
	CAUSE_TRACEBACK, /* the message stands at the end, or after "E " */
};

/* Set TEXT and MARKUP; the rest is zeroed to begin with. */
struct cause_reader {
	enum cause_markup markup;
	struct buffer *text; /* lines so far */
	unsigned lines;
	struct subunit2_view message, got, want, title; /* absent: not found */
};

/* Takes one line of the file, without its newline. */
void cause_reader_line(struct cause_reader *reader, struct subunit2_view line);

/* Adds the message and the values that were found, after the last line. */
void cause_reader_finish(struct cause_reader *reader);

/* Adds LINE, shortened, unless it is empty or there are CAUSE_LINES_MAX lines. */
void cause_reader_add(struct cause_reader *reader, struct subunit2_view line);

/* Takes the first line off TEXT, without its newline. Returns false at the end. */
bool cause_reader_next_line(struct subunit2_view *text, struct subunit2_view *line);

/* Returns TEXT without blanks at both ends. */
struct subunit2_view cause_reader_trim(struct subunit2_view text);

/* Returns TEXT without quotes of one kind around it. */
struct subunit2_view cause_reader_unquote(struct subunit2_view text);

/* Splits "KEY: VALUE". Returns false if LINE has another form. */
bool cause_reader_split(struct subunit2_view line, struct subunit2_view *key,
                        struct subunit2_view *value);

#endif
