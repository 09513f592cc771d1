/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Decimal numbers as people write them: digits only, no sign, no blank. "010" is ten.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Reads the digits that TEXT begins with; *END is the first character after them. False if
 * there is no digit or the number does not fit. */
bool number_parse(const char *text, uint64_t *number, const char **end);

/* Reads TEXT, all of it, as a number from LEAST to MOST. False, with *NUMBER unchanged, if it
 * is anything else. */
bool number_parse_range(const char *text, uint64_t least, uint64_t most, uint64_t *number);

#endif
