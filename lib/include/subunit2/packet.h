/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The packet: one event on the wire.
 *
 * Pure functions: bytes in, event or outcome out; no state. Only split allocates.
 * Source: the subunit v2 protocol, described in subunit2(5).
 */
#ifndef SUBUNIT2_PACKET_H
#define SUBUNIT2_PACKET_H

#include "error.h"
#include "event.h"

#ifdef __cplusplus
extern "C" {
#endif

#define SUBUNIT2_SIGNATURE 0xB3
#define SUBUNIT2_PACKET_MIN 8       /* bytes, from signature to CRC */
#define SUBUNIT2_PACKET_MAX 4194303 /* bytes, from signature to CRC */

enum subunit2_outcome {
	SUBUNIT2_PACKET_WHOLE,     /* a packet, and an event */
	SUBUNIT2_PACKET_NEED_MORE, /* fine so far, but the bytes end before the packet */
	SUBUNIT2_PACKET_NONE,      /* not a packet: header, length or CRC do not hold */
	SUBUNIT2_PACKET_BAD,       /* the CRC holds, the fields do not: damage, whole */
};

struct subunit2_decoded {
	enum subunit2_outcome outcome;
	size_t len;            /* WHOLE, BAD: the packet's length. NEED_MORE: its length
	                          when the header is complete, else 0 */
	uint64_t error_offset; /* NONE, BAD: where in the packet */
	const char *error;     /* NONE, BAD: why; constant */
};

/*
 * Decodes the packet that starts at DATA[0]. EVENT has a meaning only
 * with SUBUNIT2_PACKET_WHOLE; its views point into DATA. Empty strings are accepted
 * in every field; NUL, bad UTF-8, a timestamp of 10^9 ns or more, and fields
 * that do not fill the packet exactly are not.
 */
struct subunit2_decoded subunit2_packet_decode(const void *data, size_t len,
                                               struct subunit2_event *event);

/*
 * Encodes EVENT into BUFFER and stores the packet's length in *LEN, also when
 * SIZE is too small or 0 (then nothing is written and the result is still
 * SUBUNIT2_E_OK; compare *LEN with SIZE). Refuses, with SUBUNIT2_E_INVALID and the
 * field's name as the error's subject, what subunit2_packet_decode would not
 * read: NUL, bad UTF-8, a status that is none, a time outside the wire's range, file content
 * without a file name, or, naming the largest field, a packet of more than SUBUNIT2_PACKET_MAX
 * bytes. Does not look at event->packet.
 */
enum subunit2_result subunit2_packet_encode(const struct subunit2_event *event, void *buffer,
                                            size_t size, size_t *len, struct subunit2_error *error);

/*
 * Calls EACH with packets of at most LIMIT bytes that together say what EVENT
 * says. Where one packet is enough, it is one. A larger file is split: the MIME
 * type goes on the first packet, EOF and a final status on the last, any other
 * status on the first. LIMIT is at least 512 and at most SUBUNIT2_PACKET_MAX.
 * Refuses what subunit2_packet_encode refuses, and, naming the largest field,
 * an event that does not fit LIMIT even without its file; EACH is not called
 * then. A non-zero result of EACH ends the split and is returned.
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
