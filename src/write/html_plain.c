/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "html_plain.h"

#include "cause.h"
#include "memory_file.h"
#include "putters.h"
#include "style.h"
#include "tag_cause.h"
#include "test_text.h"
#include "text_file.h"
#include "xml.h"

#include <stdlib.h>

#define TEXT_MAX (2 << 20)  /* bytes of the page for all failures */
#define FILE_MAX 2048       /* the last bytes of each file */
#define LIST_MAX (64 << 10) /* bytes of each list */

static void
html_plain_put_file(FILE *file, const struct subunit2_attachment *attachment)
{
	struct subunit2_view text = attachment->bytes;
	if (text.len == 0 || !text_file_is_text(attachment))
		return;
	bool cut = text.len > FILE_MAX;
	if (cut)
		text = (struct subunit2_view){text.data + text.len - FILE_MAX, FILE_MAX};
	/* Begin with a whole line. */
	const char *newline = cut ? memchr(text.data, '\n', text.len - 1) : NULL;
	if (newline) {
		text.len -= (size_t)(newline + 1 - text.data);
		text.data = newline + 1;
	}
	put_text(file, "<p>");
	xml_put(file, attachment->name);
	put_text(file, cut ? " (the end):</p><pre>" : ":</p><pre>");
	xml_put(file, text);
	put_text(file, "</pre>");
}

static void
html_plain_put_label(FILE *file, struct subunit2_view label)
{
	if (label.len == 0)
		return;
	put_text(file, "[");
	xml_put(file, label);
	put_text(file, "] ");
}

static void
html_plain_put_test(FILE *file, const struct subunit2_test *test, struct subunit2_view label)
{
	struct cause cause;
	cause_find(&cause, test);
	put_text(file, "<section><h3>");
	put_text(file, style_status_word(test->status));
	put_text(file, " ");
	xml_put(file, test->id);
	put_text(file, "</h3><p><strong>");
	xml_put(file, buffer_view(&cause.line));
	put_text(file, "</strong></p>");
	if (label.len > 0) {
		put_text(file, "<p>on ");
		xml_put(file, label);
		put_text(file, "</p>");
	}
	for (size_t i = 0; i < test->attachment_count; i++)
		html_plain_put_file(file, &test->attachments[i]);
	put_text(file, "</section>\n");
	cause_clear(&cause);
}

/* Adds an item for TEST, with the cause of its tag, to LIST. */
static void
html_plain_add_item(struct buffer *list, const struct subunit2_test *test,
                    struct subunit2_view label,
                    void (*find_cause)(struct buffer *line, const struct subunit2_test *test))
{
	char *text;
	size_t len;
	struct buffer cause = {0};
	find_cause(&cause, test);
	FILE *file = memory_file(&text, &len);
	put_text(file, "<li>");
	html_plain_put_label(file, label);
	xml_put(file, test->id);
	put_text(file, cause.len > 0 ? ": " : "");
	xml_put(file, buffer_view(&cause));
	put_text(file, "</li>\n");
	fclose(file);
	if (list->len + len <= LIST_MAX)
		buffer_add(list, (struct subunit2_view){text, len});
	free(text);
	buffer_clear(&cause);
}

static void
html_plain_add_failure(struct html_plain *plain, const struct subunit2_test *test,
                       struct subunit2_view label)
{
	char *text;
	size_t len;
	plain->failures++;
	if (plain->left > 0) {
		plain->left++;
		return;
	}
	FILE *file = memory_file(&text, &len);
	html_plain_put_test(file, test, label);
	fclose(file);
	if (plain->text.len + len > TEXT_MAX)
		plain->left++;
	else
		buffer_add(&plain->text, (struct subunit2_view){text, len});
	free(text);
}

void
html_plain_add(struct html_plain *plain, const struct subunit2_test *test,
               struct subunit2_view label)
{
	if (test_text_is_bad(test->status))
		html_plain_add_failure(plain, test, label);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky")))
		html_plain_add_item(&plain->flaky, test, label, tag_cause_of_flaky);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("leaked")))
		html_plain_add_item(&plain->leaked, test, label, tag_cause_of_leaked);
}

static void
html_plain_put_list(FILE *file, const char *heading, const struct buffer *items)
{
	if (items->len == 0)
		return;
	fprintf(file, "<h2>%s</h2>\n<ul>\n", heading);
	put_view(file, buffer_view(items));
	put_text(file, "</ul>\n");
}

void
html_plain_put(const struct html_plain *plain, FILE *file, struct subunit2_view left_out)
{
	if (plain->failures > 0) {
		put_text(file, "<h2>Failures</h2>\n");
		put_view(file, buffer_view(&plain->text));
		if (plain->left > 0)
			fprintf(file, "<p>and %llu more</p>\n", (unsigned long long)plain->left);
	}
	html_plain_put_list(file, "Flaky tests", &plain->flaky);
	html_plain_put_list(file, "Tests that left processes running", &plain->leaked);
	if (left_out.len > 0) {
		put_text(file, "<p>Tests without a label ran on ");
		html_plain_put_label(file, left_out);
		put_text(file, "</p>\n");
	}
}

void
html_plain_clear(struct html_plain *plain)
{
	buffer_clear(&plain->text);
	buffer_clear(&plain->flaky);
	buffer_clear(&plain->leaked);
}
