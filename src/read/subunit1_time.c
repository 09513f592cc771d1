/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "subunit1_time.h"

#include "rfc3339.h"

#include <stdio.h>

static bool
subunit1_time_on_the_wire(struct subunit2_time time)
{
	return time.sec >= 0 && time.sec <= UINT32_MAX;
}

static size_t
subunit1_time_count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* Reads the number of one or two digits that TEXT begins with into *NUMBER. Returns its length. */
static size_t
subunit1_time_parse_number(const char *text, unsigned *number)
{
	size_t len = subunit1_time_count_digits(text) > 1 ? 2 : subunit1_time_count_digits(text);
	*number = 0;
	for (size_t i = 0; i < len; i++)
		*number = 10 * *number + (unsigned)(text[i] - '0');
	return len;
}

/* Reads "2010-6-28" into DATE, in the form of RFC 3339. Returns the text after it, or NULL. */
static const char *
subunit1_time_parse_date(const char *text, char date[static sizeof("2010-06-28")])
{
	unsigned month, day;
	if (subunit1_time_count_digits(text) != 4 || text[4] != '-')
		return NULL;
	const char *at = text + 5;
	size_t len = subunit1_time_parse_number(at, &month);
	if (!len || at[len] != '-')
		return NULL;
	at += len + 1;
	len = subunit1_time_parse_number(at, &day);
	snprintf(date, sizeof("2010-06-28"), "%.4s-%02u-%02u", text, month % 100, day % 100);
	return len ? at + len : NULL;
}

/* Returns the length of "12:00:00.000000" at TEXT. */
static size_t
subunit1_time_len(const char *text)
{
	size_t len = strspn(text, "0123456789:");
	if (text[len] == '.' && subunit1_time_count_digits(text + len + 1))
		len += 1 + subunit1_time_count_digits(text + len + 1);
	return len;
}

/* Returns the length of "Z", "+02:00" or "+0200" at TEXT. */
static size_t
subunit1_time_zone_len(const char *text)
{
	if (*text == 'Z')
		return 1;
	if ((*text != '+' && *text != '-') || subunit1_time_count_digits(text + 1) < 2)
		return 0;
	size_t minutes = text[3] == ':' ? 4 : 3;
	return subunit1_time_count_digits(text + minutes) >= 2 ? minutes + 2 : 0;
}

bool
subunit1_time_read_strictly(struct subunit2_view text, struct subunit2_time *time)
{
	struct subunit2_time read;
	if (!rfc3339_read_utc(text, &read) || !subunit1_time_on_the_wire(read))
		return false;
	*time = read;
	return true;
}

bool
subunit1_time_read(struct subunit2_view text, struct subunit2_time *time)
{
	char copy[96], date[sizeof("2010-06-28")], whole[128];
	/* Known writers of version 1 use this form. */
	if (subunit1_time_read_strictly(text, time))
		return true;
	snprintf(copy, sizeof(copy), "%.*s", (int)(text.len < 95 ? text.len : 95), text.data);
	const char *at = subunit1_time_parse_date(copy, date);
	if (!at || !*at)
		return false;
	at++;
	size_t len = subunit1_time_len(at), zone = subunit1_time_zone_len(at + len);
	int size = snprintf(whole, sizeof(whole), "%sT%.*s", date, (int)(len + zone), at);
	return subunit1_time_read_strictly((struct subunit2_view){whole, (size_t)size}, time);
}
