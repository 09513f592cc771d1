/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "packet_damage.h"

#include <string.h>
#include <subunit2/packet.h>

/* Returns the length that the packet at HEAD claims, if its header and its fields fit it; else 0.
 */
static size_t
packet_damage_claimed_len(struct subunit2_view head)
{
	struct subunit2_event event;
	struct subunit2_decoded start =
		subunit2_packet_decode(head.data, SUBUNIT2_PACKET_MIN - 1, &event);
	if (start.outcome != SUBUNIT2_PACKET_NEED_MORE || start.len == 0 || start.len > head.len)
		return 0;
	/* Without its last byte, the packet is examined without its CRC. */
	struct subunit2_decoded fields = subunit2_packet_decode(head.data, start.len - 1, &event);
	return fields.outcome == SUBUNIT2_PACKET_NEED_MORE ? start.len : 0;
}

/* Returns whether HEAD begins with a packet, once one bit of it is changed. */
static bool
packet_damage_is_one_bit(struct subunit2_view head)
{
	unsigned char bytes[PACKET_DAMAGE_HEAD];
	struct subunit2_event event;
	size_t len = head.len < sizeof(bytes) ? head.len : sizeof(bytes);
	bool found = false;
	memcpy(bytes, head.data, len);
	for (size_t i = 0; i < 8 * len && !found; i++) {
		bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		found = subunit2_packet_decode(bytes, len, &event).outcome == SUBUNIT2_PACKET_WHOLE;
		bytes[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	return found;
}

bool
packet_damage_begins(struct subunit2_view head, bool whole)
{
	if (head.len < SUBUNIT2_PACKET_MIN)
		return false;
	unsigned bits = (unsigned char)*head.data ^ SUBUNIT2_SIGNATURE;
	if (bits & (bits - 1))
		return false;
	struct subunit2_event event;
	enum subunit2_outcome outcome = subunit2_packet_decode(head.data, head.len, &event).outcome;
	if (outcome == SUBUNIT2_PACKET_WHOLE || outcome == SUBUNIT2_PACKET_BAD)
		return false;
	size_t len = packet_damage_claimed_len(head);
	bool aligned = len == head.len ? whole
	                               : len && (unsigned char)head.data[len] == SUBUNIT2_SIGNATURE;
	return aligned || packet_damage_is_one_bit(head);
}
