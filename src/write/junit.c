/*
 * junit: the XML that Jenkins, GitLab and others read. A script is a suite and
 * its assertions are its cases; it is a case itself when it has none, or did not
 * pass. Tests that belong to no script are the cases of one more suite.
 *
 *     fail        failure                  skip     skipped
 *     uxsuccess   failure                  xfail    skipped, type="xfail"
 *     damage, and what never ended: error
 *
 * stdout and stderr are system-out and system-err; the other files are the text
 * of the failure, or precede system-out. Listed tests, tags and routes have no
 * place in this format; files of what never had a status are output of no test.
 *
 * A suite begins with its totals, which are known at its end: suites are kept in
 * spools until then. So is the whole, unless the head can be written again.
 */
#include "lost_input.h"
#include "memory.h"
#include "putters.h"
#include "reason.h"
#include "rfc3339.h"
#include "suites.h"
#include "tempfile.h"
#include "writer.h"
#include "xml.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Room for the root's totals, which are written last. */
#define HEAD_SIZE 256

struct junit_writer {
	struct subunit2_sink sink;
	struct destination *to;
	struct subunit2_sink *tests;
	struct suites suites;
	bool ending; /* finish was called: scripts may come before their assertions */

	struct spool whole;  /* suites of scripts, but where TO is seekable: there they go to TO,
	                        behind a head of blanks */
	struct suite loose;  /* of tests without a script */
	struct spool output; /* of no test */

	struct suite total; /* only its numbers */
	bool has_time;
	struct subunit2_time start, stop;
};

/* Until it is asked for another: see spool_file. */
static FILE *
spooled(struct junit_writer *self, struct spool *spool)
{
	return spool_file(&self->suites.spools, spool);
}

static FILE *
suites_file(struct junit_writer *self)
{
	return self->to->seekable ? self->to->file : spooled(self, &self->whole);
}

static bool
named(const struct subunit2_attachment *file, const char *name)
{
	return subunit2_view_equal(file->name, subunit2_view_of(name));
}

/* time="1.234": three digits are what the schema allows. */
static void
put_duration(FILE *file, struct subunit2_time start, struct subunit2_time stop)
{
	int64_t ms = (subunit2_time_since(stop, start) + 500000) / 1000000;
	uint64_t length = ms > 0 ? (uint64_t)ms : 0;
	put_text(file, " time=\"");
	put_number(file, length / 1000, 1);
	put_char(file, '.');
	put_number(file, length % 1000, 3);
	put_char(file, '"');
}

static void
put_count(FILE *file, const char *name, uint64_t count)
{
	put_char(file, ' ');
	put_text(file, name);
	put_text(file, "=\"");
	put_number(file, count, 1);
	put_char(file, '"');
}

/* What a case is called: for a dotted name as Python's and Java's have it, the
 * last part in the class of the others. */
static void
put_case_name(FILE *file, const struct suite *suite, struct subunit2_view id)
{
	struct subunit2_view class = suite->id, name = id;
	const char *dot = id.len ? memrchr(id.data, '.', id.len) : NULL;
	bool in_suite = class.len > 0 && id.len > class.len;
	if (in_suite) {
		name = suite_name_of(suite, id);
	} else if (class.len == 0 && dot && !memchr(id.data, '/', id.len) &&
	           !memchr(id.data, ' ', id.len)) {
		class = (struct subunit2_view){id.data, (size_t)(dot - id.data)};
		name = (struct subunit2_view){dot + 1, id.len - class.len - 1};
	} else if (class.len == 0) {
		class = id;
	}
	put_text(file, " classname=\"");
	xml_put_attribute(file, class);
	put_text(file, "\" name=\"");
	xml_put_attribute(file, name);
	put_char(file, '"');
}

/* How a case that did not just pass is told. */
struct telling {
	const char *element, *type, *message; /* NULL: no element; no message of its own */
};

