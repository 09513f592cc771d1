/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Decoding in steps, for the stream reader. It examines many candidates that are not packets, and
 * each step must be cheap. See subunit2(5).
 */
#ifndef DECODE_H
#define DECODE_H

#include <subunit2/packet.h>

/* The most bytes before the fields: signature, flags, and 3 bytes of length. */
#define HEADER_MAX 6

#define FLAG_VERSION_MASK 0xf000u
#define FLAG_VERSION 0x2000u
#define FLAG_TEST_ID 0x0800u
#define FLAG_ROUTE_CODE 0x0400u
#define FLAG_TIMESTAMP 0x0200u
#define FLAG_RUNNABLE 0x0100u
#define FLAG_TAGS 0x0080u
#define FLAG_FILE_CONTENT 0x0040u
#define FLAG_MIME_TYPE 0x0020u
#define FLAG_EOF 0x0010u
#define FLAG_RESERVED 0x0008u
#define FLAG_STATUS_MASK 0x0007u

#define TIMESTAMP_SECONDS_LEN 4
#define NSEC_PER_SEC 1000000000u
#define CRC_LEN 4

struct header {
	uint32_t flags;
	uint32_t len;  /* of the whole packet */
	uint32_t body; /* the offset of the fields */
};

enum header_state {
	HEADER_WHOLE,
	HEADER_NEED_MORE, /* valid so far, but incomplete */
	HEADER_NONE,
};

/* Read the header at DATA. For HEADER_NONE, and unless WHY is NULL, set *WHY to the reason and
 * *WHERE to its offset. */
enum header_state header_read(const uint8_t *data, size_t available, struct header *header,
                              const char **why, size_t *where);

/*
 * Return false if the first AVAILABLE bytes show, in constant time, that a field reaches beyond the
 * packet or that the fields do not fill it; else true. FIRST_ONLY: only look at the first field.
 */
bool header_fits(const struct header *header, const uint8_t *packet, size_t available,
                 bool first_only);

/*
 * Decode the fields of the whole packet at PACKET, whose CRC matches. Return NULL and fill EVENT;
 * or return the reason why the fields are wrong and set *WHERE to its offset, and EVENT is
 * undefined.
 */
const char *fields_decode(const struct header *header, const uint8_t *packet,
                          struct subunit2_event *event, size_t *where);

/* Return the CRC at the end of the packet. */
static inline uint32_t
packet_crc(const struct header *header, const uint8_t *packet)
{
	const uint8_t *crc = packet + header->len - CRC_LEN;
	return (uint32_t)crc[0] << 24 | (uint32_t)crc[1] << 16 | (uint32_t)crc[2] << 8 | crc[3];
}

#endif
