/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Text from tests, made fit for people: control bytes and what is not UTF-8
 * become \xNN, so that no test moves the cursor or sets the title. So do the bytes of
 * characters that change the order of what a reader sees, end a line, or are not seen.
 */
#ifndef PRINTABLE_H
#define PRINTABLE_H

#include <subunit2/view.h>

#include <stdio.h>

/* Which characters become \xNN, besides bytes that are not UTF-8. */
enum visible_escapes {
	VISIBLE_FOR_PEOPLE, /* the rest, and U+202A to U+202E, U+2066 to U+2069, U+FEFF */
	VISIBLE_LINE_ENDS,  /* the next, and U+2028 and U+2029: all that end a line for a reader */
	VISIBLE_CONTROLS,   /* C0, DEL and C1 */
};

/* Writes TEXT on one line: newlines are control bytes too. visible_put writes for people. */
void visible_put(FILE *file, struct subunit2_view text);
void visible_put_escaped(FILE *file, struct subunit2_view text, enum visible_escapes escapes);

/* A text that comes in pieces, each of its lines behind a prefix. Tabs stay. */
struct visible_lines {
	FILE *file;
	const char *prefix;
	enum visible_escapes escapes;
	bool crlf;    /* a line may end with CR LF: no need to see the CR */
	bool in_line; /* the last line has no newline yet */
};

void visible_lines_put(struct visible_lines *lines, struct subunit2_view text);
/* Ends the last line, if it has not ended. */
void visible_lines_end(struct visible_lines *lines);

#endif
