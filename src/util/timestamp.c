/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "timestamp.h"

#include "fraction.h"
#include "rfc3339.h"

#include <string.h>
#include <time.h>

/* Parses "SECONDS[.FRACTION]". */
static bool
timestamp_read_seconds(const char *text, struct subunit2_time *time)
{
	struct subunit2_time read = {0, 0};
	const char *at = text;
	for (; *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(read.sec, 10, &read.sec) ||
		    __builtin_add_overflow(read.sec, *at - '0', &read.sec))
			return false;
	if (at == text)
		return false;
	if (*at == '.') {
		size_t digits = fraction_read(subunit2_view_of(++at), &read.nsec);
		if (digits == 0)
			return false;
		at += digits;
	}
	if (*at)
		return false;
	*time = read;
	return true;
}

/* Parses "2001-12-12": the start of that day in UTC. */
static bool
timestamp_read_date(const char *text, struct subunit2_time *time)
{
	char whole[] = "0000-00-00T00:00:00Z";
	size_t len = strlen("0000-00-00");
	if (strlen(text) != len)
		return false;
	memcpy(whole, text, len);
	return rfc3339_read(subunit2_view_of(whole), time);
}

bool
timestamp_read(const char *text, struct subunit2_time *time)
{
	if (*text == '@')
		return timestamp_read_seconds(text + 1, time);
	return timestamp_read_date(text, time) || rfc3339_read(subunit2_view_of(text), time);
}

struct subunit2_time
timestamp_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (struct subunit2_time){now.tv_sec, (uint32_t)now.tv_nsec};
}

struct subunit2_time
timestamp_clock(void *context)
{
	(void)context;
	return timestamp_now();
}
