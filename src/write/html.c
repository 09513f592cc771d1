/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * html: a page in one file: the summary, a table with a filter, the output of each test, and
 * a timeline with a lane for each route.
 *
 * The page is html_page/page.html. @DATA@ is replaced by the tests as JSON, a line each; @REPORT@
 * by the summary, which is known only at the end; @PLAIN@ by the failures as plain HTML, for
 * browsers that run no script and for print. The script of the page makes the rest. It
 * inserts strings of a test as text only, never as HTML.
 */
#include "history.h"
#include "html_facts.h"
#include "html_page.inc" /* html_page[], made from the folder html_page */
#include "html_plain.h"
#include "html_test.h"
#include "json_string.h"
#include "memory.h"
#include "memory_file.h"
#include "putters.h"
#include "run_facts.h"
#include "test_counter.h"
#include "verdict.h"
#include "xml.h"

#include <stdlib.h>

#define SHOWN_MAX (256 << 10)  /* the last bytes of each file */
#define OUTPUT_MAX (256 << 10) /* the first bytes of output without a test */
#define TESTS_MAX (256 << 20)  /* bytes of the page for tests, without the text of files */
#define TEXT_MAX (64 << 20)    /* bytes of the page for the text of files */

struct html_writer {
	struct subunit2_sink sink;
	const struct writer_options *options;
	struct output_file *to;
	struct test_counter counter;
	const char *page; /* the part of html_page that is not written yet */
	struct html_rooms rooms;
	FILE *memory; /* writes to line */
	char *line;
	size_t line_len;
	bool some;    /* at least one test was written */
	char *output; /* without a test */
	size_t output_len;
	uint64_t more; /* bytes of it that were left out */
	struct html_facts facts;
	struct html_plain plain;
};

static enum subunit2_result
html_test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct html_writer *self = context;
	html_plain_add(&self->plain, test,
	               route_labels_shown(&self->counter.labels, test->route_code));
	rewind(self->memory);
	if (!html_test_put(self->memory, test, history_marks(self->options->history, test),
	                   &self->rooms))
		return SUBUNIT2_E_OK;
	fflush(self->memory);
	put_text(self->to->file, self->some ? ",\n" : "");
	put_view(self->to->file, (struct subunit2_view){self->line, self->line_len});
	self->some = true;
	return output_file_check(self->to, error);
}

