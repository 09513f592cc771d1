/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Times as the attributes of JUnit's XML have them.
 */
#ifndef JUNIT_TIME_H
#define JUNIT_TIME_H

#include <subunit2/event.h>

/* Seconds: "1.5", "1,5", "1,234.5" or "1.234,5". Returns false if TEXT is nothing like that. */
bool junit_time_length(const char *text, int64_t *ns);

/* "2020-01-02T03:04:05", with or without a fraction and a zone. False, with *TIME
 * untouched, when it is no moment that a packet can hold, and in 1970: producers write the
 * first second of that year, in some time zone, for a suite that did not run. */
bool junit_time_moment(const char *text, struct subunit2_time *time);

#endif
