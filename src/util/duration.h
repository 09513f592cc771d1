/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Durations as people write them, "500ms", "30s", "5m", "1h", and as they read
 * them, "0.012s", "4.20s", "3m07s", "1h02m".
 */
#ifndef DURATION_H
#define DURATION_H

#include <stdbool.h>
#include <stdint.h>

#define DURATION_SIZE 24

/* Fills BUFFER and returns it. What is below zero is zero. */
const char *duration_text(int64_t ns, char buffer[DURATION_SIZE]);

/* Reads all of TEXT: digits, perhaps with a fraction, and "ms", "s", "m", "h" or
 * nothing, which is seconds. More than 100 years is that, so that a time can be
 * added to it. False, with *NS untouched, when it is anything else or more than
 * int64_t holds (292 years). */
bool duration_read(const char *text, int64_t *ns);

#endif
