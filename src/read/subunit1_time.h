/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Reads the time in a line of a version 1 stream as Python's reader does: "2010-6-28
 * 12:00:00.000000Z". Months and days have one digit or two, any byte may stand between date and
 * time, a time without a zone is in UTC, and any text may follow.
 */
#ifndef SUBUNIT1_TIME_H
#define SUBUNIT1_TIME_H

#include <subunit2/event.h>

/* Reads the time that TEXT begins with. Returns false, with *TIME unchanged, if TEXT begins with no
 * time or with one that a packet cannot hold. */
bool subunit1_time_read(struct subunit2_view text, struct subunit2_time *time);

/* Does the same only if TEXT is a time in the form of RFC 3339, and nothing more. */
bool subunit1_time_read_strictly(struct subunit2_view text, struct subunit2_time *time);

#endif
