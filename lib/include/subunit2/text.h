/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Text: gathers bytes that are not packets into file events.
 *
 * Pieces are cut after the last newline that fits, else between characters. A piece of valid UTF-8
 * goes into the file NAME (such as "stdout") with the MIME type text/plain;charset=utf8. Any other
 * piece goes, byte for byte, into the file NAME.bytes with application/octet-stream, because
 * Python's readers stop at invalid UTF-8. Both files in order of arrival contain the whole input.
 *
 * The time is passed as to a reader: see reader.h.
 *
 * Threads: a gatherer may be used by one thread at a time.
 */
#ifndef SUBUNIT2_TEXT_H
#define SUBUNIT2_TEXT_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SUBUNIT2_TEXT_GATHER_MS 50     /* the longest time for which text is held */
#define SUBUNIT2_TEXT_GATHER_MAX 65536 /* the most bytes in one event, and the most held */

struct subunit2_text;

/* Flags of subunit2_text_new. */
enum subunit2_text_flags {
	SUBUNIT2_TEXT_RUNNABLE = 1, /* mark the events as runnable */
};

/*
 * Create a gatherer that sends file events named NAME to NEXT. Every event gets TEST_ID and
 * ROUTE_CODE, each of which may be absent, and no timestamp: put a stamp sink after it for that.
 * FLAGS is 0 or SUBUNIT2_TEXT_RUNNABLE. The views are copied. Return NULL if memory is short.
 */
struct subunit2_text *subunit2_text_new(struct subunit2_sink *next, struct subunit2_view name,
                                        struct subunit2_view test_id,
                                        struct subunit2_view route_code, unsigned flags);
/* Release TEXT and discard what it holds: call subunit2_text_flush first. NULL is allowed. */
void subunit2_text_free(struct subunit2_text *text);

/* Gather BYTES, which arrived at NOW_MS. */
enum subunit2_result subunit2_text_feed(struct subunit2_text *text, struct subunit2_view bytes,
                                        int64_t now_ms, struct subunit2_error *error);
/* Return the time, in milliseconds, at which to call subunit2_text_tick; INT64_MAX if nothing is
 * held. */
int64_t subunit2_text_deadline(const struct subunit2_text *text);
/* Send what was held until its deadline, if that is NOW_MS or earlier. */
enum subunit2_result subunit2_text_tick(struct subunit2_text *text, int64_t now_ms,
                                        struct subunit2_error *error);
/* Send everything that is held, an unfinished character included. Call it before another event
 * and at the end. No event with eof is sent. */
enum subunit2_result subunit2_text_flush(struct subunit2_text *text, struct subunit2_error *error);

#ifdef __cplusplus
}
#endif

#endif
