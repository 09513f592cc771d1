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
	    (subunit1_line_may_start(line) && subunit1_line_may_begin(line)))
		return false;
	while (line.len > 1 && *line.data == ' ') {
		line.data++;
		line.len--;
	}
	return tap_events_is_text(line) && console_filter_is_text(line);
}

struct inert_lines
inert_lines_find(struct subunit2_view bytes)
{
	const char *end = bytes.data + bytes.len, *run = bytes.data, *at = run, *newline;
	size_t count = 0, looked = 0;
	for (; at < end && (count > 0 || looked < LOOKED_AT_MAX); looked++) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (!newline)
			break;
		if (inert_lines_is_inert((struct subunit2_view){at, (size_t)(newline - at)})) {
			count++;
		} else if (count >= INERT_LINES_MIN) {
			break;
		} else {
			count = 0;
			run = newline + 1;
		}
		at = newline + 1;
	}
	if (count < INERT_LINES_MIN)
		return (struct inert_lines){bytes.len, 0};
	return (struct inert_lines){(size_t)(run - bytes.data), (size_t)(at - run)};
}
