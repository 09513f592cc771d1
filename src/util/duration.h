/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Durations: parsed as "500ms", "30s", "5m", "1h"; printed as "0.012s", "4.20s", "3m07s", "1h02m".
 */
#ifndef DURATION_H
#define DURATION_H

#include <stdbool.h>
#include <stdint.h>

#define DURATION_SIZE 24

/* Formats NS in BUFFER, and returns BUFFER. A negative duration is printed as zero. */
const char *duration_text(int64_t ns, char buffer[DURATION_SIZE]);

/* Parses TEXT: digits, an optional fraction, and "ms", "s", "m", "h" or no unit, which means
 * seconds. More than 100 years becomes 100 years, so that a time can be added. Returns false, with
 * *NS unchanged, for any other text, or for more than int64_t can hold (292 years). */
bool duration_read(const char *text, int64_t *ns);

/* Returns the sum of A and B, or the nearest duration that can be represented. */
int64_t duration_add(int64_t a, int64_t b);

#endif
