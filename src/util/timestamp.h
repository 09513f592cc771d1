/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Moments as options take them: RFC 3339, "2001-12-12T12:59:59.000045Z", or
 * seconds since 1970, "@1008161999.000045".
 */
#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include <stdbool.h>
#include <subunit2/event.h>

/* Reads all of TEXT; digits of a second past the ninth are dropped. False, with
 * *TIME untouched, when it is no moment. */
bool timestamp_read(const char *text, struct subunit2_time *time);

/* The moment that is now; the second form is for what wants a clock, and ignores its
 * context. */
struct subunit2_time timestamp_now(void);
struct subunit2_time timestamp_clock(void *context);

#endif
