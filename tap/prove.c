/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "prove.h"

#define TIME_LEN 11 /* "[12:34:56] ", with --timer */

bool
tap_prove_header(struct tap_bytes line, struct tap_bytes *name)
{
	line = tap_trim_end(line);
	if (line.len < 3 || memcmp(line.data + line.len - 2, "..", 2) != 0)
		return false;
	if (line.len > TIME_LEN && *line.data == '[' && tap_is_digit(line.data[1]) &&
	    line.data[TIME_LEN - 2] == ']')
		line = tap_skip(line, TIME_LEN);
	const char *blank = memchr(line.data, ' ', line.len);
	*name = (struct tap_bytes){line.data, blank ? (size_t)(blank - line.data) : 0};
	for (size_t i = name->len + 1; i < line.len; i++)
		if (line.data[i] != '.')
			return false;
	/* "Loading .." is no script. */
	return name->len &&
	       (memchr(name->data, '.', name->len) || memchr(name->data, '/', name->len));
}

bool
tap_prove_passed(struct tap_bytes line)
{
	if (!tap_starts(line, "ok"))
		return false;
	line = tap_skip_spaces(tap_skip(line, 2));
	if (!line.len)
		return true;
	size_t digits = 0;
	while (digits < line.len && tap_is_digit(line.data[digits]))
		digits++;
	line = tap_skip(line, digits);
	return digits && (tap_starts(line, " ms (") || (line.len == 3 && tap_starts(line, " ms")));
}

bool
tap_prove_failed(struct tap_bytes line)
{
	static const char *const beginnings[] = {"Dubious, test returned ", "No subtests run",
	                                         "Failed "};
	line = tap_trim_end(line);
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
		if (tap_starts(line, beginnings[i]))
			return i < 2 || (line.len > 9 &&
			                 memcmp(line.data + line.len - 9, " subtests", 9) == 0);
	return false;
}
