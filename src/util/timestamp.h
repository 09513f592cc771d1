/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Times in options: RFC 3339, "2001-12-12T12:59:59.000045Z", a date, "2001-12-12", or seconds
 * since 1970, "@1008161999.000045".
 */
#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include <stdbool.h>
#include <subunit2/event.h>

/* Parses TEXT; a date alone is its start in UTC; digits after the ninth of a second are ignored.
 * Returns false, with *TIME unchanged, if it is not a time. */
bool timestamp_read(const char *text, struct subunit2_time *time);

/* Return the current time. The second form fits as a callback, and ignores its context. */
struct subunit2_time timestamp_now(void);
struct subunit2_time timestamp_clock(void *context);

#endif
