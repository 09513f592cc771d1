/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "inert_lines.h"

#include "automake_suite_log.h"
#include "console_filter.h"
#include "subunit1_line.h"

#include <tap/events.h>

/* If so many lines hold no INERT_LINES_MIN inert ones in succession, do not look at the rest: the
 * readers must look at it, too. */
#define LOOKED_AT_MAX 64

/* Returns true if LINE, without its newline, is inert. */
static bool
inert_lines_is_inert(struct subunit2_view line)
{
	if (line.len == 0)
		return true;
	if (automake_suite_log_may_be_title(line) ||
	    (subunit1_line_is_initial(*line.data) && subunit1_line_may_begin(line)))
		return false;
	while (line.len > 1 && *line.data == ' ') {
		line.data++;
		line.len--;
	}
	return tap_events_is_text(line) && console_filter_is_text(line);
}

struct subunit2_view
inert_lines_split(struct subunit2_view bytes, bool *inert)
{
	const char *end = bytes.data + bytes.len, *run = bytes.data, *at = run, *newline;
	size_t count = 0; /* inert lines from RUN to AT, without another line between them */
	for (size_t looked = 0; looked < LOOKED_AT_MAX || count > 0; looked++) {
		newline = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
		if (!newline)
			break;
		bool is_inert =
			inert_lines_is_inert((struct subunit2_view){at, (size_t)(newline - at)});
		if (!is_inert && count >= INERT_LINES_MIN)
			break;
		at = newline + 1;
		count = is_inert ? count + 1 : 0;
		if (!is_inert)
			run = at;
		else if (count == INERT_LINES_MIN && run > bytes.data)
			break;
	}
	*inert = count >= INERT_LINES_MIN && run == bytes.data;
	if (*inert)
		bytes.len = (size_t)(at - bytes.data);
	else if (count >= INERT_LINES_MIN)
		bytes.len = (size_t)(run - bytes.data);
	return bytes;
}
