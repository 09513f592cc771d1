/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * junit: the XML that Jenkins, GitLab and others read. A script with assertions is a suite; its
 * assertions are cases, and so is the script itself. Tests that belong to no such script are the
 * cases of one more suite for each machine (junit_loose.h).
 *
 *     fail, uxsuccess                    failure
 *     skip                               skipped
 *     xfail                              skipped, type="xfail"
 *     damage, unfinished tests           error
 *     a script that failed only because  skipped, type="assertions"; its assertions are the
 *     of its assertions                  failures
 *
 * stdout and stderr are system-out and system-err. Other text files are the text of the failure, or
 * precede system-out; other files are written beside the document (junit_files.h). Listed tests and
 * tags have no place in this format; files of a test without a status are output that belongs to no
 * test.
 *
 * A suite begins with its totals, which are known at its end: suites are kept in spools until then.
 * So is the whole document, unless its head can be rewritten.
 */
#include "cause.h"
#include "duration.h"
#include "junit_case.h"
#include "junit_loose.h"
#include "memory.h"
#include "memory_file.h"
#include "message.h"
#include "open_suites.h"
#include "putters.h"
#include "rfc3339.h"
#include "route_label.h"
#include "source_place.h"
#include "tempfile.h"
#include "writer.h"
#include "xml.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* Room for the totals of the document, which are written last. */
#define HEAD_SIZE 256
#define GITLAB_MAX 30000000 /* bytes of a file that GitLab reads */

struct junit_writer {
	struct subunit2_sink sink;
	struct output_file *to;
	struct subunit2_sink *tests;
	struct open_suites suites;
	bool ending; /* finish was called: a script may precede its assertions */

	struct spool whole; /* suites of scripts; unused if TO is seekable: they follow a head of
	                       blanks there */
	struct junit_loose loose;  /* tests without a script */
	struct name_table scripts; /* of which there is a suite, with the label of the first */
	struct spool output;       /* that belongs to no test */
	struct junit_files files;

	struct case_totals total;
	struct buffer line, key; /* of the case that is being written */
};

/* Returns a file that appends to SPOOL, valid until the next call; see spool_file. */
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

/* Returns PATH if it is a source file in or below the current folder, else an absent view. Other
 * ids are not looked up, since that costs a system call for each test. */
static struct subunit2_view
junit_writer_source_of(struct subunit2_view path)
{
	if (path.len >= PATH_MAX || !source_place_is_file(path) || path.data[0] == '/')
		return SUBUNIT2_ABSENT;
	return source_place_exists(path) ? path : SUBUNIT2_ABSENT;
}

/* Adds the case TEST at PLACE to TOTALS. */
static void
junit_writer_count_case(struct case_totals *totals, const struct subunit2_test *test,
                        const struct junit_case_place *place)
{
	totals->tests++;
	totals->skipped += place->outcome == JUNIT_SKIPPED;
	totals->failed += place->outcome == JUNIT_FAILED;
	totals->errors += place->outcome == JUNIT_ERROR;
	if (place->has_length)
		totals->length_ns = duration_add(totals->length_ns, place->length_ns);
	if (place->has_time)
		case_totals_widen(totals, test->start, test->stop);
}

/* Writes TEST as a case of SUITE to SPOOL. */
static enum subunit2_result
junit_writer_put_case(struct junit_writer *self, struct spool *spool, struct open_suite *suite,
                      const struct subunit2_test *test, struct junit_case_place *place,
                      struct subunit2_error *error)
{
	place->mark = buffer_view(&suite->mark);
	place->files = &self->files;
	place->line = &self->line;
	place->key = &self->key;
	place->spools = &self->suites.spools;
	place->spool = spool;
	place->outcome = junit_case_outcome(test, place->failed_assertions);
	place->has_time = junit_case_has_time(test);
	place->has_length = place->has_time && junit_case_length(test, &place->length_ns);
	junit_writer_count_case(&suite->totals, test, place);
	return junit_case_put(test, place, error);
}

