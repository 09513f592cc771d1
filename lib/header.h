/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The start of a packet: signature, flags and length, and in constant time whether the fields can
 * fit. The reader examines many candidates that are not packets, and each step must be cheap. See
 * subunit2(5).
 */
#ifndef HEADER_H
#define HEADER_H

#include "number.h"

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
#define FLAGS_AFTER_TEST_ID (FLAG_TAGS | FLAG_MIME_TYPE | FLAG_FILE_CONTENT | FLAG_ROUTE_CODE)

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

/*
 * Read the header at DATA if it is valid, otherwise return false: then header_read says more.
 * HEADER_MAX bytes are available. With one load and one test of four bytes, this takes a third of
 * the instructions of header_read, and finds the header of almost every packet.
 */
static inline bool
header_read_valid(const uint8_t *data, struct header *header)
{
	uint32_t word = number_load_u32(data), more = data[3] >> 6;
	if ((word >> 8 & (0xff0000u | FLAG_VERSION_MASK | FLAG_RESERVED)) !=
	            ((uint32_t)SUBUNIT2_SIGNATURE << 16 | FLAG_VERSION) ||
	    more == 3)
		return false;
	header->flags = word >> 8 & 0xffff;
	header->body = 4 + more;
	header->len = (number_load_u32(data + 2) & 0x3fffff) >> (16 - 8 * more);
	return header->len >= SUBUNIT2_PACKET_MIN && header->len >= header->body + CRC_LEN;
}

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
 * Return true if the first AVAILABLE bytes hold a time and a whole test id of a length and of
 * characters that ids have, and the fields fit as far as they are available. Text seldom does.
 */
bool header_shows_test(const struct header *header, const uint8_t *packet, size_t available);

/* Return the CRC at the end of the packet. */
static inline uint32_t
packet_crc(const struct header *header, const uint8_t *packet)
{
	return number_load_u32(packet + header->len - CRC_LEN);
}

#endif
