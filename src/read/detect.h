/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Signs: bytes that identify the format of an input.
 */
#ifndef DETECT_H
#define DETECT_H

#include <stdint.h>
#include <subunit2/view.h>

/* A part of an input whose format is not known yet. */
struct detect_head {
	struct subunit2_view bytes;
	struct subunit2_view lines; /* BYTES up to the end of the last line to look at */
	bool begins, ends;          /* the input begins with this part, ends with it */
};

#define DETECT_NONE SIZE_MAX

/* Where a format was found in a head, as offsets; DETECT_NONE: nowhere. */
struct detect_result {
	size_t at;      /* the sign */
	size_t promise; /* the start of a line that would be a sign if another followed */
	bool holds;     /* no byte may be passed on as text: a document seems to begin */
};

/* Returns a result with a sign at AT, and nothing else. */
struct detect_result detect_at(size_t at);

/* Returns the offset of the first line in HEAD for which IS_SIGN returns true, or DETECT_NONE. LINE
 * starts with that line and reaches to the end of HEAD->lines. */
size_t detect_line(const struct detect_head *head, bool (*is_sign)(struct subunit2_view line));

/* Removes the first line, with its newline if it has one, from REST, which is not empty; returns
 * the line. */
struct subunit2_view detect_take_line(struct subunit2_view *rest);

#endif
