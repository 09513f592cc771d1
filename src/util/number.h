/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Decimal numbers as people write them: digits only, no sign, no blank. "010" is ten.
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUMBER_DIGITS_MAX 20

/* Reads the digits that TEXT begins with; *END is the first character after them. False if
 * there is no digit or the number does not fit. */
bool number_parse(const char *text, uint64_t *number, const char **end);

/* Reads TEXT, all of it, as a number from LEAST to MOST. False, with *NUMBER unchanged, if it
 * is anything else. */
bool number_parse_range(const char *text, uint64_t least, uint64_t most, uint64_t *number);

/* Writes NUMBER to TEXT, without a NUL; returns the length. For places where snprintf would take
 * too long. */
size_t number_write_digits(char text[NUMBER_DIGITS_MAX], uint64_t number);

#endif
