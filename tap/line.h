/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Reads one line, without those before it, as the kind of TAP whose form it has. The grammar
 * decides whether it is TAP.
 */
#ifndef TAP_LINE_H
#define TAP_LINE_H

#include "bytes.h"
#include "description.h"

#include <stdint.h>

#define TAP_STEP_COLUMNS 4 /* by which a subtest is indented */

enum tap_line_kind {
	TAP_TEXT,     /* not TAP */
	TAP_BLANK,    /* nothing but white space */
	TAP_VERSION,  /* "TAP version 14", "KTAP version 1" */
	TAP_PLAN,     /* "1..5" */
	TAP_RESULT,   /* "ok 3 - name" */
	TAP_COMMENT,  /* "# anything" */
	TAP_SUBTEST,  /* "# Subtest: name" */
	TAP_SELFTEST, /* "# selftests: name": kselftest begins one */
	TAP_BAIL_OUT, /* "Bail out!" */
	TAP_PRAGMA,   /* "pragma +strict" */
	TAP_YAML,     /* "---" */
	TAP_OPEN,     /* "{" */
	TAP_CLOSE,    /* "}" */
};

struct tap_line {
	enum tap_line_kind kind;
	size_t indent;         /* in columns; a tab counts four */
	struct tap_bytes text; /* after the console prefix, without the line's end */
	struct tap_bytes body; /* the same after the indentation */

	bool ktap; /* VERSION: "KTAP", or from a kernel's console, where it is the same */

	bool ok;         /* RESULT */
	bool has_number; /* RESULT */
	uint64_t number; /* RESULT; PLAN: the last; a huge one becomes UINT64_MAX */
	/* RESULT; PLAN: only directive and reason. SUBTEST, SELFTEST: only the
	 * name. BAIL_OUT: only the reason. */
	struct tap_description description;

	struct tap_bytes list; /* PLAN: the numbers after "todo". PRAGMA: the settings */
};

/* Reads TEXT, a line, into *LINE. TEXT may end in a newline, and before it in carriage returns. */
void tap_line_read(struct tap_line *line, struct tap_bytes text);

/* Sets *DESCRIPTION to that of LINE, a result, as tap_description_read_automake reads it. */
void tap_line_automake(const struct tap_line *line, struct tap_description *description);

/* Reads the text after "# " in LINE, a comment, as a line into *NESTED, which may be LINE. */
void tap_line_nested(const struct tap_line *line, struct tap_line *nested);

/* Returns whether TAP that was not declared may begin with LINE: a version, a plan, or test 1. */
bool tap_line_begins_tap(const struct tap_line *line);

/* Returns whether RAW, the bytes of a line, ends in a newline. */
static inline bool
tap_line_is_complete(struct tap_bytes raw)
{
	return raw.data[raw.len - 1] == '\n';
}

/* Returns the bytes from TEXT, a part of RAW, to the end of the line: white space at the end stays,
 * but not the newline and the carriage returns before it. */
struct tap_bytes tap_line_to_end(struct tap_bytes raw, const char *text);

/* Returns true if the first characters of the line TEXT, which has no newline, show that it is
 * TAP_TEXT or TAP_BLANK. */
bool tap_line_is_text(struct tap_bytes text);

/* Returns false if a line that begins with PART can only be TAP_TEXT. */
bool tap_line_may_begin(struct tap_bytes part);

/* Returns TEXT without white space at its start, up to COLUMNS columns. A tab is removed as a
 * whole. */
struct tap_bytes tap_line_skip_columns(struct tap_bytes text, size_t columns);

/* Removes a decimal number from the front of TEXT; a larger one becomes UINT64_MAX. False if
 * TEXT begins with no digit. */
bool tap_number_read(struct tap_bytes *text, uint64_t *number);

#endif
