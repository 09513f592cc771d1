/*
 * Text from tests, made fit for people: control bytes and what is not UTF-8
 * become \xNN, so that no test moves the cursor or sets the title.
 */
#ifndef PRINTABLE_H
#define PRINTABLE_H

#include <subunit2/view.h>

#include <stdio.h>

/* TEXT on one line: newlines are control bytes too. */
void visible_put(FILE *file, struct subunit2_view text);

/* A text that comes in pieces, each of its lines behind a prefix. Tabs stay. */
struct visible_lines {
	FILE *file;
	const char *prefix;
	bool crlf;    /* a line may end with CR LF: no need to see the CR */
	bool in_line; /* the last line has no newline yet */
};

void visible_lines_put(struct visible_lines *lines, struct subunit2_view text);
/* Ends the last line, if it has not ended. */
void visible_lines_end(struct visible_lines *lines);

#endif
