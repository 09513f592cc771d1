/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Times as text: RFC 3339, "2001-12-12T12:59:59.000045000Z".
 */
#ifndef RFC3339_H
#define RFC3339_H

#include <subunit2/event.h>

#define RFC3339_SIZE 41 /* enough for any time, with its NUL */

/* In UTC, with nine digits of a second. Returns the length. */
size_t rfc3339_write(struct subunit2_time time, char buffer[RFC3339_SIZE]);

/* The same as Python prints it: "2001-12-12 12:59:59.000045+00:00", to the
 * microsecond, and without a fraction of zero. */
size_t rfc3339_write_python(struct subunit2_time time, char buffer[RFC3339_SIZE]);

/*
 * Reads all of TEXT: a date, "T", "t" or a blank, a time of day, none to any
 * number of digits of a second (those past the ninth are dropped), and "Z" or
 * an offset ("+02:00", "+0200"). A leap second is the second after it. False
 * when TEXT is anything else; *TIME is untouched then.
 */
bool rfc3339_read(struct subunit2_view text, struct subunit2_time *time);

/* The same; where there is neither "Z" nor an offset, it is UTC. */
bool rfc3339_read_utc(struct subunit2_view text, struct subunit2_time *time);

#endif
