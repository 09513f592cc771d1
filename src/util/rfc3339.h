/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Times as text: RFC 3339, "2001-12-12T12:59:59.000045000Z".
 */
#ifndef RFC3339_H
#define RFC3339_H

#include <subunit2/event.h>

#define RFC3339_SIZE 41 /* enough for any time, with its NUL */

/* Formats TIME in UTC, with nine digits after the second. Returns the length. */
size_t rfc3339_write(struct subunit2_time time, char buffer[RFC3339_SIZE]);

/* Formats TIME as Python does: "2001-12-12 12:59:59.000045+00:00", with microseconds, and without
 * the fraction if it is zero. */
size_t rfc3339_write_python(struct subunit2_time time, char buffer[RFC3339_SIZE]);

/*
 * Parses TEXT: a date, "T", "t" or a blank, a time of day, an optional fraction of any number of
 * digits (those after the ninth are ignored), and "Z" or an offset ("+02:00", "+0200"). A leap
 * second becomes the next second. Returns false, with *TIME unchanged, for any other text.
 */
bool rfc3339_read(struct subunit2_view text, struct subunit2_time *time);

/* The same; without "Z" and without an offset, TEXT is in UTC. */
bool rfc3339_read_utc(struct subunit2_view text, struct subunit2_time *time);

#endif
