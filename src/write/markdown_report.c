/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "markdown_report.h"

#include "buffer.h"
#include "memory.h"
#include "memory_file.h"
#include "printable.h"
#include "putters.h"
#include "sgr.h"
#include "slowest.h"
#include "style.h"
#include "tag_cause.h"
#include "test_text.h"
#include "text_file.h"
#include "verdict.h"
#include "xml.h"

#include <stdlib.h>

/* Bytes of each part. Together with the heading they stay below 1 MiB. */
#define ROWS_MAX (256 << 10)
#define OUTPUT_MAX (640 << 10)
#define TAGGED_MAX (32 << 10) /* of flaky tests, and of those that left processes */
#define ROOM_MIN 1024         /* a part with less room takes no entry */
#define SLOWEST_MAX (8 << 10) /* before it is escaped */
#define FILE_MAX (32 << 10)   /* the last bytes of a file */
#define ID_MAX 1024           /* bytes of an id */

/* Entries up to a number of bytes. */
struct markdown_part {
	struct buffer text;
	uint64_t count, left; /* entries; those that had no room */
};

struct markdown_report {
	const struct writer_options *options;
	struct markdown_part rows, outputs, flaky, leaked;
	struct slowest *slowest;
};

struct markdown_report *
markdown_report_new(const struct writer_options *options)
{
	struct markdown_report *report = memory_zeroed(1, sizeof(*report));
	report->options = options;
	bool usual = !options->slowest && !options->slowest_chosen;
	report->slowest = slowest_new(usual ? SLOWEST_USUAL : options->slowest);
	return report;
}

void
markdown_report_free(struct markdown_report *report)
{
	if (!report)
		return;
	buffer_clear(&report->rows.text);
	buffer_clear(&report->outputs.text);
	buffer_clear(&report->flaky.text);
	buffer_clear(&report->leaked.text);
	slowest_free(report->slowest);
	free(report);
}

void
markdown_put_text(FILE *file, struct subunit2_view text)
{
	if (xml_is_plain(text)) {
		put_view(file, text);
		return;
	}
	char *shown;
	size_t len;
	FILE *memory = memory_file(&shown, &len);
	struct buffer plain = {0};
	sgr_add_without(&plain, text);
	printable_put(memory, buffer_view(&plain));
	buffer_clear(&plain);
	fclose(memory);
	xml_put_attribute(file, (struct subunit2_view){shown, len});
	free(shown);
}

static void
markdown_put_id(FILE *file, struct subunit2_view id)
{
	bool cut = id.len > ID_MAX;
	if (cut) {
		id.len = ID_MAX;
		id.len -= subunit2_utf8_unfinished(id);
	}
	put_text(file, "<code>");
	markdown_put_text(file, id);
	put_text(file, cut ? "\xE2\x80\xA6</code>" : "</code>");
}

static void
markdown_put_label(FILE *file, struct subunit2_view label)
{
	if (label.len == 0)
		return;
	put_char(file, '[');
	markdown_put_text(file, label);
	put_text(file, "] ");
}

/* Returns true if PART has no room, and counts the entry as left out, which need not be formatted
 * then. */
static bool
markdown_part_leaves_out(struct markdown_part *part, size_t max)
{
	bool full = part->text.len + ROOM_MIN > max;
	part->count += full;
	part->left += full;
	return full;
}

/* Adds the bytes that were written to the memory file of TEXT and LEN, if they fit. Frees TEXT. */
static void
markdown_part_add(struct markdown_part *part, char *text, size_t len, size_t max)
{
	part->count++;
	if (part->text.len + len > max)
		part->left++;
	else
		buffer_add(&part->text, (struct subunit2_view){text, len});
	free(text);
}

static void
markdown_add_row(struct markdown_report *report, const struct subunit2_test *test,
                 const struct cause *cause, struct subunit2_view label)
{
	char *text;
	size_t len;
	if (markdown_part_leaves_out(&report->rows, ROWS_MAX))
		return;
	FILE *file = memory_file(&text, &len);
	put_text(file, "<tr><td>");
	put_text(file, style_status_word(test->status));
	put_text(file, "</td><td>");
	markdown_put_label(file, label);
	markdown_put_id(file, test->id);
	put_text(file, "</td><td>");
	markdown_put_text(file, buffer_view(&cause->line));
	if (cause->file.len > 0) {
		put_text(file, "<br><code>");
		markdown_put_text(file, buffer_view(&cause->file));
		fprintf(file, ":%llu</code>", (unsigned long long)cause->line_number);
	}
	put_text(file, "</td></tr>\n");
	fclose(file);
	markdown_part_add(&report->rows, text, len, ROWS_MAX);
}

