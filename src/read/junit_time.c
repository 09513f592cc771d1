/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_time.h"

#include "rfc3339.h"

#include <stdlib.h>

/* The mark before the fraction of TEXT, as any country writes it; NULL: TEXT has no fraction.
 * Several of one kind divide thousands. */
static const char *
junit_time_fraction_mark(const char *text)
{
	const char *dot = strrchr(text, '.'), *comma = strrchr(text, ',');
	const char *last = !dot || (comma && comma > dot) ? comma : dot;
	return last && strchr(text, *last) == last ? last : NULL;
}

bool
junit_time_length(const char *text, int64_t *ns)
{
	char plain[32];
	size_t len = 0;
	const char *mark = junit_time_fraction_mark(text);
	for (; *text != '\0' && len < sizeof(plain) - 1; text++) {
		if (text == mark)
			plain[len++] = '.';
		else if (*text != ',' && *text != '.')
			plain[len++] = *text;
	}
	plain[len] = '\0';
	char *end;
	double seconds = strtod(plain, &end);
	if (end == plain || *end != '\0' || !(seconds >= 0 && seconds < 1e9))
		return false;
	*ns = (int64_t)(seconds * 1e9 + 0.5);
	return true;
}

bool
junit_time_moment(const char *text, struct subunit2_time *time)
{
	struct subunit2_time read;
	bool good = rfc3339_read_utc(subunit2_view_of(text), &read) &&
	            subunit2_time_is_dated(read) && read.sec <= UINT32_MAX;
	if (good)
		*time = read;
	return good;
}
