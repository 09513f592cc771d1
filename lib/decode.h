/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Decoding in steps, for the stream reader: it looks at many candidates that
 * are none, and must spend little on each. Source: subunit2(5).
 */
#ifndef DECODE_H
#define DECODE_H

#include <subunit2/packet.h>

/* Bytes in front of the fields: signature, flags, and at most 3 of length. */
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
	uint32_t body; /* where the fields begin */
};

enum header_state {
	HEADER_WHOLE,
	HEADER_NEED_MORE, /* valid as far as it goes */
	HEADER_NONE,
};

/* Reads the header at DATA. For HEADER_NONE, *WHY (unless WHY is NULL) says why
 * and *WHERE at which offset. */
enum header_state header_read(const uint8_t *data, size_t available, struct header *header,
                              const char **why, size_t *where);

/*
 * Whether the fields' lengths, as far as AVAILABLE bytes of the packet show them
 * and as far as a constant effort finds them, fit the packet. FIRST_ONLY asks for
 * the first field alone.
 */
bool header_fits(const struct header *header, const uint8_t *packet, size_t available,
                 bool first_only);

/*
 * Decodes the fields of the whole packet at PACKET, whose CRC holds. Returns NULL
 * and fills EVENT, or returns why the fields are bad and sets *WHERE; EVENT has no
 * meaning then.
 */
const char *fields_decode(const struct header *header, const uint8_t *packet,
                          struct subunit2_event *event, size_t *where);

/* The CRC that stands at the packet's end. */
static inline uint32_t
packet_crc(const struct header *header, const uint8_t *packet)
{
	const uint8_t *crc = packet + header->len - CRC_LEN;
	return (uint32_t)crc[0] << 24 | (uint32_t)crc[1] << 16 | (uint32_t)crc[2] << 8 | crc[3];
}

#endif
