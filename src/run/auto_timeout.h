/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * --timeout=auto: the limit of a script is ten times the longest time that it took in earlier runs,
 * and at least 10 seconds.
 */
#ifndef AUTO_TIMEOUT_H
#define AUTO_TIMEOUT_H

#include <subunit2/event.h>

/* Returns the limit; 0: none, since LONGEST_NS is negative, not known, or too long. */
int64_t auto_timeout_ns(int64_t longest_ns);

/* Returns a line about the limit, to be freed. */
char *auto_timeout_text(int64_t longest_ns);

/* Returns an event with TEXT as the file "timeout" of the test ID. */
struct subunit2_event auto_timeout_event(const char *text, const char *id);

#endif