static struct telling
telling_of(const struct subunit2_test *test)
{
	if (lost_input_or_damage(test->id))
		return (struct telling){"error", "damage", NULL};
	switch (test->status) {
	case SUBUNIT2_SUCCESS:
		return (struct telling){NULL, NULL, NULL};
	case SUBUNIT2_SKIP:
		return (struct telling){"skipped", "skip", NULL};
	case SUBUNIT2_XFAIL:
		return (struct telling){"skipped", "xfail", NULL};
	case SUBUNIT2_FAIL:
		return (struct telling){"failure", "fail", NULL};
	case SUBUNIT2_UXSUCCESS:
		return (struct telling){"failure", "uxsuccess", "unexpected success"};
	default:
		return (struct telling){"error", "unfinished", "never ended"};
	}
}

static void
count_case(struct suite *suite, const struct telling *telling)
{
	suite->tests++;
	if (!telling->element)
		return;
	if (strcmp(telling->element, "skipped") == 0)
		suite->skipped++;
	else if (strcmp(telling->element, "failure") == 0)
		suite->failed++;
	else
		suite->errors++;
}

static bool
is_stream(const struct subunit2_attachment *file)
{
	return named(file, "stdout") || named(file, "stderr");
}

/* True when all of FILE is the line TOLD. */
static bool
is_told(const struct subunit2_attachment *file, struct subunit2_view told)
{
	struct subunit2_view text = file->bytes;
	if (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	return text.len > 0 && subunit2_view_equal(text, told);
}

static void
put_bytes(FILE *file, const struct subunit2_attachment *attachment)
{
	struct subunit2_view rest = attachment->bytes, piece;
	while (subunit2_attachment_next(attachment, &rest, &piece))
		xml_put(file, piece);
}

/* The files that are neither stdout nor stderr, each under its name; but for what
 * was TOLD. */
static void
put_other_files(FILE *file, const struct subunit2_test *test, struct subunit2_view told)
{
	for (size_t i = 0; i < test->attachment_count; i++) {
		const struct subunit2_attachment *attachment = &test->attachments[i];
		if (is_stream(attachment) || is_told(attachment, told))
			continue;
		xml_put(file, attachment->name);
		put_text(file, ":\n");
		put_bytes(file, attachment);
		if (attachment->bytes.len > 0 &&
		    attachment->bytes.data[attachment->bytes.len - 1] != '\n')
			put_char(file, '\n');
	}
}

static void
put_telling(FILE *file, const struct subunit2_test *test, const struct telling *telling)
{
	struct subunit2_view reason = reason_of(test);
	if (!subunit2_view_present(reason))
		reason = subunit2_view_of(telling->message);
	put_char(file, '<');
	put_text(file, telling->element);
	put_text(file, " type=\"");
	put_text(file, telling->type);
	put_char(file, '"');
	if (subunit2_view_present(reason)) {
		put_text(file, " message=\"");
		xml_put_attribute(file, reason);
		put_char(file, '"');
	}
	put_char(file, '>');
	put_other_files(file, test, reason);
	put_text(file, "</");
	put_text(file, telling->element);
	put_text(file, ">\n");
}

/* Each of the test's files called NAME; before system-out, when OTHERS, the rest. */
static void
put_stream(FILE *file, const struct subunit2_test *test, const char *name, const char *element,
           bool others)
{
	bool some = others;
	for (size_t i = 0; i < test->attachment_count && !some; i++)
		some = named(&test->attachments[i], name);
	if (!some)
		return;
	fprintf(file, "<%s>", element);
	if (others)
		put_other_files(file, test, SUBUNIT2_ABSENT);
	for (size_t i = 0; i < test->attachment_count; i++)
		if (named(&test->attachments[i], name))
			put_bytes(file, &test->attachments[i]);
	fprintf(file, "</%s>\n", element);
}

static bool
has_other_files(const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (!is_stream(&test->attachments[i]))
			return true;
	return false;
}

static void
put_streams(FILE *file, const struct subunit2_test *test, bool others)
{
	put_stream(file, test, "stdout", "system-out", others && has_other_files(test));
	put_stream(file, test, "stderr", "system-err", false);
}

static void
put_case(FILE *file, struct suite *suite, const struct subunit2_test *test)
{
	struct telling telling = telling_of(test);
	count_case(suite, &telling);
	put_text(file, "<testcase");
	put_case_name(file, suite, test->id);
	if (test->has_start && test->has_stop)
		put_duration(file, test->start, test->stop);
	if (!telling.element && test->attachment_count == 0) {
		put_text(file, "/>\n");
		return;
	}
	put_text(file, ">\n");
	if (telling.element)
		put_telling(file, test, &telling);
	put_streams(file, test, !telling.element);
	put_text(file, "</testcase>\n");
}

/* The suite's times are those of its script. */
static void
put_suite_head(FILE *file, const struct suite *suite, struct subunit2_view name)
{
	put_text(file, "<testsuite name=\"");
	xml_put_attribute(file, name);
	put_char(file, '"');
	put_count(file, "tests", suite->tests);
	put_count(file, "failures", suite->failed);
	put_count(file, "errors", suite->errors);
	put_count(file, "skipped", suite->skipped);
	if (suite->has_time) {
		char text[RFC3339_SIZE];
		rfc3339_write(suite->start, text);
		*strchr(text, '.') = '\0'; /* the schema has no zone, and no fraction */
		put_text(file, " timestamp=\"");
		put_text(file, text);
		put_char(file, '"');
		put_duration(file, suite->start, suite->stop);
	}
	put_text(file, ">\n");
}

static void
add_to_total(struct suite *total, const struct suite *suite)
{
	total->tests += suite->tests;
	total->failed += suite->failed;
	total->errors += suite->errors;
	total->skipped += suite->skipped;
}

static int
put_suite(struct junit_writer *self, FILE *file, const struct suite *suite,
          struct subunit2_view name, struct subunit2_error *error)
{
	put_suite_head(file, suite, name);
	int result = spool_copy(&self->suites.spools, &suite->body, file, error);
	if (result == SUBUNIT2_OK)
		result = spool_copy(&self->suites.spools, &suite->tail, file, error);
	put_text(file, "</testsuite>\n");
	return result;
}

static int
end_suite(struct junit_writer *self, struct suite *suite, struct subunit2_error *error)
{
	int result = put_suite(self, suites_file(self), suite, suite->id, error);
	add_to_total(&self->total, suite);
	suites_close(&self->suites, suite);
	return result;
}

/* A script that runs by itself is one case among others, as tests in Python are. */
static bool
is_loose(const struct junit_writer *self, const struct suite *suite)
{
	return !self->ending && suite->tests == 0;
}

static int
put_script(struct junit_writer *self, struct suite *suite, const struct subunit2_test *test,
           struct subunit2_error *error)
{
	if (is_loose(self, suite)) {
		put_case(spooled(self, &self->loose.body), &self->loose, test);
		suites_close(&self->suites, suite);
		return SUBUNIT2_OK;
	}
	suite->has_time = test->has_start && test->has_stop;
	suite->start = test->start;
	suite->stop = test->stop;
	if (test->status == SUBUNIT2_SUCCESS)
		put_streams(spooled(self, &suite->tail), test, true);
	else
		put_case(spooled(self, &suite->tail), suite, test);
	/* At the end of the stream its open assertions are still to come. */
	return self->ending ? SUBUNIT2_OK : end_suite(self, suite, error);
}

static void
widen(bool *has_time, struct subunit2_time *start, struct subunit2_time *stop,
      const struct subunit2_test *test)
{
	if (!test->has_start || !test->has_stop)
		return;
	if (!*has_time || subunit2_time_compare(test->start, *start) < 0)
		*start = test->start;
	if (!*has_time || subunit2_time_compare(test->stop, *stop) > 0)
		*stop = test->stop;
	*has_time = true;
}

static int
test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct junit_writer *self = context;
	int result = SUBUNIT2_OK;
	struct suite *own = suites_named(&self->suites, test->id, test->route_code);
	if (test->status == SUBUNIT2_EXISTS && !own)
		return SUBUNIT2_OK;
	widen(&self->has_time, &self->start, &self->stop, test);
	struct suite *parent = suites_parent(&self->suites, test->id, test->route_code);
	if (own)
		result = put_script(self, own, test, error);
	else if (parent)
		put_case(spooled(self, &parent->body), parent, test);
	else
		put_case(spooled(self, &self->loose.body), &self->loose, test);
	return result == SUBUNIT2_OK ? destination_check(self->to, error) : result;
}

