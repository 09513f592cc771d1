/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "duration.h"

#include <stdio.h>
#include <string.h>

#define SECOND INT64_C(1000000000)
#define LONGEST (SECOND * 100 * 365 * 24 * 3600)

/* Formats NS with DIGITS digits after the point, 2 or 3. */
static void
duration_text_below_minute(int64_t ns, int digits, char buffer[DURATION_SIZE])
{
	unsigned unit_ns = digits == 3 ? 1000000 : 10000000;
	uint64_t units = ((uint64_t)ns + unit_ns / 2) / unit_ns;
	/* printf takes some 1,500 instructions for it. Only it knows how a tie is rounded. */
	if ((uint64_t)ns % unit_ns == unit_ns / 2 || units >= 10000) {
		snprintf(buffer, DURATION_SIZE, "%.*fs", digits, (double)ns / SECOND);
		return;
	}
	char text[] = {(char)('0' + units / 1000), (char)('0' + units / 100 % 10),
	               (char)('0' + units / 10 % 10), (char)('0' + units % 10)};
	int whole = 4 - digits; /* digits before the point; the first of two may be zero */
	const char *at = whole == 2 && text[0] == '0' ? text + 1 : text;
	while (at < text + whole)
		*buffer++ = *at++;
	*buffer++ = '.';
	memcpy(buffer, at, (size_t)digits);
	memcpy(buffer + digits, "s", 2);
}

const char *
duration_text(int64_t ns, char buffer[DURATION_SIZE])
{
	if (ns < 0)
		ns = 0;
	long long seconds = ns / SECOND;
	if (seconds < 60)
		duration_text_below_minute(ns, seconds < 1 ? 3 : 2, buffer);
	else if (seconds < 3600)
		snprintf(buffer, DURATION_SIZE, "%lldm%02llds", seconds / 60, seconds % 60);
	else
		snprintf(buffer, DURATION_SIZE, "%lldh%02lldm", seconds / 3600, seconds / 60 % 60);
	return buffer;
}

static int64_t
duration_unit_ns(const char *unit)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = {
		{"", SECOND},       {"ms", SECOND / 1000}, {"s", SECOND},
		{"m", 60 * SECOND}, {"h", 3600 * SECOND},
	};
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(units[i].name, unit) == 0)
			return units[i].ns;
	return 0;
}

bool
duration_read(const char *text, int64_t *ns)
{
	const char *digits = "0123456789";
	size_t whole = strspn(text, digits);
	size_t fraction = text[whole] == '.' ? strspn(text + whole + 1, digits) : 0;
	if (whole == 0 || (text[whole] == '.' && fraction == 0))
		return false;
	int64_t unit = duration_unit_ns(text + whole + (fraction ? 1 + fraction : 0));
	if (!unit)
		return false;

	int64_t total = 0;
	for (size_t i = 0; i < whole; i++)
		if (__builtin_mul_overflow(total, 10, &total) ||
		    __builtin_add_overflow(total, text[i] - '0', &total))
			return false;
	if (__builtin_mul_overflow(total, unit, &total))
		return false;
	int64_t scale = unit;
	for (size_t i = 0; i < fraction; i++) {
		scale /= 10;
		if (__builtin_add_overflow(total, scale * (text[whole + 1 + i] - '0'), &total))
			return false;
	}
	*ns = total < LONGEST ? total : LONGEST;
	return true;
}

int64_t
duration_add(int64_t a, int64_t b)
{
	int64_t sum;
	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	return b < 0 ? INT64_MIN : INT64_MAX;
}
