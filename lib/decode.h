/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Decoding the fields of a packet. See subunit2(5). */
#ifndef DECODE_H
#define DECODE_H

#include "header.h"

/*
 * Decode the fields of the whole packet at PACKET, whose CRC matches. Return NULL and fill EVENT;
 * or return the reason why the fields are wrong and set *WHERE to its offset, and EVENT is
 * undefined.
 */
const char *fields_decode(const struct header *header, const uint8_t *packet,
                          struct subunit2_event *event, size_t *where);

#endif
