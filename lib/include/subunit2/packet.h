/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The packet: one event in the form that a stream holds. See subunit2(5).
 *
 * These functions keep no state. Only subunit2_packet_split allocates memory.
 *
 * Threads: these functions may be called from every thread.
 */
#ifndef SUBUNIT2_PACKET_H
#define SUBUNIT2_PACKET_H

#include "error.h"
#include "event.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SUBUNIT2_SIGNATURE 0xB3
#define SUBUNIT2_PACKET_MIN 8       /* in bytes, from the signature to the CRC */
#define SUBUNIT2_PACKET_MAX 4194303 /* in bytes, from the signature to the CRC */

enum subunit2_outcome {
	SUBUNIT2_PACKET_WHOLE,     /* an intact packet */
	SUBUNIT2_PACKET_NEED_MORE, /* valid so far, but the data ends before the packet */
	SUBUNIT2_PACKET_NONE,      /* not a packet: the header, the length or the CRC is wrong */
	SUBUNIT2_PACKET_BAD,       /* a damaged packet: the CRC is right, the fields are wrong */
};

struct subunit2_decoded {
	enum subunit2_outcome outcome;
	size_t len;            /* WHOLE, BAD: the length of the packet. NEED_MORE: its length if the
	                          data contains the whole header, else 0 */
	uint64_t error_offset; /* NONE, BAD: in bytes from the start of the packet */
	const char *error;     /* NONE, BAD: the reason; constant */
};

/*
 * Decode the packet that starts at DATA. EVENT is valid only if the outcome is
 * SUBUNIT2_PACKET_WHOLE; its views point into DATA. Every string may be empty. A NUL in a string,
 * a string that is not UTF-8, a timestamp with 10^9 or more nanoseconds, and fields that do not
 * fill the packet exactly are wrong fields.
 */
struct subunit2_decoded subunit2_packet_decode(const void *data, size_t len,
                                               struct subunit2_event *event);

/*
 * Encode EVENT into the SIZE bytes at BUFFER and set *LEN to the length of the packet. If SIZE is
 * smaller than that, write nothing, set *LEN and return SUBUNIT2_E_OK: compare *LEN with SIZE.
 * Refuse what subunit2_packet_decode would refuse: return SUBUNIT2_E_INVALID with the name of the
 * field as the error's subject for a string with NUL or not in UTF-8, for an unknown status, for a
 * time outside 1970 to 2106, for file content without a file name, and (naming the largest field)
 * for a packet of more than SUBUNIT2_PACKET_MAX bytes. Ignore event->packet.
 */
enum subunit2_result subunit2_packet_encode(const struct subunit2_event *event, void *buffer,
                                            size_t size, size_t *len, struct subunit2_error *error);

/*
 * Encode EVENT as packets of at most LIMIT bytes and call EACH with each of them, in order. An
 * event that fits into one packet becomes one packet. The file of a larger event is split: the
 * MIME type goes into the first packet, EOF and a final status into the last, any other status
 * into the first. LIMIT is 512 to SUBUNIT2_PACKET_MAX. Refuse what subunit2_packet_encode refuses,
 * and (naming the largest field) an event that exceeds LIMIT even without its file; EACH is not
 * called then. If EACH returns a result other than SUBUNIT2_E_OK, return that at once.
 */
enum subunit2_result
subunit2_packet_split(const struct subunit2_event *event, size_t limit,
                      enum subunit2_result (*each)(void *context, struct subunit2_view packet,
                                                   struct subunit2_error *error),
                      void *context, struct subunit2_error *error);

#ifdef __cplusplus
}
#endif

#endif
