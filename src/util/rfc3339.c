/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "rfc3339.h"

#include "fraction.h"

#include <stdio.h>
#include <string.h>

#define DAY INT64_C(86400)
#define DAYS_TO_1970 INT64_C(719468) /* from 0000-03-01 */

/* Returns the number of days from 1970 to a date of the civil calendar. Years begin in March, so
 * that the leap day is the last; 400 years are 146,097 days. */
static int64_t
rfc3339_days_of_date(int64_t year, unsigned month, unsigned day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	unsigned of_era = (unsigned)(year - era * 400);
	unsigned of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - DAYS_TO_1970;
}

static void
rfc3339_date_of_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	days += DAYS_TO_1970;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	unsigned left = (unsigned)(days - era * 146097);
	unsigned of_era = (left - left / 1460 + left / 36524 - left / 146096) / 365;
	unsigned of_year = left - (365 * of_era + of_era / 4 - of_era / 100);
	unsigned shifted = (5 * of_year + 2) / 153;
	*day = of_year - (153 * shifted + 2) / 5 + 1;
	*month = shifted < 10 ? shifted + 3 : shifted - 9;
	*year = of_era + era * 400 + (*month <= 2);
}

/* strftime would be too slow for a million events a second. */
static char *
rfc3339_put_digits(char *at, unsigned value, int count)
{
	for (int i = count; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + count;
}

/* Writes nine digits: the first one alone, the others in pairs. */
static char *
rfc3339_put_nsec(char *at, uint32_t nsec)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";
	for (int i = 7; i > 0; i -= 2, nsec /= 100)
		memcpy(at + i, pairs + 2 * (nsec % 100), 2);
	*at = (char)('0' + nsec);
	return at + 9;
}

/* Formats the part before the fraction. Returns its length. */
static size_t
rfc3339_write_second(int64_t sec, char buffer[RFC3339_SIZE])
{
	int64_t days = sec / DAY - (sec % DAY < 0);
	unsigned second = (unsigned)(sec - days * DAY);
	int64_t year;
	unsigned month, day;
	rfc3339_date_of_days(days, &year, &month, &day);

	char *at = buffer;
	if (year >= 0 && year <= 9999)
		at = rfc3339_put_digits(at, (unsigned)year, 4);
	else
		at += snprintf(at, 16, "%+05lld", (long long)year);
	*at++ = '-';
	at = rfc3339_put_digits(at, month, 2);
	*at++ = '-';
	at = rfc3339_put_digits(at, day, 2);
	*at++ = 'T';
	at = rfc3339_put_digits(at, second / 3600, 2);
	*at++ = ':';
	at = rfc3339_put_digits(at, second / 60 % 60, 2);
	*at++ = ':';
	at = rfc3339_put_digits(at, second % 60, 2);
	return (size_t)(at - buffer);
}

/* Keeps the text of the last second, since most events are close together: an event takes some 80
 * instructions instead of 330. The program formats times in one thread only. */
size_t
rfc3339_write(struct subunit2_time time, char buffer[RFC3339_SIZE])
{
	static struct {
		int64_t sec;
		size_t len; /* 0: no text is kept yet */
		char text[RFC3339_SIZE];
	} last;
	if (!last.len || last.sec != time.sec) {
		last.len = rfc3339_write_second(time.sec, last.text);
		last.sec = time.sec;
	}
	memcpy(buffer, last.text, RFC3339_SIZE);
	char *at = buffer + last.len;
	*at++ = '.';
	at = rfc3339_put_nsec(at, time.nsec);
	*at++ = 'Z';
	*at = '\0';
	return (size_t)(at - buffer);
}

size_t
rfc3339_write_python(struct subunit2_time time, char buffer[RFC3339_SIZE])
{
	rfc3339_write(time, buffer);
	*strchr(buffer, 'T') = ' ';
	char *end = strchr(buffer, '.') + (time.nsec < 1000 ? 0 : 7);
	return (size_t)(stpcpy(end, "+00:00") - buffer);
}

