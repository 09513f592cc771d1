/*
 * text: for people. A line a test as it ends; under one that is bad its files;
 * output that belongs to no test, where it came; the slowest; the summary.
 *
 *     pass  t/a.t  0.012s
 *     FAIL  t/b.t  1.20s
 *       stdout:
 *         | what it said
 *
 * -q leaves out tests that are not bad, and output of no test; -v shows the
 * files of every test.
 */
#include "duration.h"
#include "memory.h"
#include "slowest.h"
#include "style.h"
#include "verdict.h"
#include "visible.h"

#include <stdlib.h>

#define SHOWN_MAX (1 << 20) /* bytes of each file, the last ones; -v shows all */

struct text_writer {
	struct subunit2_sink sink;
	const struct writer_options *options;
	struct destination *to;
	struct subunit2_summary *summary;
	struct subunit2_sink *tests;
	struct slowest *slowest;
	struct visible_lines output; /* of no test */
};

/* What was said before a test began or after it ended. */
static int
file_event(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct text_writer *self = context;
	if (self->options->verbose >= 0)
		visible_lines_put(&self->output, event->file_bytes);
	return destination_check(self->to, error);
}

static bool
equals(struct subunit2_view text, const char *literal)
{
	return subunit2_view_equal(text, subunit2_view_of(literal));
}

/* stdout and stderr are shown whatever they hold; other files when they are text. */
static bool
is_shown(const struct subunit2_attachment *file)
{
	return equals(file->name, "stdout") || equals(file->name, "stderr") ||
	       subunit2_utf8_is_string(file->bytes);
}

static void
put_file(FILE *to, const struct subunit2_attachment *file)
{
	if (file->bytes.len == 0 && file->dropped == 0)
		return;
	fputs("  ", to);
	visible_put(to, file->name);
	if (!is_shown(file)) {
		fprintf(to, ": %llu bytes, ",
		        (unsigned long long)(file->bytes.len + file->dropped));
		visible_put(to, subunit2_view_present(file->mime_type)
		                        ? file->mime_type
		                        : SUBUNIT2_LITERAL("not text"));
		putc('\n', to);
		return;
	}
	fputs(":\n", to);
	if (file->dropped > 0)
		fprintf(to, "    (%llu bytes before this are not shown; -v shows them)\n",
		        (unsigned long long)file->dropped);
	struct visible_lines lines = {.file = to, .prefix = "    | ", .crlf = true};
	visible_lines_put(&lines, file->bytes);
	visible_lines_end(&lines);
}

/* "# no database": the first line of the file "reason". */
static void
put_reason(FILE *to, const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		struct subunit2_view text = test->attachments[i].bytes;
		if (!equals(test->attachments[i].name, "reason") || text.len == 0)
			continue;
		const char *newline = memchr(text.data, '\n', text.len);
		if (newline)
			text.len = (size_t)(newline - text.data);
		fputs("  # ", to);
		visible_put(to, text);
		return;
	}
}

static bool
is_bad(enum subunit2_status status)
{
	return subunit2_status_is_bad(status) || status == SUBUNIT2_INPROGRESS;
}

static void
put_line(struct text_writer *self, const struct subunit2_test *test)
{
	FILE *to = self->to->file;
	style_begin(self->to, style_of_status(test->status));
	fputs(style_status_word(test->status), to);
	style_end(self->to);
	fputs("  ", to);
	visible_put(to, test->id);
	if (test->has_start && test->has_stop && subunit2_status_is_final(test->status)) {
		char text[DURATION_SIZE];
		int64_t ns = subunit2_time_since(test->stop, test->start);
		fprintf(to, "  %s", duration_text(ns, text));
	}
	if (test->status == SUBUNIT2_SKIP || test->status == SUBUNIT2_XFAIL)
		put_reason(to, test);
	putc('\n', to);
}

static int
test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct text_writer *self = context;
	bool bad = is_bad(test->status);
	slowest_add(self->slowest, test);
	if (bad || self->options->verbose >= 0) {
		visible_lines_end(&self->output);
		put_line(self, test);
	}
	if (bad || self->options->verbose > 0)
		for (size_t i = 0; i < test->attachment_count; i++)
			put_file(self->to->file, &test->attachments[i]);
	return destination_check(self->to, error);
}

static int
text_event(struct subunit2_sink *sink, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	struct text_writer *self = (struct text_writer *)sink;
	int result = subunit2_sink_event(self->tests, event, error);
	if (result == SUBUNIT2_OK)
		result = subunit2_sink_event(subunit2_summary_sink(self->summary), event, error);
	return result;
}

static int
text_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct text_writer *self = (struct text_writer *)sink;
	int result = subunit2_sink_finish(self->tests, error);
	if (result == SUBUNIT2_OK)
		result = subunit2_sink_finish(subunit2_summary_sink(self->summary), error);
	if (result != SUBUNIT2_OK)
		return result;
	visible_lines_end(&self->output);
	slowest_put(self->slowest, self->to->file);
	verdict_put(self->to, subunit2_summary_result(self->summary), self->options->empty_is_good);
	return destination_check(self->to, error);
}

static void
text_free(struct subunit2_sink *sink)
{
	struct text_writer *self = (struct text_writer *)sink;
	subunit2_sink_free(self->tests);
	subunit2_summary_free(self->summary);
	slowest_free(self->slowest);
	free(self);
}

struct subunit2_sink *
writer_text(const struct writer_options *options, struct destination *to,
            struct subunit2_error *error)
{
	struct text_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){text_event, text_finish, text_free};
	self->options = options;
	self->to = to;
	self->output = (struct visible_lines){.file = to->file, .prefix = "| ", .crlf = true};
	self->slowest = slowest_new(options->slowest);
	self->summary = subunit2_summary_new();
	struct subunit2_collect_options keep = {
		.attachment_limit = options->verbose > 0 ? SIZE_MAX : SHOWN_MAX,
	};
	self->tests = subunit2_collect_new(&keep, test_ended, file_event, self);
	if (self->tests && self->summary)
		return &self->sink;
	subunit2_error_set(error, SUBUNIT2_NO_MEMORY, NULL, "out of memory");
	text_free(&self->sink);
	return NULL;
}
