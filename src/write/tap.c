/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * tap: TAP 14. A script is a test point, and its assertions are its subtest. Times, tags and files
 * are YAML diagnostics; files have a mapping of their own, since any name is possible.
 *
 * A subtest must not be interrupted, but scripts run in parallel. The first script that has an
 * assertion is the front: it is written as events arrive. The others are kept in spools, and those
 * that are complete are written after the front has ended.
 *
 *     success ok      skip ok # SKIP      xfail not ok # TODO      else not ok
 *     a script that has a bad assertion is not ok without a directive, which would excuse it
 *     comments: listed tests, output of no test, files of a test without a status, labels of routes
 */
#include "memory.h"
#include "open_suites.h"
#include "printable.h"
#include "putters.h"
#include "tap_point.h"
#include "tempfile.h"
#include "writer.h"

#include <stdlib.h>

struct tap_writer {
	struct subunit2_sink sink;
	struct output_file *to;
	struct subunit2_sink *tests;
	struct open_suites suites;
	uint64_t points; /* test points at the top level */

	struct open_suite *front;      /* NULL: none */
	uint64_t front_number;         /* number of its test point */
	struct spool waiting;          /* lines that follow the front */
	struct printable_lines output; /* that belongs to no test */
	bool ending;                   /* finish was called: a script may precede its assertions */
};

/* Returns a file that appends to SPOOL, valid until the next call; see spool_file. */
static FILE *
tap_writer_spooled(struct tap_writer *self, struct spool *spool)
{
	return spool_file(&self->suites.spools, spool);
}

/* Returns the file for the next line at the top level. */
static FILE *
tap_writer_top(struct tap_writer *self)
{
	return self->front ? tap_writer_spooled(self, &self->waiting) : self->to->file;
}

/* Ends the last line of output that belongs to no test. */
static void
tap_writer_end_output(struct tap_writer *self)
{
	self->output.file = tap_writer_top(self);
	printable_lines_end(&self->output);
}

static void
tap_writer_put_subtest_heading(FILE *file, const struct open_suite *suite)
{
	put_text(file, "# Subtest: ");
	tap_point_put_name(file, suite->id);
	put_char(file, '\n');
}

/* Writes the end of SUITE to FILE: the plan, if it has a subtest, and its test point. */
static enum subunit2_result
tap_writer_put_suite_end(struct tap_writer *self, FILE *file, struct open_suite *suite, bool ok,
                         uint64_t number, struct subunit2_error *error)
{
	struct tap_point_place place = tap_point_place_of(file, false);
	if (suite->totals.tests > 0)
		fprintf(file, "    1..%llu\n", (unsigned long long)suite->totals.tests);
	tap_point_put_number(&place, ok, number);
	return spool_copy(&self->suites.spools, &suite->tail, file, error);
}

/* Writes the lines that waited for the end of the front. */
static enum subunit2_result
tap_writer_leave_front(struct tap_writer *self, struct subunit2_error *error)
{
	self->front = NULL;
	enum subunit2_result result =
		spool_copy(&self->suites.spools, &self->waiting, self->to->file, error);
	spool_clear(&self->suites.spools, &self->waiting);
	return result;
}

/* Ends SUITE, whose tail holds the rest of its test point. */
static enum subunit2_result
tap_writer_end_suite(struct tap_writer *self, struct open_suite *suite, bool ok,
                     struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (suite == self->front) {
		result = tap_writer_put_suite_end(self, self->to->file, suite, ok,
		                                  self->front_number, error);
		if (result == SUBUNIT2_E_OK)
			result = tap_writer_leave_front(self, error);
	} else {
		FILE *file = tap_writer_top(self);
		if (suite->totals.tests > 0) {
			tap_writer_put_subtest_heading(file, suite);
			result = spool_copy(&self->suites.spools, &suite->body, file, error);
		}
		if (result == SUBUNIT2_E_OK)
			result = tap_writer_put_suite_end(self, file, suite, ok, ++self->points,
			                                  error);
	}
	open_suites_close(&self->suites, suite);
	return result;
}

/* Sets PLACE to where the next assertion of SUITE is written. SUITE becomes the front if there is
 * no other. */
static enum subunit2_result
tap_writer_suite_place(struct tap_writer *self, struct open_suite *suite,
                       struct tap_point_place *place, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (!self->front) {
		self->front = suite;
		self->front_number = ++self->points;
		tap_writer_put_subtest_heading(self->to->file, suite);
		result = spool_copy(&self->suites.spools, &suite->body, self->to->file, error);
	}
	*place = tap_point_place_of(suite == self->front ? self->to->file
	                                                 : tap_writer_spooled(self, &suite->body),
	                            true);
	return result;
}