static bool
markdown_has_text(const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (test->attachments[i].bytes.len > 0)
			return true;
	return false;
}

/* Returns the last FILE_MAX bytes of FILE, from the start of a line if there is one. */
static struct subunit2_view
markdown_tail(const struct subunit2_attachment *file)
{
	struct subunit2_view text = file->bytes;
	if (text.len <= FILE_MAX)
		return text;
	text = (struct subunit2_view){text.data + text.len - FILE_MAX, FILE_MAX};
	const char *newline = memchr(text.data, '\n', text.len - 1);
	if (newline)
		text = (struct subunit2_view){newline + 1,
		                              text.len - (size_t)(newline + 1 - text.data)};
	return text;
}

/* Writes FILE for a <pre>; the start of a long one is left out. */
static void
markdown_put_file(FILE *to, const struct subunit2_attachment *file)
{
	if (file->bytes.len == 0 && file->dropped == 0)
		return;
	markdown_put_text(to, file->name);
	if (!text_file_is_text(file)) {
		fprintf(to, ": %llu bytes\n",
		        (unsigned long long)(file->bytes.len + file->dropped));
		return;
	}
	struct subunit2_view tail = markdown_tail(file);
	uint64_t before = file->dropped + file->bytes.len - tail.len;
	put_text(to, ":\n");
	if (before > 0)
		fprintf(to, "  (%llu bytes before this are not shown)\n",
		        (unsigned long long)before);
	char *shown;
	size_t len;
	FILE *memory = memory_file(&shown, &len);
	struct printable_lines lines = {
		.file = memory, .prefix = "  ", .crlf = true, .colors = PRINTABLE_COLORS_REMOVED};
	printable_lines_put(&lines, tail);
	printable_lines_end(&lines);
	fclose(memory);
	xml_put(to, (struct subunit2_view){shown, len});
	free(shown);
}

/* A blank line ends an HTML block, except within <pre>, which must begin a block of its own. */
static void
markdown_add_output(struct markdown_report *report, const struct subunit2_test *test,
                    struct subunit2_view label)
{
	char *text;
	size_t len;
	if (!markdown_has_text(test) || markdown_part_leaves_out(&report->outputs, OUTPUT_MAX))
		return;
	FILE *file = memory_file(&text, &len);
	put_text(file, "<details><summary>");
	put_text(file, style_status_word(test->status));
	put_text(file, " ");
	markdown_put_label(file, label);
	markdown_put_id(file, test->id);
	put_text(file, "</summary>\n\n<pre>\n");
	for (size_t i = 0; i < test->attachment_count; i++)
		markdown_put_file(file, &test->attachments[i]);
	put_text(file, "</pre>\n\n</details>\n\n");
	fclose(file);
	markdown_part_add(&report->outputs, text, len, OUTPUT_MAX);
}

/* Adds a line for TEST, with the cause of its tag. */
static void
markdown_add_tagged(struct markdown_part *part, const struct subunit2_test *test,
                    struct subunit2_view label,
                    void (*find_cause)(struct buffer *line, const struct subunit2_test *test))
{
	char *text;
	size_t len;
	struct buffer cause = {0};
	if (markdown_part_leaves_out(part, TAGGED_MAX))
		return;
	FILE *file = memory_file(&text, &len);
	put_text(file, "<li>");
	markdown_put_label(file, label);
	markdown_put_id(file, test->id);
	find_cause(&cause, test);
	if (cause.len > 0) {
		put_text(file, " <span>");
		markdown_put_text(file, buffer_view(&cause));
		put_text(file, "</span>");
	}
	put_text(file, "</li>\n");
	buffer_clear(&cause);
	fclose(file);
	markdown_part_add(part, text, len, TAGGED_MAX);
}

