/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Times as the attributes of JUnit's XML have them.
 */
#ifndef JUNIT_TIME_H
#define JUNIT_TIME_H

#include <subunit2/event.h>

/* Reads TEXT as seconds: "1.5", "1,5", "1,234.5" or "1.234,5". Returns false if it has another
 * form. */
bool junit_time_length(const char *text, int64_t *ns);

/* Reads TEXT as a date and a time, "2020-01-02T03:04:05", with or without a fraction and a zone.
 * Returns false, with *TIME unchanged, if TEXT has another form or a packet cannot hold the time.
 * Does the same for a time in 1970: producers write the first second of that year, in some time
 * zone, for a suite that did not run. */
bool junit_time_moment(const char *text, struct subunit2_time *time);

#endif
