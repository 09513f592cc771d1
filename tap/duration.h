/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Durations as test producers write them.
 */
#ifndef TAP_DURATION_H
#define TAP_DURATION_H

#include "bytes.h"

#include <stdint.h>

#define TAP_MS_NS INT64_C(1000000)
#define TAP_NO_DURATION INT64_C(-1)

/*
 * Reads a decimal number with its unit (ns, us, ms, s, sec; spaces may stand
 * before it) off the front of TEXT. Without one it counts UNIT_NS, unless that
 * is 0. Returns nanoseconds, or TAP_NO_DURATION and leaves TEXT alone.
 */
int64_t tap_duration_read(struct tap_bytes *text, int64_t unit_ns);

/*
 * AFTER is the text after a "#". If it begins with a duration and nothing but
 * another "#" comes after that ("time=1.2ms", "time = 1.2 ms", "duration_ms 12",
 * "in 12 ms", "0.01s"), stores what is left in REST and returns the duration.
 */
int64_t tap_duration_note(struct tap_bytes after, struct tap_bytes *rest);

/* Returns the duration in a line of a YAML diagnostic, "duration_ms: 1.25". */
int64_t tap_duration_yaml(struct tap_bytes line);

#endif
