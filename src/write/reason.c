/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "reason.h"

struct subunit2_view
reason_of(const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		struct subunit2_view text = test->attachments[i].bytes;
		struct subunit2_view name = test->attachments[i].name;
		if (text.len == 0 || !(subunit2_view_equal(name, SUBUNIT2_LITERAL("reason")) ||
		                       subunit2_view_equal(name, SUBUNIT2_LITERAL("reason.bytes"))))
			continue;
		const char *newline = memchr(text.data, '\n', text.len);
		if (newline)
			text.len = (size_t)(newline - text.data);
		return text;
	}
	return SUBUNIT2_ABSENT;
}
