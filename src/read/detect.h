/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Signs: what tells the format of an input, and where.
 */
#ifndef DETECT_H
#define DETECT_H

#include <stdint.h>
#include <subunit2/view.h>

/* A part of an input whose format is not known yet. */
struct detect_head {
	struct subunit2_view bytes;
	struct subunit2_view lines; /* of them the first, up to where lines can be judged */
	bool begins, ends;          /* the input does, with it */
};

#define DETECT_NONE SIZE_MAX

/* Where a format was found in a head, as offsets; DETECT_NONE: nowhere. */
struct detect_result {
	size_t at;      /* it shows itself */
	size_t promise; /* a line begins that would be a sign if another followed */
	bool holds;     /* no byte may be passed on as text: a document seems to begin */
};

/* It shows itself at AT, and that is all. */
struct detect_result detect_at(size_t at);

/* The first line in HEAD that IS_SIGN says is one: LINE goes on to the end of what can be
 * judged. */
size_t detect_line(const struct detect_head *head, bool (*is_sign)(struct subunit2_view line));

/* Takes the next line, with its newline where it has one, off REST, which is not empty. */
struct subunit2_view detect_take_line(struct subunit2_view *rest);

#endif
