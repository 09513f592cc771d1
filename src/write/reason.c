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

/* Returns the last line of FILE that is not blank, without blanks around it. */
static struct subunit2_view
reason_last_line(const struct subunit2_attachment *file)
{
	struct subunit2_view text = file->bytes;
	while (text.len > 0 && strchr(" \t\r\n", text.data[text.len - 1]))
		text.len--;
	const char *newline = text.len ? memrchr(text.data, '\n', text.len) : NULL;
	if (newline)
		text = (struct subunit2_view){newline + 1,
		                              (size_t)(text.data + text.len - newline - 1)};
	while (text.len > 0 && strchr(" \t\r", *text.data))
		text = (struct subunit2_view){text.data + 1, text.len - 1};
	return text;
}

void
reason_add_line(struct buffer *line, const struct subunit2_test *test)
{
	struct subunit2_view reason = reason_of(test), output = {NULL, 0};
	if (subunit2_view_starts(reason, SUBUNIT2_LITERAL("exit status ")))
		for (size_t i = 0; i < test->attachment_count && output.len == 0; i++) {
			const struct subunit2_attachment *file = &test->attachments[i];
			if (subunit2_view_equal(file->name, SUBUNIT2_LITERAL("stdout")) ||
			    subunit2_view_equal(file->name, SUBUNIT2_LITERAL("stderr")) ||
			    subunit2_view_equal(file->name, SUBUNIT2_LITERAL("output")))
				output = reason_last_line(file);
		}
	buffer_add(line, output);
	if (output.len > 0)
		buffer_add(line, SUBUNIT2_LITERAL("; "));
	buffer_add(line, reason);
}
