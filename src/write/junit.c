/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
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
#include "junit_case.h"
#include "memory.h"
#include "memory_file.h"
#include "putters.h"
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
	struct output_file *to;
	struct subunit2_sink *tests;
	struct suites suites;
	bool ending; /* finish was called: scripts may come before their assertions */

	struct spool whole;  /* suites of scripts, but where TO is seekable: there they go to TO,
	                        behind a head of blanks */
	struct suite loose;  /* of tests without a script */
	struct spool output; /* of no test */

	struct suite total; /* only its numbers and times */
};

/* Until it is asked for another: see spool_file. */
static FILE *
junit_writer_spooled(struct junit_writer *self, struct spool *spool)
{
	return spool_file(&self->suites.spools, spool);
}

static FILE *
junit_writer_suites_file(struct junit_writer *self)
{
	return self->to->seekable ? self->to->file : junit_writer_spooled(self, &self->whole);
}

static void
junit_writer_put_count(FILE *file, const char *name, uint64_t count)
{
	put_char(file, ' ');
	put_text(file, name);
	put_text(file, "=\"");
	put_number(file, count, 1);
	put_char(file, '"');
}

static void
junit_writer_count_case(struct suite *suite, const struct subunit2_test *test)
{
	enum junit_outcome outcome = junit_case_outcome(test);
	int64_t ns;
	suite->tests++;
	suite->skipped += outcome == JUNIT_SKIPPED;
	suite->failed += outcome == JUNIT_FAILED;
	suite->errors += outcome == JUNIT_ERROR;
	if (junit_case_length(test, &ns))
		suite->length_ns += ns;
}

static void
junit_writer_put_case(FILE *file, struct suite *suite, const struct subunit2_test *test)
{
	junit_writer_count_case(suite, test);
	junit_put_case(file, test, suite->id);
}

/* Widens the time of SUITE by that of TEST. Times without a date count only as long as no
 * test has one. */
static void
junit_writer_widen(struct suite *suite, const struct subunit2_test *test)
{
	if (!junit_case_has_time(test))
		return;
	bool dated = subunit2_time_is_dated(test->start);
	bool was_dated = suite->has_time && subunit2_time_is_dated(suite->start);
	bool anew = !suite->has_time || (dated && !was_dated);
	if (was_dated && !dated)
		return;
	if (anew || subunit2_time_compare(test->start, suite->start) < 0)
		suite->start = test->start;
	if (anew || subunit2_time_compare(test->stop, suite->stop) > 0)
		suite->stop = test->stop;
	suite->has_time = true;
}

/* A script's suite took as long as its script, any other as long as its cases together. */
static void
junit_writer_put_suite_head(FILE *file, const struct suite *suite, struct subunit2_view name)
{
	put_text(file, "<testsuite name=\"");
	xml_put_attribute(file, name);
	put_char(file, '"');
	junit_writer_put_count(file, "tests", suite->tests);
	junit_writer_put_count(file, "failures", suite->failed);
	junit_writer_put_count(file, "errors", suite->errors);
	junit_writer_put_count(file, "skipped", suite->skipped);
	if (suite->has_time && subunit2_time_is_dated(suite->start)) {
		char text[RFC3339_SIZE];
		rfc3339_write(suite->start, text);
		*strchr(text, '.') = '\0'; /* the schema has no zone, and no fraction */
		put_text(file, " timestamp=\"");
		put_text(file, text);
		put_char(file, '"');
	}
	junit_put_time(file, suite->has_script ? subunit2_time_since(suite->stop, suite->start)
	                                       : suite->length_ns);
	put_text(file, ">\n");
}

static void
junit_writer_add_to_total(struct suite *total, const struct suite *suite)
{
	total->tests += suite->tests;
	total->failed += suite->failed;
	total->errors += suite->errors;
	total->skipped += suite->skipped;
	total->length_ns += suite->length_ns;
}