/* Returns the route of SUITE, with which its key begins. */
static struct subunit2_view
junit_writer_route_of(const struct open_suite *suite)
{
	return suite->key.len > suite->id.len + 1
	               ? (struct subunit2_view){suite->key.data, suite->key.len - suite->id.len - 1}
	               : SUBUNIT2_ABSENT;
}

/* If another machine has run the script of SUITE, marks the names of the suite and its cases with
 * the label of this one: Jenkins drops a suite, and GitLab a case, whose names were there before.
 */
static void
junit_writer_mark_suite(struct junit_writer *self, struct open_suite *suite)
{
	struct buffer label = {0};
	route_label(&label, junit_writer_route_of(suite));
	uint64_t hash = name_table_hash(&self->scripts, buffer_view(&label)) | 1;
	uint64_t *first =
		name_table_number(&self->scripts, name_table_hash(&self->scripts, suite->id));
	if (*first == 0)
		*first = hash;
	else if (*first != hash)
		junit_case_add_mark(&suite->mark, junit_writer_route_of(suite));
	buffer_clear(&label);
}

/* Writes the label of the route of SUITE, which says where its script ran. */
static void
junit_writer_put_hostname(FILE *file, const struct open_suite *suite)
{
	struct buffer label = {0};
	route_label(&label, junit_writer_route_of(suite));
	if (label.len > 0) {
		put_text(file, " hostname=\"");
		xml_put_attribute(file, buffer_view(&label));
		put_char(file, '"');
	}
	buffer_clear(&label);
}

static void
junit_writer_put_timestamp(FILE *file, struct subunit2_time time)
{
	char text[RFC3339_SIZE];
	rfc3339_write(time, text);
	*strchr(text, '.') = '\0'; /* the schema has no zone, and no fraction */
	put_text(file, " timestamp=\"");
	put_text(file, text);
	put_char(file, '"');
}

/* Writes the start of SUITE. The suite of a script took as long as the script, any other as long as
 * its cases together. */
static void
junit_writer_put_suite_head(FILE *file, const struct open_suite *suite, struct subunit2_view name)
{
	const struct case_totals *totals = &suite->totals;
	put_text(file, "<testsuite name=\"");
	xml_put_attribute(file, buffer_view(&suite->mark));
	xml_put_attribute(file, name);
	put_char(file, '"');
	if (subunit2_view_present(suite->source)) {
		put_text(file, " file=\"");
		xml_put_attribute(file, suite->source);
		put_char(file, '"');
	}
	junit_writer_put_hostname(file, suite);
	junit_writer_put_count(file, "tests", totals->tests);
	junit_writer_put_count(file, "failures", totals->failed);
	junit_writer_put_count(file, "errors", totals->errors);
	junit_writer_put_count(file, "skipped", totals->skipped);
	if (totals->has_time && subunit2_time_is_dated(totals->start))
		junit_writer_put_timestamp(file, totals->start);
	junit_case_put_time(file, suite->has_script
	                                  ? subunit2_time_since(totals->stop, totals->start)
	                                  : totals->length_ns);
	put_text(file, ">\n");
}

