/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The clock that only goes on: how long things take. For moments, see util/timestamp.h.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

#define CLOCK_MS 1000000LL /* in nanoseconds */

/* Nanoseconds of CLOCK_MONOTONIC. */
int64_t clock_ns(void);

#endif
