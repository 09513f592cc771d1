/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * UTF-8 as the protocol wants it: shortest forms, no surrogates, at most
 * U+10FFFF (RFC 3629).
 */
#ifndef SUBUNIT2_UTF8_H
#define SUBUNIT2_UTF8_H

#include "view.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The number of leading bytes of TEXT that are whole, valid characters; equal
 * to text.len when all of it is valid. */
size_t subunit2_utf8_valid_len(struct subunit2_view text);

/* True when all of TEXT is valid and none of it is NUL: fit for a packet's string. */
bool subunit2_utf8_is_string(struct subunit2_view text);

/* How many bytes (0 to 3) at the end of TEXT begin a character that more bytes
 * could still complete. */
size_t subunit2_utf8_unfinished(struct subunit2_view text);

/* The largest length of at most LIMIT at which TEXT, which is valid, can be cut
 * between two characters. */
size_t subunit2_utf8_cut(struct subunit2_view text, size_t limit);

/*
 * Makes any bytes fit for a test id: control characters (C0, DEL, C1) and bytes
 * that are not UTF-8 become \xNN, a backslash stays as it is, and what is longer
 * than LIMIT bytes is cut between characters (never inside an escape). Writes at
 * most LIMIT bytes to BUFFER, which is not terminated, and returns their number.
 */
size_t subunit2_utf8_escape(struct subunit2_view text, char *buffer, size_t limit);

#ifdef __cplusplus
}
#endif

#endif