void
markdown_report_add(struct markdown_report *report, const struct subunit2_test *test,
                    const struct cause *cause, struct subunit2_view label)
{
	slowest_add(report->slowest, test);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky")))
		markdown_add_tagged(&report->flaky, test, label, tag_cause_of_flaky);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("leaked")))
		markdown_add_tagged(&report->leaked, test, label, tag_cause_of_leaked);
	if (!cause)
		return;
	if (!cause_is_in_assertions(test) || report->rows.count == 0)
		markdown_add_row(report, test, cause, label);
	markdown_add_output(report, test, label);
}

/* Writes the counts and the verdict, as the text report ends. */
static void
markdown_put_verdict(const struct markdown_report *report, FILE *file,
                     const struct subunit2_summary_result *counts)
{
	char *text;
	size_t len;
	FILE *memory = memory_file(&text, &len);
	struct output_file to = {.file = memory};
	verdict_put(&to, counts, report->options);
	fclose(memory);
	put_text(file, "<pre>\n");
	xml_put(file, (struct subunit2_view){text, len});
	put_text(file, "</pre>\n\n");
	free(text);
}

static void
markdown_put_left(FILE *file, const struct markdown_part *part, const char *entries)
{
	if (part->left > 0)
		fprintf(file, "%llu more %s are not shown: a job summary is limited to 1 MiB.\n\n",
		        (unsigned long long)part->left, entries);
}

static void
markdown_put_slowest(const struct markdown_report *report, FILE *file, bool show_labels)
{
	char *text;
	size_t len;
	FILE *memory = memory_file(&text, &len);
	slowest_put(report->slowest, memory, show_labels);
	fclose(memory);
	struct subunit2_view shown = {text, len};
	if (len > SLOWEST_MAX)
		shown.len = (size_t)((char *)memrchr(text, '\n', SLOWEST_MAX) + 1 - text);
	if (len > 0) {
		put_text(file, "<details><summary>Slowest tests</summary>\n\n<pre>\n");
		xml_put(file, shown);
		put_text(file, "</pre>\n\n</details>\n\n");
	}
	free(text);
}

/* Writes where the first tests ran, if their label was left out. */
static void
markdown_put_left_out(FILE *file, struct subunit2_view label)
{
	if (label.len == 0)
		return;
	put_text(file, "<p>Tests without a label ran on [");
	markdown_put_text(file, label);
	put_text(file, "].</p>\n\n");
}

static void
markdown_put_tagged(const struct markdown_part *part, FILE *file, const char *heading,
                    const char *entries)
{
	if (part->count == 0)
		return;
	put_text(file, heading);
	put_text(file, "\n\n<ul>\n");
	put_view(file, buffer_view(&part->text));
	put_text(file, "</ul>\n\n");
	markdown_put_left(file, part, entries);
}

void
markdown_report_put(const struct markdown_report *report, FILE *file,
                    const struct subunit2_summary_result *counts, struct route_labels *labels)
{
	const char *title = report->options->title ? report->options->title : "Test results";
	struct subunit2_view text = subunit2_view_of(title);
	if (text.len > ID_MAX) {
		text.len = ID_MAX;
		text.len -= subunit2_utf8_unfinished(text);
	}
	put_text(file, "<h2>");
	markdown_put_text(file, text);
	put_text(file, "</h2>\n\n");
	markdown_put_verdict(report, file, counts);
	if (report->rows.count > 0) {
		put_text(file, "<table>\n<tr><th>Status</th><th>Test</th><th>Cause</th></tr>\n");
		put_view(file, buffer_view(&report->rows.text));
		put_text(file, "</table>\n\n");
		markdown_put_left(file, &report->rows, "failures");
	}
	put_view(file, buffer_view(&report->outputs.text));
	markdown_put_left(file, &report->outputs, "outputs");
	markdown_put_tagged(&report->flaky, file,
	                    "Flaky tests, which passed at a later attempt:", "flaky tests");
	markdown_put_tagged(&report->leaked, file,
	                    "Tests that left processes running:", "tests that left processes");
	markdown_put_slowest(report, file, labels->differ);
	markdown_put_left_out(file, route_labels_left_out(labels));
}
