/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "number.h"

#include <string.h>

bool
number_parse(const char *text, uint64_t *number, const char **end)
{
	uint64_t value = 0;
	const char *at = text;
	for (; *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*at - '0'), &value))
			return false;
	*number = value;
	*end = at;
	return at > text;
}

bool
number_parse_range(const char *text, uint64_t least, uint64_t most, uint64_t *number)
{
	const char *end;
	uint64_t value;
	if (!number_parse(text, &value, &end) || *end || value < least || value > most)
		return false;
	*number = value;
	return true;
}

size_t
number_write_digits(char text[NUMBER_DIGITS_MAX], uint64_t number)
{
	char digits[NUMBER_DIGITS_MAX];
	size_t at = sizeof(digits);
	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	memcpy(text, digits + at, sizeof(digits) - at);
	return sizeof(digits) - at;
}
