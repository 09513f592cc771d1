/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* One line of make's console: what it says of an automake test suite. */
#ifndef AUTOMAKE_LINE_H
#define AUTOMAKE_LINE_H

#include <subunit2/event.h>

/* Automake's own six results, in the order of its summary. */
enum automake_result {
	AUTOMAKE_PASS,
	AUTOMAKE_SKIP,
	AUTOMAKE_XFAIL,
	AUTOMAKE_FAIL,
	AUTOMAKE_XPASS,
	AUTOMAKE_ERROR,
	AUTOMAKE_RESULTS,
};

extern const char *const automake_result_names[AUTOMAKE_RESULTS];

enum automake_line_kind {
	AUTOMAKE_OTHER,
	AUTOMAKE_RESULT,   /* "PASS: test", "FAIL: test 3 - name # why" */
	AUTOMAKE_ENTERING, /* make enters a directory */
	AUTOMAKE_LEAVING,
	AUTOMAKE_MAKING,   /* "Making check in DIRECTORY" */
	AUTOMAKE_CHECKING, /* "make  check-TESTS": a check begins */
	AUTOMAKE_TOTAL,    /* "# PASS:  3" of a summary */
};

struct automake_line {
	enum automake_line_kind kind;
	enum automake_result result;  /* RESULT and TOTAL */
	struct subunit2_view test;    /* RESULT: the script */
	struct subunit2_view number;  /* of a TAP assertion; absent: the script's own result */
	struct subunit2_view name;    /* of it; may be empty */
	struct subunit2_view comment; /* behind " # "; may be absent */
	struct subunit2_view directory;
	uint64_t total; /* TOTAL */
};

/* LINE without its newline; colours in it are passed over, and the views point
 * into LINE or, where it had colours, into UNCOLORED, which has room for LINE. */
struct automake_line automake_line(struct subunit2_view line, char *uncolored);

/* Whether a line that begins with HEAD could turn out to be other than OTHER. */
bool automake_line_may_begin(struct subunit2_view head);

/* True when the whole line TEXT need not be parsed, by its first word: nearly
 * every line of other output. */
bool automake_line_is_other(struct subunit2_view text);

#endif
