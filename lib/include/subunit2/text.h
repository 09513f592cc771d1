/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Text: output that is not a packet, gathered into file events.
 *
 * Pieces are cut after the last newline that fits, else between characters. A
 * piece that is UTF-8 becomes the file NAME ("stdout") with the MIME type
 * text/plain;charset=utf8; one that is not goes, byte for byte, into the file
 * NAME.bytes with application/octet-stream, since readers in Python end at bad
 * UTF-8. Together, in order, the two hold all of the input.
 */
#ifndef SUBUNIT2_TEXT_H
#define SUBUNIT2_TEXT_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SUBUNIT2_TEXT_GATHER_MS 50     /* held no longer than this */
#define SUBUNIT2_TEXT_GATHER_MAX 65536 /* bytes in one event, and held at most */

struct subunit2_text;

/* Flags of subunit2_text_new. */
enum subunit2_text_flags {
	SUBUNIT2_TEXT_RUNNABLE = 1, /* mark the events as runnable */
};

/*
 * TEST_ID and ROUTE_CODE (each may be absent) go on every event, which has no
 * timestamp; put a stamp sink behind it for that. FLAGS: 0 or SUBUNIT2_TEXT_RUNNABLE.
 * NULL when memory is short. All views are copied.
 */
struct subunit2_text *subunit2_text_new(struct subunit2_sink *next, struct subunit2_view name,
                                        struct subunit2_view test_id,
                                        struct subunit2_view route_code, unsigned flags);
void subunit2_text_free(struct subunit2_text *text);

enum subunit2_result subunit2_text_feed(struct subunit2_text *text, struct subunit2_view bytes,
                                        int64_t now_ms, struct subunit2_error *error);
/* As for the reader: when tick wants to be called, and the call. */
int64_t subunit2_text_deadline(const struct subunit2_text *text);
enum subunit2_result subunit2_text_tick(struct subunit2_text *text, int64_t now_ms,
                                        struct subunit2_error *error);
/* Everything held goes out now, an unfinished character too: something else
 * follows in the stream, or nothing does. Sends no eof. */
enum subunit2_result subunit2_text_flush(struct subunit2_text *text, struct subunit2_error *error);

#ifdef __cplusplus
}
#endif

#endif
