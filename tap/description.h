/*
 * The description of an assertion: what stands behind "ok 3".
 */
#ifndef TAP_DESCRIPTION_H
#define TAP_DESCRIPTION_H

#include "bytes.h"

#include <stdint.h>

enum tap_directive {
	TAP_NO_DIRECTIVE,
	TAP_SKIP,
	TAP_TODO,
	TAP_XFAIL, /* kselftest: failed as expected, whatever the result says */
	TAP_XPASS, /* kselftest: passed, and was not expected to */
	TAP_NOTE,  /* kselftest: why it failed ("exit=1", "TIMEOUT 45 seconds") */
};

struct tap_description {
	struct tap_bytes name; /* escapes as they came: see tap_unescape */
	enum tap_directive directive;
	struct tap_bytes reason; /* behind the directive */
	int64_t duration_ns;     /* TAP_NO_DURATION: not declared */
	bool name_behind;        /* the name stood behind the directive */
	bool opens;              /* "{" at the end: its subtest may follow */
};

/*
 * TEXT begins behind the number. A directive is a "#" at the start or behind
 * white space, not escaped, and a word it knows; a "#" glued to a URL or before
 * another word belongs to the name. Where nothing stands before a "# skip", the
 * name is looked for behind it: "# skip NAME (REASON)", "# skip (REASON) NAME",
 * "# XFAIL NAME".
 */
struct tap_description tap_description_read(struct tap_bytes text);

/* Copies TEXT to BUFFER, which has room for TEXT, with \# and \\ resolved;
 * returns the length. */
size_t tap_unescape(struct tap_bytes text, char *buffer);

#endif
