/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finds and skips the byte order mark of UTF-8, with which some programs begin a text.
 */
#ifndef BYTE_ORDER_MARK_H
#define BYTE_ORDER_MARK_H

#include <stdbool.h>
#include <string.h>
#include <subunit2/view.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Returns TEXT without a byte order mark at its start. */
static inline struct subunit2_view
byte_order_mark_skip(struct subunit2_view text)
{
	size_t len = subunit2_view_starts(text, SUBUNIT2_LITERAL(BYTE_ORDER_MARK))
	                     ? sizeof(BYTE_ORDER_MARK) - 1
	                     : 0;
	return (struct subunit2_view){text.data + len, text.len - len};
}

/* Returns whether TEXT is the start of a byte order mark, but not a whole one. */
static inline bool
byte_order_mark_may_begin(struct subunit2_view text)
{
	return text.len < sizeof(BYTE_ORDER_MARK) - 1 &&
	       memcmp(text.data, BYTE_ORDER_MARK, text.len) == 0;
}

#endif