static enum subunit2_result
junit_writer_put_suite(struct junit_writer *self, FILE *file, const struct suite *suite,
                       struct subunit2_view name, struct subunit2_error *error)
{
	junit_writer_put_suite_head(file, suite, name);
	enum subunit2_result result = spool_copy(&self->suites.spools, &suite->body, file, error);
	if (result == SUBUNIT2_E_OK)
		result = spool_copy(&self->suites.spools, &suite->tail, file, error);
	put_text(file, "</testsuite>\n");
	return result;
}

static enum subunit2_result
junit_writer_end_suite(struct junit_writer *self, struct suite *suite, struct subunit2_error *error)
{
	enum subunit2_result result;
	/* A script without assertions is a case among others, whether it ended or not. */
	if (suite->has_own_case && suite->tests == 1) {
		FILE *loose = junit_writer_spooled(self, &self->loose.body);
		result = spool_copy(&self->suites.spools, &suite->tail, loose, error);
		junit_writer_add_to_total(&self->loose, suite);
	} else {
		result = junit_writer_put_suite(self, junit_writer_suites_file(self), suite,
		                                suite->id, error);
		junit_writer_add_to_total(&self->total, suite);
	}
	suites_close(&self->suites, suite);
	return result;
}

/* A script that runs by itself is one case among others, as tests in Python are. */
static bool
junit_writer_is_stray(const struct junit_writer *self, const struct suite *suite)
{
	return !self->ending && suite->tests == 0;
}

static void
junit_writer_put_loose_case(struct junit_writer *self, const struct subunit2_test *test)
{
	junit_writer_widen(&self->loose, test);
	junit_writer_put_case(junit_writer_spooled(self, &self->loose.body), &self->loose, test);
}

static void
junit_writer_put_assertion(struct junit_writer *self, struct suite *script,
                           const struct subunit2_test *test)
{
	junit_writer_widen(script, test);
	junit_writer_put_case(junit_writer_spooled(self, &script->body), script, test);
}

static enum subunit2_result
junit_writer_put_script(struct junit_writer *self, struct suite *suite,
                        const struct subunit2_test *test, struct subunit2_error *error)
{
	if (junit_writer_is_stray(self, suite)) {
		junit_writer_put_loose_case(self, test);
		suites_close(&self->suites, suite);
		return SUBUNIT2_E_OK;
	}
	suite->has_script = junit_case_has_time(test);
	if (suite->has_script)
		suite->has_time = false;
	junit_writer_widen(suite, test);
	if (test->status == SUBUNIT2_STATUS_SUCCESS) {
		junit_put_streams(junit_writer_spooled(self, &suite->tail), test, true);
	} else {
		suite->has_own_case = true;
		junit_writer_count_case(suite, test);
		junit_put_case(junit_writer_spooled(self, &suite->tail), test, SUBUNIT2_ABSENT);
	}
	/* At the end of the stream its open assertions are still to come. */
	return self->ending ? SUBUNIT2_E_OK : junit_writer_end_suite(self, suite, error);
}

static enum subunit2_result
junit_writer_test_ended(void *context, const struct subunit2_test *test,
                        struct subunit2_error *error)
{
	struct junit_writer *self = context;
	enum subunit2_result result = SUBUNIT2_E_OK;
	struct suite *own = suites_named(&self->suites, test->id, test->route_code);
	if (test->status == SUBUNIT2_STATUS_EXISTS && !own)
		return SUBUNIT2_E_OK;
	junit_writer_widen(&self->total, test);
	struct suite *parent = suites_parent(&self->suites, test->id, test->route_code);
	if (own)
		result = junit_writer_put_script(self, own, test, error);
	else if (parent)
		junit_writer_put_assertion(self, parent, test);
	else
		junit_writer_put_loose_case(self, test);
	return result == SUBUNIT2_E_OK ? output_file_check(self->to, error) : result;
}

static enum subunit2_result
junit_writer_file_event(void *context, const struct subunit2_event *event,
                        struct subunit2_error *error)
{
	struct junit_writer *self = context;
	(void)error;
	xml_put(junit_writer_spooled(self, &self->output), event->file_bytes);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
junit_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                   struct subunit2_error *error)
{
	struct junit_writer *self = (struct junit_writer *)sink;
	suites_add_event(&self->suites, event);
	return subunit2_sink_event(self->tests, event, error);
}