static enum subunit2_result
tap_writer_put_assertion(struct tap_writer *self, struct open_suite *suite,
                         const struct subunit2_test *test, struct subunit2_error *error)
{
	struct tap_point_place place;
	enum subunit2_result result = tap_writer_suite_place(self, suite, &place, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	suite->totals.failed += subunit2_status_is_bad(test->status);
	tap_point_put_number(&place, tap_point_is_ok(test->status), ++suite->totals.tests);
	tap_point_put_rest(&place, open_suite_assertion_name(suite, test->id), test);
	return SUBUNIT2_E_OK;
}

/* Writes a test without assertions to the top level. */
static void
tap_writer_put_point(struct tap_writer *self, const struct subunit2_test *test)
{
	struct tap_point_place place = tap_point_place_of(tap_writer_top(self), false);
	tap_point_put_number(&place, tap_point_is_ok(test->status), ++self->points);
	tap_point_put_top_rest(&place, test);
}

static enum subunit2_result
tap_writer_put_script(struct tap_writer *self, struct open_suite *suite,
                      const struct subunit2_test *test, struct subunit2_error *error)
{
	/* Without a detour through the spool, this saves 300 instructions an event. */
	if (suite->totals.tests == 0 && !self->ending) {
		tap_writer_put_point(self, test);
		open_suites_close(&self->suites, suite);
		return SUBUNIT2_E_OK;
	}
	struct subunit2_test script = *test;
	/* Readers judge a subtest by its test point, and a directive there excuses all of it. */
	if (suite->totals.failed > 0 && script.status != SUBUNIT2_STATUS_INPROGRESS)
		script.status = SUBUNIT2_STATUS_FAIL;
	struct tap_point_place place =
		tap_point_place_of(tap_writer_spooled(self, &suite->tail), false);
	tap_point_put_top_rest(&place, &script);
	/* At the end of the stream, its unfinished assertions follow. */
	return self->ending
	               ? SUBUNIT2_E_OK
	               : tap_writer_end_suite(self, suite, tap_point_is_ok(script.status), error);
}

static void
tap_writer_put_listed(struct tap_writer *self, const struct subunit2_test *test)
{
	FILE *file = tap_writer_top(self);
	fputs("# listed: ", file);
	printable_put_escaped(file, test->id, PRINTABLE_LINE_ENDS);
	putc('\n', file);
}

static enum subunit2_result
tap_writer_put_test(struct tap_writer *self, const struct subunit2_test *test,
                    struct subunit2_error *error)
{
	if (!self->ending &&
	    open_suites_end_lone_script(&self->suites, test->id, test->route_code)) {
		tap_writer_put_point(self, test);
		return SUBUNIT2_E_OK;
	}
	struct open_suite *own = open_suites_of_script(&self->suites, test->id, test->route_code);
	if (own)
		return tap_writer_put_script(self, own, test, error);
	if (test->status == SUBUNIT2_STATUS_EXISTS) {
		tap_writer_put_listed(self, test);
		return SUBUNIT2_E_OK;
	}
	struct open_suite *parent =
		open_suites_of_assertion(&self->suites, test->id, test->route_code);
	if (parent)
		return tap_writer_put_assertion(self, parent, test, error);
	tap_writer_put_point(self, test);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
tap_writer_test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct tap_writer *self = context;
	tap_writer_end_output(self);
	enum subunit2_result result = tap_writer_put_test(self, test, error);
	return result == SUBUNIT2_E_OK ? output_file_check(self->to, error) : result;
}

static enum subunit2_result
tap_writer_file_event(void *context, const struct subunit2_event *event,
                      struct subunit2_error *error)
{
	struct tap_writer *self = context;
	self->output.file = tap_writer_top(self);
	printable_lines_put(&self->output, event->file_bytes);
	return output_file_check(self->to, error);
}

static enum subunit2_result
tap_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                 struct subunit2_error *error)
{
	struct tap_writer *self = (struct tap_writer *)sink;
	open_suites_on_event(&self->suites, event);
	return subunit2_sink_event(self->tests, event, error);
}

static enum subunit2_result
tap_writer_end_suites(struct tap_writer *self, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (self->front)
		result = tap_writer_end_suite(self, self->front, false, error);
	struct open_suite *suite;
	while (result == SUBUNIT2_E_OK && (suite = open_suites_first(&self->suites)))
		result = tap_writer_end_suite(self, suite, false, error);
	return result;
}

static enum subunit2_result
tap_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct tap_writer *self = (struct tap_writer *)sink;
	self->ending = true;
	enum subunit2_result result = subunit2_sink_finish(self->tests, error);
	tap_writer_end_output(self);
	if (result == SUBUNIT2_E_OK)
		result = tap_writer_end_suites(self, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	/* "1..0" would read as a skipped script, which is good. */
	if (self->points > 0)
		fprintf(self->to->file, "1..%llu\n", (unsigned long long)self->points);
	else
		fputs("# no test\n", self->to->file);
	return output_file_check(self->to, error);
}

static void
tap_writer_free(struct subunit2_sink *sink)
{
	struct tap_writer *self = (struct tap_writer *)sink;
	subunit2_sink_free(self->tests);
	spool_clear(&self->suites.spools, &self->waiting);
	open_suites_clear(&self->suites);
	free(self);
}

struct subunit2_sink *
writer_tap(const struct writer_options *options, struct output_file *to,
           struct subunit2_error *error)
{
	(void)options, (void)error;
	struct tap_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){tap_writer_event, tap_writer_finish, tap_writer_free};
	self->to = to;
	open_suites_init(&self->suites);
	self->output.prefix = "# | ";
	self->output.escapes = PRINTABLE_LINE_ENDS;
	struct subunit2_collect_options all = {.size = sizeof(all),
	                                       .attachment_limit = SIZE_MAX,
	                                       .temporary = tempfile_open,
	                                       .results_only = true};
	self->tests = memory_have(
		subunit2_collect_new(&all, tap_writer_test_ended, tap_writer_file_event, self));
	fputs("TAP version 14\n", to->file);
	return &self->sink;
}
