/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Encoding in steps, for the splitter. Source: subunit2(5). */
#ifndef ENCODE_H
#define ENCODE_H

#include <subunit2/packet.h>

/* The length of the packet that says EVENT, or 0 when it is more than a packet
 * can be. EVENT's strings are not looked at. */
size_t encoded_len(const struct subunit2_event *event);

/* Returns SUBUNIT2_E_OK if EVENT's fields may stand in a packet, apart from their length. */
enum subunit2_result fields_check(const struct subunit2_event *event, struct subunit2_error *error);

/* Refuses EVENT for its length: SUBUNIT2_E_INVALID with MESSAGE, naming its largest field. */
enum subunit2_result refuse_len(const struct subunit2_event *event, const char *message,
                                struct subunit2_error *error);

/* Writes the packet of LEN bytes that says EVENT; LEN is what encoded_len gave, and
 * fields_check has passed. */
void encode(const struct subunit2_event *event, uint8_t *out, size_t len);

#endif
