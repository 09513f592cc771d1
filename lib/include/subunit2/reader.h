/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The reader: finds packets in a stream that may contain text and damage.
 *
 * Feed bytes in pieces of any size. The reader calls back with packets, text and damage in the
 * order of the input. Each byte of the input is passed to exactly one callback, with one exception:
 * text that was released after silence may turn out to be the start of a packet, which is then
 * delivered too. The sizes of the pieces do not change what is found.
 *
 * Reading takes time in proportion to the length of the input for every input. Memory is
 * limited to 6 MiB, and it exceeds a few KiB only if the input claims large packets.
 *
 * The reader does not read a clock. The caller passes the time in milliseconds of any monotonic
 * clock. A caller that reads a file passes 0 every time; then nothing times out.
 *
 * Threads: a reader may be used by one thread at a time.
 */
#ifndef SUBUNIT2_READER_H
#define SUBUNIT2_READER_H

#include "error.h"
#include "event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* After this silence, bytes that may never become a packet are released as text. */
#define SUBUNIT2_READER_SILENCE_MS 1000

/*
 * A piece of a damaged stretch: bytes of the input that were a packet before they were damaged. A
 * stretch is reported in one or more pieces. The first has FIRST set; the last has LAST and REASON
 * set and may be empty.
 */
struct subunit2_damage {
	struct subunit2_view piece;
	uint64_t offset; /* of the first byte of the stretch in the input */
	bool first, last;
	const char *reason;     /* constant; NULL unless LAST */
	uint64_t reason_offset; /* in the input: the byte at which the reader found the damage */
};

/* The callbacks of a reader. If one returns a result other than SUBUNIT2_E_OK, the function that
 * called it returns that result at once. */
struct subunit2_reader_handler {
	size_t size; /* sizeof(struct subunit2_reader_handler) */
	enum subunit2_result (*packet)(void *context, const struct subunit2_event *event,
	                               struct subunit2_error *error);
	enum subunit2_result (*text)(void *context, struct subunit2_view text,
	                             struct subunit2_error *error);
	enum subunit2_result (*damage)(void *context, const struct subunit2_damage *damage,
	                               struct subunit2_error *error);
};

struct subunit2_reader;

/* Flags of subunit2_reader_new, subunit2_stream_new and subunit2_input_new. */
enum subunit2_reader_flags {
	/* The input is known to be subunit: a broken packet is damage also before the first intact
	 * one. Without this flag, a broken packet there is damage only if it holds a time and a
	 * whole test id. */
	SUBUNIT2_READER_DECLARED = 1,
	/* The same, and the first byte of the input begins a packet: as directly after a packet, a
	 * wrong header is damage there. */
	SUBUNIT2_READER_PACKET_FIRST = 2,
};

/* Create a reader. HANDLER is copied; CONTEXT is the first argument of its callbacks. FLAGS is 0 or
 * one of enum subunit2_reader_flags. Return NULL if memory is short or if HANDLER->size is unknown.
 * Release with subunit2_reader_free. */
struct subunit2_reader *subunit2_reader_new(const struct subunit2_reader_handler *handler,
                                            void *context, unsigned flags);
/* Release READER. NULL is allowed. */
void subunit2_reader_free(struct subunit2_reader *reader);

/* Read LEN bytes at DATA, which arrived at NOW_MS. */
enum subunit2_result subunit2_reader_feed(struct subunit2_reader *reader, const void *data,
                                          size_t len, int64_t now_ms, struct subunit2_error *error);

/* Return the time, in milliseconds, at which to call subunit2_reader_tick unless bytes arrive
 * before; INT64_MAX if a call is not needed. */
int64_t subunit2_reader_deadline(const struct subunit2_reader *reader);
/* Handle the silence until NOW_MS: release bytes that may never become a packet as text. */
enum subunit2_result subunit2_reader_tick(struct subunit2_reader *reader, int64_t now_ms,
                                          struct subunit2_error *error);

/* End the input: deliver all bytes that are held. */
enum subunit2_result subunit2_reader_finish(struct subunit2_reader *reader,
                                            struct subunit2_error *error);

/* Return whether an intact packet was found. */
bool subunit2_reader_has_packets(const struct subunit2_reader *reader);

#ifdef __cplusplus
}
#endif

#endif
