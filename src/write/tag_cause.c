/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "tag_cause.h"

#include "cause.h"
#include "cause_reader.h"

static bool
tag_cause_is_file(const struct subunit2_attachment *file, const char *name)
{
	return subunit2_view_equal(file->name, subunit2_view_of(name));
}

/* Returns the first line of the file "reason" that begins with WORDS; absent if no line does. */
static struct subunit2_view
tag_cause_find(const struct subunit2_test *test, const char *words)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		struct subunit2_view text = test->attachments[i].bytes, line;
		if (!tag_cause_is_file(&test->attachments[i], "reason"))
			continue;
		while (cause_reader_next_line(&text, &line))
			if (subunit2_view_starts(line, subunit2_view_of(words)))
				return line;
	}
	return SUBUNIT2_ABSENT;
}

/* Returns the first line of the first attempt in a JUnit file that failed. */
static struct subunit2_view
tag_cause_of_junit(const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		struct subunit2_view text = test->attachments[i].bytes, line;
		if (!tag_cause_is_file(&test->attachments[i], "flakyFailure") &&
		    !tag_cause_is_file(&test->attachments[i], "flakyError"))
			continue;
		while (cause_reader_next_line(&text, &line)) {
			line = cause_reader_trim(line);
			if (line.len > 0)
				return line;
		}
	}
	return SUBUNIT2_ABSENT;
}

void
tag_cause_of_flaky(struct buffer *line, const struct subunit2_test *test)
{
	if (subunit2_status_is_bad(test->status)) {
		struct cause cause;
		cause_find(&cause, test);
		buffer_add(line, buffer_view(&cause.line));
		cause_clear(&cause);
		return;
	}
	struct subunit2_view found = tag_cause_find(test, "attempt ");
	buffer_add(line, found.len > 0 ? found : tag_cause_of_junit(test));
}

void
tag_cause_of_leaked(struct buffer *line, const struct subunit2_test *test)
{
	buffer_add(line, tag_cause_find(test, "left "));
}
