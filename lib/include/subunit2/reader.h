/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The reader: finds packets in a stream that may be mixed with text and damaged.
 *
 * Bytes are pushed in, in pieces of any size; out come packets, text and
 * damage, in the order of the input, and every byte of it in exactly one of the
 * three. (A single exception: text that was released because the input fell
 * silent may turn out to have begun a packet, which is delivered then.) The
 * pieces' sizes make no difference to what is found.
 *
 * Time is linear in the input whatever it holds; memory is one packet and a
 * little (6 MiB at most), and only where the input claims packets that large.
 *
 * The reader knows no clock: the caller says what time it is, in milliseconds
 * of any monotonic clock. A caller that reads a file says 0 always, and nothing
 * ever times out.
 */
#ifndef SUBUNIT2_READER_H
#define SUBUNIT2_READER_H

#include "error.h"
#include "event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* After this much silence what may never be completed is let go. */
#define SUBUNIT2_READER_SILENCE_MS 1000

/*
 * A stretch of the input that was a packet once. It is told in one or more
 * pieces; FIRST and LAST mark them, and REASON comes with the last, which may be
 * empty.
 */
struct subunit2_damage {
	struct subunit2_view piece;
	uint64_t offset; /* of the stretch's first byte in the input */
	bool first, last;
	const char *reason;     /* constant; NULL unless LAST */
	uint64_t reason_offset; /* in the input: where the reader saw it */
};

/* A callback's non-zero result ends the call into the reader, which returns it. */
struct subunit2_reader_handler {
	enum subunit2_result (*packet)(void *context, const struct subunit2_event *event,
	                               struct subunit2_error *error);
	enum subunit2_result (*text)(void *context, struct subunit2_view text,
	                             struct subunit2_error *error);
	enum subunit2_result (*damage)(void *context, const struct subunit2_damage *damage,
	                               struct subunit2_error *error);
};

struct subunit2_reader;

/* Flags of subunit2_reader_new and subunit2_stream_new. */
enum subunit2_reader_flags {
	SUBUNIT2_READER_DECLARED = 1, /* the input is known to be subunit */
};

/*
 * FLAGS: 0 or SUBUNIT2_READER_DECLARED, with which a broken packet
 * is damage even before the first intact one. NULL when memory is short.
 * HANDLER is copied. Release with subunit2_reader_free.
 */
struct subunit2_reader *subunit2_reader_new(const struct subunit2_reader_handler *handler,
                                            void *context, unsigned flags);
void subunit2_reader_free(struct subunit2_reader *reader);

enum subunit2_result subunit2_reader_feed(struct subunit2_reader *reader, const void *data,
                                          size_t len, int64_t now_ms, struct subunit2_error *error);

/* When, at the latest, subunit2_reader_tick wants to be called; INT64_MAX: never. */
int64_t subunit2_reader_deadline(const struct subunit2_reader *reader);
enum subunit2_result subunit2_reader_tick(struct subunit2_reader *reader, int64_t now_ms,
                                          struct subunit2_error *error);

/* The end of the input: whatever is held is delivered. */
enum subunit2_result subunit2_reader_finish(struct subunit2_reader *reader,
                                            struct subunit2_error *error);

/* True when an intact packet was found. */
bool subunit2_reader_has_packets(const struct subunit2_reader *reader);

#ifdef __cplusplus
}
#endif

#endif