/* The suite of tests without a script, and what was said outside of tests. */
static enum subunit2_result
junit_writer_put_stray(struct junit_writer *self, struct subunit2_error *error)
{
	struct suite *loose = &self->loose;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!spool_is_empty(&self->suites.spools, &self->output)) {
		FILE *tail = junit_writer_spooled(self, &loose->tail);
		put_text(tail, "<system-out>");
		result = spool_copy(&self->suites.spools, &self->output, tail, error);
		put_text(tail, "</system-out>\n");
	} else if (loose->tests == 0) {
		return SUBUNIT2_E_OK;
	}
	if (result == SUBUNIT2_E_OK)
		result = junit_writer_put_suite(self, self->to->file, loose,
		                                SUBUNIT2_LITERAL("tests"), error);
	return result;
}

static void
junit_writer_put_head(struct junit_writer *self, FILE *file)
{
	const struct suite *total = &self->total;
	put_text(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	junit_writer_put_count(file, "tests", total->tests);
	junit_writer_put_count(file, "failures", total->failed);
	junit_writer_put_count(file, "errors", total->errors);
	junit_put_time(file, total->has_time ? subunit2_time_since(total->stop, total->start) : 0);
}

/* Over the blanks at the beginning of the file. */
static enum subunit2_result
junit_writer_rewrite_head(struct junit_writer *self, struct subunit2_error *error)
{
	char *head;
	size_t len;
	FILE *memory = memory_file(&head, &len);
	junit_writer_put_head(self, memory);
	fclose(memory);
	ssize_t written = -1;
	if (fflush(self->to->file) == 0 && fseeko(self->to->file, 0, SEEK_SET) == 0)
		written = (ssize_t)fwrite(head, 1, len, self->to->file);
	free(head);
	if (written != (ssize_t)len || fseeko(self->to->file, 0, SEEK_END) != 0)
		return ferror(self->to->file) ? output_file_check(self->to, error)
		                              : subunit2_error_system(error, self->to->name, errno);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
junit_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct junit_writer *self = (struct junit_writer *)sink;
	self->ending = true;
	enum subunit2_result result = subunit2_sink_finish(self->tests, error);
	struct suite *suite;
	while (result == SUBUNIT2_E_OK && (suite = suites_first(&self->suites)))
		result = junit_writer_end_suite(self, suite, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	junit_writer_add_to_total(&self->total, &self->loose);
	if (!self->to->seekable) {
		junit_writer_put_head(self, self->to->file);
		put_text(self->to->file, ">\n");
		result = spool_copy(&self->suites.spools, &self->whole, self->to->file, error);
	}
	if (result == SUBUNIT2_E_OK)
		result = junit_writer_put_stray(self, error);
	put_text(self->to->file, "</testsuites>\n");
	if (result == SUBUNIT2_E_OK && self->to->seekable)
		result = junit_writer_rewrite_head(self, error);
	return result == SUBUNIT2_E_OK ? output_file_check(self->to, error) : result;
}

static void
junit_writer_free(struct subunit2_sink *sink)
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
writer_junit(const struct writer_options *options, struct output_file *to,
             struct subunit2_error *error)
{
	(void)options, (void)error;
	struct junit_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink =
		(struct subunit2_sink){junit_writer_event, junit_writer_finish, junit_writer_free};
	self->to = to;
	suites_init(&self->suites);
	struct subunit2_collect_options all = {.size = sizeof(all),
	                                       .attachment_limit = SIZE_MAX,
	                                       .temporary = tempfile_open,
	                                       .results_only = true};
	self->tests = memory_have(
		subunit2_collect_new(&all, junit_writer_test_ended, junit_writer_file_event, self));
	if (to->seekable)
		fprintf(to->file, "%*s>\n", HEAD_SIZE, "");
	return &self->sink;
}
