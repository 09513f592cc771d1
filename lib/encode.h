/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Encoding in steps, for the splitter and the output. See subunit2(5). */
#ifndef ENCODE_H
#define ENCODE_H

#include <subunit2/packet.h>

/* Return the length of the packet of EVENT, or 0 if it exceeds that of a packet. The strings are
 * not checked. */
size_t encoded_len(const struct subunit2_event *event);

/* Check whether a packet can hold the fields of EVENT, apart from their length. */
enum subunit2_result fields_check(const struct subunit2_event *event, struct subunit2_error *error);

/* Refuse EVENT because of its length: return SUBUNIT2_E_INVALID with MESSAGE and the name of the
 * largest field. */
enum subunit2_result refuse_len(const struct subunit2_event *event, const char *message,
                                struct subunit2_error *error);

/* As subunit2_packet_split. If EVENT exceeds LIMIT, and ROOM bytes can hold a piece of its file,
 * the first packet has at most ROOM bytes. ROOM is at most LIMIT. */
enum subunit2_result packet_split(const struct subunit2_event *event, size_t room, size_t limit,
                                  enum subunit2_result (*each)(void *context,
                                                               struct subunit2_view packet,
                                                               struct subunit2_error *error),
                                  void *context, struct subunit2_error *error);

/* Write the packet of EVENT to OUT. LEN is the result of encoded_len. Return true if each string
 * except the tags is ASCII without NUL. If not, the packet may be invalid: fields_check decides. */
bool encode(const struct subunit2_event *event, uint8_t *out, size_t len);

/*
 * Write the packet of EVENT to PACKET and return its length, if the packet is valid and has at most
 * SIZE bytes, and if each string except the tags is ASCII without NUL. Otherwise return 0; the
 * bytes at PACKET are undefined then. Strings are checked while they are copied, which saves 140 of
 * the 330 instructions of subunit2_packet_encode.
 */
size_t encode_if_ascii(const struct subunit2_event *event, uint8_t *packet, size_t size);

#endif
