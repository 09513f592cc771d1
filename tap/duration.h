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
 * Removes a decimal number and its unit (ns, us, ms, s, sec; spaces may stand before it) from the
 * front of TEXT, and returns the duration in nanoseconds. A number without a unit counts in units
 * of UNIT_NS; if UNIT_NS is 0, it needs a unit. Returns TAP_NO_DURATION, with TEXT unchanged, if
 * TEXT does not begin with a duration.
 */
int64_t tap_duration_read(struct tap_bytes *text, int64_t unit_ns);

/*
 * Returns the duration in AFTER, the text after a "#", and sets *REST to the text after it:
 * "time=1.2ms", "time = 1.2 ms", "duration_ms 12", "in 12 ms", "0.01s". Returns TAP_NO_DURATION if
 * AFTER does not begin so, or if anything but another "#" follows.
 */
int64_t tap_duration_note(struct tap_bytes after, struct tap_bytes *rest);

/* Returns the duration in a line of a YAML diagnostic, "duration_ms: 1.25". */
int64_t tap_duration_yaml(struct tap_bytes line);

#endif
