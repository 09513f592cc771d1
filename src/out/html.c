/*
 * html: one page that needs nothing else: the summary, a table to filter, each
 * test's output, and a timeline with a lane for each route. The page is
 * html_page.html with the tests as JSON in place of @DATA@, a line a test; its
 * script makes the rest, and puts nothing of a test into the page but as text.
 */
#include "json_string.h"
#include "memory.h"
#include "out/html_page.inc" /* html_page[], made from html_page.html */
#include "put.h"
#include "tally.h"
#include "verdict.h"

#include <stdlib.h>

#define SHOWN_MAX (256 << 10)  /* bytes of each file, the last ones */
#define OUTPUT_MAX (256 << 10) /* of what belongs to no test, the first ones */

struct html_writer {
	struct subunit2_sink sink;
	const struct writer_options *options;
	struct destination *to;
	struct tally tally;
	bool some;    /* a test was written */
	char *output; /* of no test */
	size_t output_len;
	uint64_t more; /* of it, left out */
};

static const char marker[] = "@DATA@";

static void
put_name(FILE *file, const char *name)
{
	fprintf(file, ",\"%s\":", name);
}

/* Milliseconds since 1970. */
static void
put_time(FILE *file, const char *name, struct subunit2_time time)
{
	put_name(file, name);
	put_number(file, (uint64_t)time.sec, 1);
	put_number(file, time.nsec / 1000000, 3);
	put_char(file, '.');
	put_number(file, time.nsec / 1000 % 1000, 3);
}

static void
put_tags(FILE *file, struct subunit2_tags tags)
{
	struct subunit2_view tag;
	put_name(file, "tags");
	for (char before = '['; subunit2_tags_next(&tags, &tag); before = ',') {
		put_char(file, before);
		json_string_put_in_page(file, tag);
	}
	put_char(file, ']');
}

static bool
is_text(const struct subunit2_attachment *file)
{
	static const struct subunit2_view out = {"stdout", 6}, err = {"stderr", 6};
	return subunit2_view_equal(file->name, out) || subunit2_view_equal(file->name, err) ||
	       subunit2_utf8_is_string(file->bytes);
}

static void
put_file(FILE *file, const struct subunit2_attachment *attachment)
{
	put_text(file, "{\"name\":");
	json_string_put_in_page(file, attachment->name);
	if (attachment->dropped > 0) {
		put_name(file, "dropped");
		put_number(file, attachment->dropped, 1);
	}
	if (is_text(attachment)) {
		put_name(file, "text");
		json_string_put_in_page(file, attachment->bytes);
	} else {
		put_name(file, "size");
		put_number(file, attachment->bytes.len + attachment->dropped, 1);
	}
	put_char(file, '}');
}

static void
put_files(FILE *file, const struct subunit2_test *test)
{
	put_name(file, "files");
	for (size_t i = 0; i < test->attachment_count; i++) {
		put_char(file, i ? ',' : '[');
		put_file(file, &test->attachments[i]);
	}
	put_char(file, ']');
}

static int
test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct html_writer *self = context;
	FILE *file = self->to->file;
	put_text(file, self->some ? ",\n{\"id\":" : "{\"id\":");
	json_string_put_in_page(file, test->id);
	put_name(file, "status");
	json_string_put_in_page(file, subunit2_view_of(subunit2_status_name(test->status)));
	put_name(file, "runnable");
	put_text(file, test->runnable ? "true" : "false");
	if (test->route_code.len > 0) {
		put_name(file, "route");
		json_string_put_in_page(file, test->route_code);
	}
	if (test->has_start && test->has_stop) {
		put_time(file, "start", test->start);
		put_time(file, "stop", test->stop);
	}
	if (test->tags.count > 0)
		put_tags(file, test->tags);
	if (test->attachment_count > 0)
		put_files(file, test);
	put_char(file, '}');
	self->some = true;
	return destination_check(self->to, error);
}

static int
file_event(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct html_writer *self = context;
	(void)error;
	size_t room = OUTPUT_MAX - self->output_len;
	size_t len = event->file_bytes.len < room ? event->file_bytes.len : room;
	if (!self->output)
		self->output = memory_resize(NULL, OUTPUT_MAX, 1);
	memcpy(self->output + self->output_len, event->file_bytes.data, len);
	self->output_len += len;
	self->more += event->file_bytes.len - len;
	return SUBUNIT2_OK;
}

static int
html_event(struct subunit2_sink *sink, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	struct html_writer *self = (struct html_writer *)sink;
	return tally_event(&self->tally, event, error);
}

static void
put_output(struct html_writer *self, FILE *file)
{
	put_text(file, "\n],\"output\":[");
	if (self->output) {
		put_text(file, "{\"name\":\"stdout\"");
		put_name(file, "text");
		json_string_put_in_page(file,
		                        (struct subunit2_view){self->output, self->output_len});
		if (self->more > 0) {
			put_name(file, "more");
			put_number(file, self->more, 1);
		}
		put_char(file, '}');
	}
	put_char(file, ']');
}

static void
put_report(struct html_writer *self, FILE *file)
{
	char *text;
	size_t len;
	struct destination memory = {.file = memory_have(open_memstream(&text, &len))};
	verdict_put(&memory, tally_counts(&self->tally), self->options);
	fclose(memory.file);
	put_name(file, "report");
	json_string_put_in_page(file, (struct subunit2_view){text, len});
	free(text);
}

static int
html_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct html_writer *self = (struct html_writer *)sink;
	FILE *file = self->to->file;
	int result = tally_finish(&self->tally, error);
	if (result != SUBUNIT2_OK)
		return result;
	put_output(self, file);
	put_report(self, file);
	put_char(file, '}');
	put_text(file, strstr(html_page, marker) + sizeof(marker) - 1);
	return destination_check(self->to, error);
}

static void
html_free(struct subunit2_sink *sink)
{
	struct html_writer *self = (struct html_writer *)sink;
	tally_end(&self->tally);
	free(self->output);
	free(self);
}

struct subunit2_sink *
writer_html(const struct writer_options *options, struct destination *to,
            struct subunit2_error *error)
{
	(void)error;
	struct html_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){html_event, html_finish, html_free};
	self->options = options;
	self->to = to;
	tally_begin(&self->tally, SHOWN_MAX, test_ended, file_event, self);
	size_t head = (size_t)(strstr(html_page, marker) - html_page);
	put_view(to->file, (struct subunit2_view){html_page, head});
	put_text(to->file, "{\"tests\":[\n");
	return &self->sink;
}
