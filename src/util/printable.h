/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Makes text from tests safe to show: control bytes and bytes that are not UTF-8 become \xNN, so
 * that no test can move the cursor or set the title of a terminal. The same applies to characters
 * that are invisible, reorder text or end a line.
 */
#ifndef PRINTABLE_H
#define PRINTABLE_H

#include <subunit2/view.h>

#include <stdio.h>

/* Which characters become \xNN, besides bytes that are not UTF-8. */
enum printable_escapes {
	PRINTABLE_FOR_PEOPLE, /* the rest, and U+202A to U+202E, U+2066 to U+2069, U+FEFF */
	PRINTABLE_LINE_ENDS, /* the next, and U+2028 and U+2029: all that end a line for a reader */
	PRINTABLE_CONTROLS,  /* C0, DEL and C1 */
};

/* Writes TEXT on one line: newlines are control bytes too. printable_put writes for people. */
void printable_put(FILE *file, struct subunit2_view text);
void printable_put_escaped(FILE *file, struct subunit2_view text, enum printable_escapes escapes);

/* Returns true if TEXT is ASCII without control characters, as most ids and words are: no byte is
 * escaped. */
bool printable_is_ascii(struct subunit2_view text);

/* The treatment of SGR sequences (sgr.h) in a text. */
enum printable_colors {
	PRINTABLE_COLORS_ESCAPED, /* \xNN, as for all other control bytes */
	PRINTABLE_COLORS_REMOVED,
	PRINTABLE_COLORS_SHOWN, /* as they are; reset at the end of each line */
};

#define PRINTABLE_COLORS_SIZE 128

/* A text that comes in pieces, each of its lines after a prefix. Tabs stay. */
struct printable_lines {
	FILE *file;
	const char *prefix;
	enum printable_escapes escapes;
	enum printable_colors colors;
	char set[PRINTABLE_COLORS_SIZE]; /* the colors that the next line begins with */
	bool crlf;                       /* do not show the CR of a line that ends with CR LF */
	bool in_line;                    /* the last line has no newline yet */
};

void printable_lines_put(struct printable_lines *lines, struct subunit2_view text);
/* Ends the last line, if it has not ended. */
void printable_lines_end(struct printable_lines *lines);

#endif
