/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "detect.h"

struct detect_result
detect_at(size_t at)
{
	return (struct detect_result){.at = at, .promise = DETECT_NONE};
}

struct subunit2_view
detect_take_line(struct subunit2_view *rest)
{
	const char *newline = memchr(rest->data, '\n', rest->len);
	struct subunit2_view line = {rest->data,
	                             newline ? (size_t)(newline - rest->data) + 1 : rest->len};
	rest->data += line.len;
	rest->len -= line.len;
	return line;
}

size_t
detect_line(const struct detect_head *head, bool (*is_sign)(struct subunit2_view line))
{
	struct subunit2_view rest = head->lines;
	while (rest.len > 0) {
		if (is_sign(rest))
			return (size_t)(rest.data - head->lines.data);
		detect_take_line(&rest);
	}
	return DETECT_NONE;
}