static int
file_event(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct junit_writer *self = context;
	(void)error;
	xml_put(spooled(self, &self->output), event->file_bytes);
	return SUBUNIT2_OK;
}

static int
junit_event(struct subunit2_sink *sink, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct junit_writer *self = (struct junit_writer *)sink;
	suites_see(&self->suites, event);
	return subunit2_sink_event(self->tests, event, error);
}

/* The suite of tests without a script, and what was said outside of tests. */
static int
put_loose(struct junit_writer *self, struct subunit2_error *error)
{
	struct suite *loose = &self->loose;
	int result = SUBUNIT2_OK;
	if (!spool_is_empty(&self->suites.spools, &self->output)) {
		FILE *tail = spooled(self, &loose->tail);
		put_text(tail, "<system-out>");
		result = spool_copy(&self->suites.spools, &self->output, tail, error);
		put_text(tail, "</system-out>\n");
	} else if (loose->tests == 0) {
		return SUBUNIT2_OK;
	}
	if (result == SUBUNIT2_OK)
		result = put_suite(self, self->to->file, loose, SUBUNIT2_LITERAL("tests"), error);
	return result;
}

static void
put_head(struct junit_writer *self, FILE *file)
{
	const struct suite *total = &self->total;
	put_text(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	put_count(file, "tests", total->tests);
	put_count(file, "failures", total->failed);
	put_count(file, "errors", total->errors);
	if (self->has_time)
		put_duration(file, self->start, self->stop);
}

/* Over the blanks at the beginning of the file. */
static int
rewrite_head(struct junit_writer *self, struct subunit2_error *error)
{
	char *head;
	size_t len;
	FILE *memory = memory_have(open_memstream(&head, &len));
	put_head(self, memory);
	fclose(memory);
	ssize_t written = -1;
	if (fflush(self->to->file) == 0 && fseeko(self->to->file, 0, SEEK_SET) == 0)
		written = (ssize_t)fwrite(head, 1, len, self->to->file);
	free(head);
	if (written != (ssize_t)len || fseeko(self->to->file, 0, SEEK_END) != 0)
		return ferror(self->to->file) ? destination_check(self->to, error)
		                              : subunit2_error_system(error, self->to->name, errno);
	return SUBUNIT2_OK;
}

static int
junit_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct junit_writer *self = (struct junit_writer *)sink;
	self->ending = true;
	int result = subunit2_sink_finish(self->tests, error);
	struct suite *suite;
	while (result == SUBUNIT2_OK && (suite = suites_first(&self->suites)))
		result = end_suite(self, suite, error);
	if (result != SUBUNIT2_OK)
		return result;
	add_to_total(&self->total, &self->loose);
	if (!self->to->seekable) {
		put_head(self, self->to->file);
		put_text(self->to->file, ">\n");
		result = spool_copy(&self->suites.spools, &self->whole, self->to->file, error);
	}
	if (result == SUBUNIT2_OK)
		result = put_loose(self, error);
	put_text(self->to->file, "</testsuites>\n");
	if (result == SUBUNIT2_OK && self->to->seekable)
		result = rewrite_head(self, error);
	return result == SUBUNIT2_OK ? destination_check(self->to, error) : result;
}

static void
junit_free(struct subunit2_sink *sink)
{
	struct junit_writer *self = (struct junit_writer *)sink;
	subunit2_sink_free(self->tests);
	struct spool *own[] = {&self->loose.body, &self->loose.tail, &self->output, &self->whole};
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		spool_clear(&self->suites.spools, own[i]);
	suites_clear(&self->suites);
	free(self);
}

struct subunit2_sink *
writer_junit(const struct writer_options *options, struct destination *to,
             struct subunit2_error *error)
{
	(void)options, (void)error;
	struct junit_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){junit_event, junit_finish, junit_free};
	self->to = to;
	suites_init(&self->suites);
	struct subunit2_collect_options all = {
		.attachment_limit = SIZE_MAX, .temporary = temporary_open, .results_only = true};
	self->tests = memory_have(subunit2_collect_new(&all, test_ended, file_event, self));
	if (to->seekable)
		fprintf(to->file, "%*s>\n", HEAD_SIZE, "");
	return &self->sink;
}
