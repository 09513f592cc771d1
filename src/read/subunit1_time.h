/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The time that a line of a version 1 stream tells, as Python's reader takes it:
 * "2010-6-28 12:00:00.000000Z", with months and days of one digit or two, any byte
 * between date and time, no zone for UTC, and anything after it.
 */
#ifndef SUBUNIT1_TIME_H
#define SUBUNIT1_TIME_H

#include <subunit2/event.h>

/* Reads the time that TEXT begins with. Returns false, with *TIME unchanged, if TEXT begins with no
 * time or with one that a packet cannot hold. */
bool subunit1_time_read(struct subunit2_view text, struct subunit2_time *time);

/* The same of one that is written out: digits, a "T" or a blank, and no more. */
bool subunit1_time_read_strictly(struct subunit2_view text, struct subunit2_time *time);

#endif