static enum subunit2_result
junit_writer_put_suite(struct junit_writer *self, FILE *file, const struct open_suite *suite,
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
junit_writer_end_suite(struct junit_writer *self, struct open_suite *suite,
                       struct subunit2_error *error)
{
	enum subunit2_result result;
	/* A script without assertions is a case of the last suite, also if it is unfinished. */
	if (suite->has_own_case && suite->totals.tests == 1) {
		struct open_suite *loose = junit_loose_suite(
			&self->loose, junit_writer_route_of(suite), SUBUNIT2_ABSENT);
		result = spool_copy(&self->suites.spools, &suite->tail,
		                    junit_writer_spooled(self, &loose->body), error);
		case_totals_add(&loose->totals, &suite->totals);
	} else {
		result = junit_writer_put_suite(self, junit_writer_suites_file(self), suite,
		                                suite->id, error);
		case_totals_add(&self->total, &suite->totals);
	}
	open_suites_close(&self->suites, suite);
	return result;
}

/* Returns true if SUITE has no assertions, so that its script is a case of the last suite. */
static bool
junit_writer_is_lone_script(const struct junit_writer *self, const struct open_suite *suite)
{
	return !self->ending && suite->totals.tests == 0;
}

static enum subunit2_result
junit_writer_put_loose_case(struct junit_writer *self, const struct subunit2_test *test,
                            struct subunit2_error *error)
{
	struct open_suite *loose =
		junit_loose_suite(&self->loose, test->route_code, junit_case_outer_suite(test));
	struct junit_case_place place = {
		.source = junit_writer_source_of(test->id),
		.names = junit_loose_names(&self->loose, loose),
	};
	return junit_writer_put_case(self, &loose->body, loose, test, &place, error);
}

static enum subunit2_result
junit_writer_put_assertion(struct junit_writer *self, struct open_suite *script,
                           const struct subunit2_test *test, struct subunit2_error *error)
{
	if (script->totals.tests == 0) {
		script->source = junit_writer_source_of(script->id);
		junit_writer_mark_suite(self, script);
	}
	struct junit_case_place place = {
		.suite = script->id,
		.source = script->source,
		.names = &script->names,
	};
	return junit_writer_put_case(self, &script->body, script, test, &place, error);
}

static enum subunit2_result
junit_writer_put_script(struct junit_writer *self, struct open_suite *suite,
                        const struct subunit2_test *test, struct subunit2_error *error)
{
	if (junit_writer_is_lone_script(self, suite)) {
		enum subunit2_result result = junit_writer_put_loose_case(self, test, error);
		open_suites_close(&self->suites, suite);
		return result;
	}
	suite->has_script = junit_case_has_time(test);
	/* The time of the suite is that of the script, not of its assertions. */
	if (suite->has_script && suite->totals.has_time) {
		case_totals_widen(&self->total, suite->totals.start, suite->totals.stop);
		suite->totals.has_time = false;
	}
	struct junit_case_place place = {
		.source = suite->source,
		/* A script without assertions is the only case of its suite. */
		.names = suite->totals.tests == 0 ? NULL : &suite->names,
		.failed_assertions = cause_is_in_assertions(test) ? suite->totals.failed : 0,
	};
	suite->has_own_case = true;
	enum subunit2_result result =
		junit_writer_put_case(self, &suite->tail, suite, test, &place, error);
	/* At the end of the stream, its unfinished assertions follow. */
	return self->ending || result != SUBUNIT2_E_OK ? result
	                                               : junit_writer_end_suite(self, suite, error);
}

static enum subunit2_result
junit_writer_put_test(struct junit_writer *self, const struct subunit2_test *test,
                      struct subunit2_error *error)
{
	if (!self->ending && open_suites_end_lone_script(&self->suites, test->id, test->route_code))
		return junit_writer_put_loose_case(self, test, error);
	struct open_suite *own = open_suites_of_script(&self->suites, test->id, test->route_code);
	if (own)
		return junit_writer_put_script(self, own, test, error);
	if (test->status == SUBUNIT2_STATUS_EXISTS)
		return SUBUNIT2_E_OK;
	struct open_suite *parent =
		open_suites_of_assertion(&self->suites, test->id, test->route_code);
	return parent ? junit_writer_put_assertion(self, parent, test, error)
	              : junit_writer_put_loose_case(self, test, error);
}

static enum subunit2_result
junit_writer_test_ended(void *context, const struct subunit2_test *test,
                        struct subunit2_error *error)
{
	struct junit_writer *self = context;
	enum subunit2_result result = junit_writer_put_test(self, test, error);
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
	open_suites_on_event(&self->suites, event);
	return subunit2_sink_event(self->tests, event, error);
}

/* Writes the suites of tests without a script, with the output that belongs to no test. */
static enum subunit2_result
junit_writer_put_loose_suites(struct junit_writer *self, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	bool any_output = !spool_is_empty(&self->suites.spools, &self->output);
	if (!any_output && !self->loose.first)
		return SUBUNIT2_E_OK;
	struct open_suite *main_suite = junit_loose_mark(&self->loose);
	if (any_output) {
		FILE *tail = junit_writer_spooled(self, &main_suite->tail);
		put_text(tail, "<system-out>");
		result = spool_copy(&self->suites.spools, &self->output, tail, error);
		put_text(tail, "</system-out>\n");
	}
	for (const struct junit_loose_suite *each = self->loose.first;
	     each && result == SUBUNIT2_E_OK; each = each->next)
		result = junit_writer_put_suite(
			self, self->to->file, &each->suite,
			each->suite.id.len > 0 ? each->suite.id : SUBUNIT2_LITERAL("tests"), error);
	return result;
}

static void
junit_writer_put_head(struct junit_writer *self, FILE *file)
{
	const struct case_totals *total = &self->total;
	put_text(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
	junit_writer_put_count(file, "tests", total->tests);
	junit_writer_put_count(file, "failures", total->failed);
	junit_writer_put_count(file, "errors", total->errors);
	junit_case_put_time(file,
	                    total->has_time ? subunit2_time_since(total->stop, total->start) : 0);
}

/* Writes the head over the blanks at the start of the file. */
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

/* Prints a message if the file is larger than GitLab reads. */
static void
junit_writer_warn_of_size(const struct junit_writer *self)
{
	off_t size = self->to->seekable ? ftello(self->to->file) : 0;
	if (size > GITLAB_MAX)
		message("%s: is larger than the %d MB that GitLab reads", self->to->name,
		        GITLAB_MAX / 1000000);
}

static enum subunit2_result
junit_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct junit_writer *self = (struct junit_writer *)sink;
	self->ending = true;
	enum subunit2_result result = subunit2_sink_finish(self->tests, error);
	struct open_suite *suite;
	while (result == SUBUNIT2_E_OK && (suite = open_suites_first(&self->suites)))
		result = junit_writer_end_suite(self, suite, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	for (const struct junit_loose_suite *each = self->loose.first; each; each = each->next)
		case_totals_add(&self->total, &each->suite.totals);
	if (!self->to->seekable) {
		junit_writer_put_head(self, self->to->file);
		put_text(self->to->file, ">\n");
		result = spool_copy(&self->suites.spools, &self->whole, self->to->file, error);
	}
	if (result == SUBUNIT2_E_OK)
		result = junit_writer_put_loose_suites(self, error);
	put_text(self->to->file, "</testsuites>\n");
	junit_writer_warn_of_size(self);
	if (result == SUBUNIT2_E_OK && self->to->seekable)
		result = junit_writer_rewrite_head(self, error);
	return result == SUBUNIT2_E_OK ? output_file_check(self->to, error) : result;
}

static void
junit_writer_free(struct subunit2_sink *sink)
{
	struct junit_writer *self = (struct junit_writer *)sink;
	subunit2_sink_free(self->tests);
	spool_clear(&self->suites.spools, &self->output);
	spool_clear(&self->suites.spools, &self->whole);
	junit_loose_clear(&self->loose, &self->suites.spools);
	open_suites_clear(&self->suites);
	name_table_clear(&self->scripts);
	junit_files_end(&self->files);
	buffer_clear(&self->line);
	buffer_clear(&self->key);
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
	open_suites_init(&self->suites);
	junit_loose_init(&self->loose);
	name_table_init(&self->scripts);
	junit_files_begin(&self->files, to);
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