static enum subunit2_result
html_file_event(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct html_writer *self = context;
	(void)error;
	if (run_facts_has(event)) {
		html_facts_add(&self->facts, event);
		return SUBUNIT2_E_OK;
	}
	size_t room = OUTPUT_MAX - self->output_len;
	size_t len = event->file_bytes.len < room ? event->file_bytes.len : room;
	if (!self->output)
		self->output = memory_resize(NULL, OUTPUT_MAX, 1);
	memcpy(self->output + self->output_len, event->file_bytes.data, len);
	self->output_len += len;
	self->more += event->file_bytes.len - len;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
html_event(struct subunit2_sink *sink, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	struct html_writer *self = (struct html_writer *)sink;
	html_facts_see(&self->facts, event);
	return test_counter_event(&self->counter, event, error);
}

static void
html_put_output(struct html_writer *self, FILE *file)
{
	put_text(file, "\n],\"output\":[");
	if (self->output) {
		put_text(file, "{\"name\":\"stdout\",\"text\":");
		json_string_put_in_page(file,
		                        (struct subunit2_view){self->output, self->output_len});
		if (self->more > 0)
			fprintf(file, ",\"more\":%llu", (unsigned long long)self->more);
		put_char(file, '}');
	}
	put_text(file, "]}\n");
}

/* Writes REPORT. Its last line is the verdict, which the page shows first. */
static void
html_put_verdict(FILE *file, struct subunit2_view report)
{
	report.len -= report.len > 0;
	const char *newline = memrchr(report.data, '\n', report.len);
	size_t counts = newline ? (size_t)(newline - report.data) : 0;
	struct subunit2_view verdict = {report.data + counts, report.len - counts};
	verdict.data += newline != NULL;
	verdict.len -= newline != NULL;
	bool good = subunit2_view_equal(verdict, SUBUNIT2_LITERAL("good"));
	put_text(file,
	         good ? "<h1 id=\"verdict\" class=\"good\">" : "<h1 id=\"verdict\" class=\"bad\">");
	xml_put(file, verdict);
	put_text(file, "</h1><p id=\"counts\">");
	xml_put(file, (struct subunit2_view){report.data, counts});
	put_text(file, "</p>");
}

static void
html_put_report(struct html_writer *self, FILE *file)
{
	char *text;
	size_t len;
	struct output_file memory = {.file = memory_file(&text, &len)};
	verdict_put(&memory, test_counter_counts(&self->counter), self->options);
	fclose(memory.file);
	html_put_verdict(file, (struct subunit2_view){text, len});
	free(text);
}

/* Writes a note if ROOM, which is for WHAT, was too small; COUNTED names the unit of its count. */
static void
html_put_note(FILE *file, const struct html_room *room, const char *what, const char *counted)
{
	if (room->left > 0)
		fprintf(file,
		        "<li>Left out, since the page has room for %llu MB of %s: %llu "
		        "%s</li>",
		        (unsigned long long)room->size >> 20, what, (unsigned long long)room->left,
		        counted);
}

/* Writes what was left out because the page was full. */
static void
html_put_notes(const struct html_writer *self, FILE *file)
{
	put_text(file, "<ul id=\"notes\">");
	html_put_note(file, &self->rooms.tests, "tests", "more");
	html_put_note(file, &self->rooms.text, "output", "files");
	put_text(file, "</ul>");
}

/* Writes the page up to MARKER and skips MARKER; with NULL, up to the end. */
static void
html_put_page(struct html_writer *self, const char *marker)
{
	const char *end = marker ? strstr(self->page, marker) : self->page + strlen(self->page);
	put_view(self->to->file, (struct subunit2_view){self->page, (size_t)(end - self->page)});
	self->page = marker ? end + strlen(marker) : end;
}

/* Writes the totals of the runs before. */
static void
html_put_trend(const struct html_writer *self, FILE *file)
{
	char *text;
	size_t len;
	if (!self->options->history)
		return;
	FILE *memory = memory_file(&text, &len);
	history_put_trend(self->options->history, memory);
	fclose(memory);
	put_text(file, "<details id=\"trend\"><summary>earlier runs</summary><pre>");
	xml_put(file, (struct subunit2_view){text, len});
	put_text(file, "</pre></details>");
	free(text);
}

static enum subunit2_result
html_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct html_writer *self = (struct html_writer *)sink;
	FILE *file = self->to->file;
	enum subunit2_result result = test_counter_finish(&self->counter, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	html_put_output(self, file);
	html_put_page(self, "@REPORT@");
	html_put_report(self, file);
	html_facts_put(&self->facts, file);
	html_put_notes(self, file);
	html_put_trend(self, file);
	html_put_page(self, "@PLAIN@");
	html_plain_put(&self->plain, file, route_labels_left_out(&self->counter.labels));
	html_put_page(self, NULL);
	return output_file_check(self->to, error);
}

static void
html_free(struct subunit2_sink *sink)
{
	struct html_writer *self = (struct html_writer *)sink;
	test_counter_end(&self->counter);
	fclose(self->memory);
	free(self->line);
	free(self->output);
	html_facts_clear(&self->facts);
	html_plain_clear(&self->plain);
	free(self);
}

struct subunit2_sink *
writer_html(const struct writer_options *options, struct output_file *to,
            struct subunit2_error *error)
{
	(void)error;
	struct html_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){html_event, html_finish, html_free};
	self->options = options;
	self->to = to;
	test_counter_begin(&self->counter, SHOWN_MAX, html_test_ended, html_file_event, self);
	self->counter.labels.differ = options->labels_differ;
	self->page = html_page;
	self->memory = memory_file(&self->line, &self->line_len);
	self->rooms.tests.size = TESTS_MAX;
	self->rooms.text.size = TEXT_MAX;
	html_put_page(self, "@DATA@");
	put_text(to->file, "{\"tests\":[\n");
	return &self->sink;
}
