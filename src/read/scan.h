/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Words and numbers at the beginning and the end of a line. Each function of scan_take
 * removes what it finds from TEXT.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stdint.h>
#include <subunit2/view.h>

/* Removes PREFIX if TEXT begins with it. */
static inline bool
scan_take(struct subunit2_view *text, const char *prefix)
{
	size_t len = strlen(prefix);
	if (text->len < len || memcmp(text->data, prefix, len) != 0)
		return false;
	text->data += len;
	text->len -= len;
	return true;
}

/* Removes blanks and tabs. */
void scan_take_blanks(struct subunit2_view *text);
/* Removes the bytes before the first blank, and returns them. */
struct subunit2_view scan_take_word(struct subunit2_view *text);
/* Removes digits, and stores the number. False, with TEXT unchanged, if TEXT begins with no
 * digit or the number has more than 18. */
bool scan_take_number(struct subunit2_view *text, uint64_t *number);
/* Removes "12.34", and stores it as nanoseconds. False, with TEXT unchanged, if TEXT begins
 * with no digit or has more than 9 before the point. */
bool scan_take_seconds(struct subunit2_view *text, int64_t *ns);

/* Returns TEXT without the blanks, tabs and carriage returns at its end. */
struct subunit2_view scan_trim_end(struct subunit2_view text);
/* Returns TEXT from AT on. */
static inline struct subunit2_view
scan_skip(struct subunit2_view text, size_t at)
{
	return (struct subunit2_view){text.data + at, text.len - at};
}

/* Returns what follows the last carriage return in TEXT; TEXT if it has none. */
struct subunit2_view scan_after_return(struct subunit2_view text);
/* Returns whether TEXT is a number and nothing else. */
bool scan_is_number(struct subunit2_view text);
/* Returns TEXT without its colors and other escape sequences: TEXT itself if it has none,
 * else a view of SCRATCH, which has room for as many bytes. */
struct subunit2_view scan_without_colors(struct subunit2_view text, char *scratch);

#endif