/* The text that is not parsed yet. */
struct scan {
	const char *at, *end;
};

static bool
rfc3339_skip(struct scan *scan, char wanted)
{
	if (scan->at == scan->end || *scan->at != wanted)
		return false;
	scan->at++;
	return true;
}

static bool
rfc3339_parse_digits(struct scan *scan, int count, unsigned *value)
{
	*value = 0;
	for (; count > 0; count--, scan->at++) {
		if (scan->at == scan->end || *scan->at < '0' || *scan->at > '9')
			return false;
		*value = *value * 10 + (unsigned)(*scan->at - '0');
	}
	return true;
}

/* Parses "YYYY-MM-DDTHH:MM:SS" as UTC; *SECONDS are those since 1970. */
static bool
rfc3339_parse_moment(struct scan *scan, int64_t *seconds)
{
	static const unsigned char month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	unsigned year, month, day, hour, minute, second;
	if (!rfc3339_parse_digits(scan, 4, &year) || !rfc3339_skip(scan, '-') ||
	    !rfc3339_parse_digits(scan, 2, &month) || !rfc3339_skip(scan, '-') ||
	    !rfc3339_parse_digits(scan, 2, &day))
		return false;
	if (!rfc3339_skip(scan, 'T') && !rfc3339_skip(scan, 't') && !rfc3339_skip(scan, ' '))
		return false;
	if (!rfc3339_parse_digits(scan, 2, &hour) || !rfc3339_skip(scan, ':') ||
	    !rfc3339_parse_digits(scan, 2, &minute) || !rfc3339_skip(scan, ':') ||
	    !rfc3339_parse_digits(scan, 2, &second))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > month_days[month - 1] || hour > 23 ||
	    minute > 59 || second > 60)
		return false;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (month == 2 && day == 29 && !leap)
		return false;
	*seconds =
		rfc3339_days_of_date(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
	return true;
}

static bool
rfc3339_parse_fraction(struct scan *scan, uint32_t *nsec)
{
	*nsec = 0;
	if (!rfc3339_skip(scan, '.'))
		return true;
	struct subunit2_view rest = {scan->at, (size_t)(scan->end - scan->at)};
	size_t digits = fraction_read(rest, nsec);
	scan->at += digits;
	return digits > 0;
}

static bool
rfc3339_parse_offset(struct scan *scan, int64_t *offset)
{
	*offset = 0;
	if (rfc3339_skip(scan, 'Z') || rfc3339_skip(scan, 'z'))
		return true;
	bool west = rfc3339_skip(scan, '-');
	unsigned hours, minutes;
	if ((!west && !rfc3339_skip(scan, '+')) || !rfc3339_parse_digits(scan, 2, &hours))
		return false;
	rfc3339_skip(scan, ':');
	if (!rfc3339_parse_digits(scan, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset = (int64_t)(hours * 3600 + minutes * 60) * (west ? -1 : 1);
	return true;
}

static bool
rfc3339_read_time(struct subunit2_view text, bool zoned, struct subunit2_time *time)
{
	struct scan scan = {text.data, text.data + text.len};
	int64_t seconds, offset = 0;
	uint32_t nsec;
	if (!rfc3339_parse_moment(&scan, &seconds) || !rfc3339_parse_fraction(&scan, &nsec))
		return false;
	if ((zoned || scan.at < scan.end) && !rfc3339_parse_offset(&scan, &offset))
		return false;
	if (scan.at != scan.end)
		return false;
	*time = (struct subunit2_time){seconds - offset, nsec};
	return true;
}

bool
rfc3339_read(struct subunit2_view text, struct subunit2_time *time)
{
	return rfc3339_read_time(text, true, time);
}

bool
rfc3339_read_utc(struct subunit2_view text, struct subunit2_time *time)
{
	return rfc3339_read_time(text, false, time);
}
