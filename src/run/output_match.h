/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Until: waits for a line of output that matches a pattern.
 *
 * A line is matched when it is complete. One that is not, a prompt for
 * instance, is matched when nothing has followed it for a moment, or the output
 * is at its end.
 */
#ifndef OUTPUT_MATCH_H
#define OUTPUT_MATCH_H

#include "regex.h"

#include <stdint.h>

#define UNTIL_LINE_MAX 65536 /* bytes of a line that are looked at */

struct until;

/* PATTERN outlives it. */
struct until *until_new(struct pattern *pattern);
void until_free(struct until *until);

/* True from the first match on. STREAM, 0 or 1, has lines of its own. */
bool until_feed(struct until *until, int stream, struct subunit2_view bytes, int64_t now_ms);

/* When until_tick wants to be called (INT64_MAX: never), and the call. */
int64_t until_deadline(const struct until *until);
bool until_tick(struct until *until, int64_t now_ms);

#endif
