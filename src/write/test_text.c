/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_text.h"

#include "duration.h"
#include "putters.h"
#include "reason.h"
#include "style.h"
#include "text_file.h"

static void
test_text_put_file(FILE *to, const struct subunit2_attachment *file, enum printable_colors colors)
{
	if (file->bytes.len == 0 && file->dropped == 0)
		return;
	put_text(to, "  ");
	printable_put(to, file->name);
	if (!text_file_is_text(file)) {
		fprintf(to, ": %llu bytes, ",
		        (unsigned long long)(file->bytes.len + file->dropped));
		printable_put(to, subunit2_view_present(file->mime_type)
		                          ? file->mime_type
		                          : SUBUNIT2_LITERAL("not text"));
		put_char(to, '\n');
		return;
	}
	put_text(to, ":\n");
	if (file->dropped > 0)
		fprintf(to, "    (%llu bytes before this are not shown; -v shows them)\n",
		        (unsigned long long)file->dropped);
	struct printable_lines lines = {
		.file = to, .prefix = "    | ", .crlf = true, .colors = colors};
	struct subunit2_view rest = file->bytes, piece;
	while (subunit2_attachment_next(file, &rest, &piece))
		printable_lines_put(&lines, piece);
	printable_lines_end(&lines);
}

/* Prints "  # no database". */
static void
test_text_put_reason(FILE *to, const struct subunit2_test *test)
{
	struct buffer line = {0};
	reason_add_line(&line, test);
	if (line.len > 0) {
		put_text(to, "  # ");
		printable_put(to, buffer_view(&line));
	}
	buffer_clear(&line);
}

bool
test_text_is_bad(enum subunit2_status status)
{
	return subunit2_status_is_bad(status) || status == SUBUNIT2_STATUS_INPROGRESS;
}

/* Prints "  1.20s", or "  after 1.20s" for a test that never ended. */
static void
test_text_put_time(FILE *file, const struct subunit2_test *test, const struct subunit2_time *now)
{
	char text[DURATION_SIZE];
	if (test->status == SUBUNIT2_STATUS_INPROGRESS && test->has_start && now) {
		put_text(file, "  after ");
		put_text(file, duration_text(subunit2_time_since(*now, test->start), text));
	} else if (test->has_start && test->has_stop && subunit2_status_is_final(test->status)) {
		put_text(file, "  ");
		put_text(file, duration_text(subunit2_time_since(test->stop, test->start), text));
	}
}

static void
test_text_put_tags(FILE *file, struct subunit2_tags tags)
{
	struct subunit2_view tag;
	if (tags.count == 0)
		return;
	for (const char *before = "  ["; subunit2_tags_next(&tags, &tag); before = ", ") {
		put_text(file, before);
		printable_put(file, tag);
	}
	put_text(file, "]");
}

void
test_text_line(struct output_file *to, const struct subunit2_test *test,
               const struct subunit2_time *now)
{
	FILE *file = to->file;
	style_begin(to, style_of_status(test->status));
	put_text(file, style_status_word(test->status));
	style_end(to);
	put_text(file, "  ");
	printable_put(file, test->id);
	test_text_put_time(file, test, now);
	test_text_put_tags(file, test->tags);
	if (test->status == SUBUNIT2_STATUS_SKIP || test->status == SUBUNIT2_STATUS_XFAIL)
		test_text_put_reason(file, test);
	put_char(file, '\n');
}

void
test_text_put_fact(FILE *file, const struct subunit2_event *event)
{
	struct subunit2_view text = event->file_bytes;
	text.len -= subunit2_view_ends(text, SUBUNIT2_LITERAL("\n")) && text.len > 0;
	printable_put(file, event->file_name);
	fputs(": ", file);
	printable_put(file, text);
	putc('\n', file);
}

void
test_text_put_label(FILE *file, struct subunit2_view label)
{
	if (label.len == 0)
		return;
	put_char(file, '[');
	printable_put(file, label);
	put_text(file, "] ");
}

void
test_text_label(FILE *file, struct route_labels *labels, const struct subunit2_test *test)
{
	struct subunit2_view left_out = route_labels_left_out(labels);
	if (left_out.len > 0) {
		test_text_put_label(file, left_out);
		put_text(file, "is where the tests above ran\n");
	}
	test_text_put_label(file, route_labels_shown(labels, test->route_code));
}

void
test_text_files(FILE *file, const struct subunit2_test *test, enum printable_colors colors)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		test_text_put_file(file, &test->attachments[i], colors);
}

enum printable_colors
test_text_colors(const struct output_file *to)
{
	return to->color ? PRINTABLE_COLORS_SHOWN : PRINTABLE_COLORS_REMOVED;
}
