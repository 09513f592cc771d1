/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Recognises a damaged packet at the beginning of an input without other signs.
 *
 * Binary text may look like a packet whose CRC is wrong. Two signs are certain enough: with one
 * bit changed, the first bytes are an intact packet; or they have the header and the fields of a
 * packet that ends where the input ends or where another packet may begin.
 */
#ifndef PACKET_DAMAGE_H
#define PACKET_DAMAGE_H

#include <stdbool.h>
#include <subunit2/view.h>

#define PACKET_DAMAGE_HEAD 1024 /* bytes; a changed bit is found in packets up to this length */

/* Returns whether HEAD, the beginning of an input, begins with a damaged packet that the reader
 * would read as text. WHOLE: the input ends after it. */
bool packet_damage_begins(struct subunit2_view head, bool whole);

#endif
