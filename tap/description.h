/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The description of an assertion: the text after "ok 3".
 */
#ifndef TAP_DESCRIPTION_H
#define TAP_DESCRIPTION_H

#include "bytes.h"

#include <stdint.h>

enum tap_directive {
	TAP_NO_DIRECTIVE,
	TAP_SKIP,
	TAP_TODO,
	TAP_XFAIL, /* kselftest: failed as expected, also on "ok" */
	TAP_XPASS, /* kselftest: passed unexpectedly */
	TAP_NOTE,  /* kselftest: why it failed ("exit=1", "TIMEOUT 45 seconds") */
};

struct tap_description {
	struct tap_bytes name; /* escapes as they came: see tap_unescape */
	struct tap_bytes tail; /* the rest of the name, if a duration was cut out of it */
	bool literal;          /* name and tail are printable ASCII without escapes */
	enum tap_directive directive;
	struct tap_bytes reason; /* after the directive */
	int64_t duration_ns;     /* TAP_NO_DURATION: not declared */
	bool dashed;             /* "- " stands before the name */
	bool name_after;         /* the name stood after the directive */
	bool opens;              /* "{" at the end, or before "#": its subtest may follow */
};

/*
 * Reads TEXT, which begins after the number of a test that is OK or not, into *DESCRIPTION.
 *
 * A directive is a "#" at the start, after white space or after an escaped
 * backslash, and a known word; a "#" glued to a URL or before another word belongs
 * to the name. TODO, XFAIL and XPASS count only at the first "#" that is not
 * escaped, since they excuse a failure. SKIP counts at any "#" of an "ok" line, and
 * with any ending ("# skipping"), since many producers do not escape "#".
 *
 * Where nothing stands before a "# skip", the name is looked for after it:
 * "# skip NAME (REASON)", "# skip (REASON) NAME", "# XFAIL NAME".
 */
void tap_description_read(struct tap_description *description, struct tap_bytes text, bool ok);

/* Sets *DESCRIPTION as tap_description_read does for a test that is ok and whose text is NAME, with
 * "- " before it if DASHED. NAME must be literal (see literal.h) and not empty, must not begin or
 * end with white space, and must not end with "{". */
void tap_description_set_literal(struct tap_description *description, struct tap_bytes name,
                                 bool dashed);

/* Reads TEXT as automake's tap-driver.sh does: TODO and SKIP count at any "#" that is not
 * escaped, also at one glued to a word, and nothing else does. */
void tap_description_read_automake(struct tap_description *description, struct tap_bytes text,
                                   bool ok);

/* Removes the "{" that opens a subtest from the end of DESCRIPTION's name. */
void tap_description_drop_brace(struct tap_description *description);

/* Removes " - MESSAGE" from the end of the name of a failed test of GLib, which is a path. The
 * message becomes the reason unless there is one. */
void tap_description_split_message(struct tap_description *description);

/* Copies TEXT to BUFFER, which has room for TEXT, with \# and \\ resolved;
 * returns the length. */
size_t tap_unescape(struct tap_bytes text, char *buffer);

#endif
