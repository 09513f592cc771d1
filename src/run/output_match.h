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

#define OUTPUT_MATCH_LINE_MAX 65536 /* bytes of a line that are looked at */

struct output_match;

/* PATTERN outlives it. */
struct output_match *output_match_new(struct regex *pattern);
void output_match_free(struct output_match *match);

/* Returns true from the first match on. STREAM, 0 or 1, has lines of its own. */
bool output_match_feed(struct output_match *match, int stream, struct subunit2_view bytes,
                       int64_t now_ms);

/* Returns the time of the next output_match_tick, which returns as output_match_feed does;
 * INT64_MAX if no call is needed. */
int64_t output_match_deadline(const struct output_match *match);
bool output_match_tick(struct output_match *match, int64_t now_ms);

#endif
