/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Names that stay the same from run to run: some producers write a duration into
 * the name of a test, or add a mark to the name of a test that failed.
 */
#ifndef TAP_STABLE_H
#define TAP_STABLE_H

#include "bytes.h"

#include <stdint.h>

/* The line of the name. */
struct tap_name_of {
	bool ok;     /* it begins with "ok" */
	bool dashed; /* "- " stands before the name */
};

/* Returns true if NAME may have one of the forms; most names have none. */
static inline bool
tap_stable_may_fit(struct tap_bytes name, struct tap_name_of line)
{
	char last = name.len ? name.data[name.len - 1] : 0;
	return !line.ok || last == 's' || last == 'c' || last == ')' ||
	       (last == 'd' && line.dashed && memchr(name.data, ':', name.len)) ||
	       (!line.dashed && name.len && memchr(name.data, '[', name.len));
}

/*
 * Removes durations and marks from NAME. Sets TAIL to the text after a duration within the name,
 * and MARK to a mark that says why the test failed; without them, TAIL and MARK stay unchanged.
 * Returns the duration, or TAP_NO_DURATION. The forms are those of the table in stable.c; for
 * durations after "#", see tap_duration_note.
 */
int64_t tap_stable_cut(struct tap_bytes *name, struct tap_bytes *tail, struct tap_bytes *mark,
                       struct tap_name_of line);

#endif
