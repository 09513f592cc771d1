/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * UTF-8 as packets require it: shortest forms, no surrogates, at most U+10FFFF (RFC 3629).
 *
 * Threads: these functions may be called from every thread.
 */
#ifndef SUBUNIT2_UTF8_H
#define SUBUNIT2_UTF8_H

#include "view.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Return how many bytes at the start of TEXT are whole, valid characters; TEXT.len if all are. */
size_t subunit2_utf8_valid_len(struct subunit2_view text);

/* Return whether TEXT can be a string in a packet: valid UTF-8 without NUL. */
bool subunit2_utf8_is_string(struct subunit2_view text);

/* Return how many bytes (0 to 3) at the end of TEXT begin a character that further bytes could
 * complete. */
size_t subunit2_utf8_unfinished(struct subunit2_view text);

/* Return the largest length of at most LIMIT bytes at which TEXT, which is valid, can be cut
 * between two characters. */
size_t subunit2_utf8_cut(struct subunit2_view text, size_t limit);

/*
 * Convert arbitrary bytes into a valid test id: write each byte of a control character (C0, DEL,
 * C1) and each byte that is not UTF-8 as \xNN. A backslash stays as it is. Stop before the first
 * character that does not fit into LIMIT bytes; an escape is never cut. Write at most LIMIT bytes
 * to BUFFER, without a NUL, and return their number.
 */
size_t subunit2_utf8_escape(struct subunit2_view text, char *buffer, size_t limit);

#ifdef __cplusplus
}
#endif

#endif
