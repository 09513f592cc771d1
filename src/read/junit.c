/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * junit: JUnit's XML, read as it comes. A case is the test CLASSNAME.NAME, or
 * SCRIPT::NAME if its class is its suite and a path. The names of its suites stand before
 * that if another suite has a test of that id, and instead of a class that says nothing.
 * The output of the suite and of the run is text.
 *
 * If the totals that a suite declares show that results are missing, the test "subunit.input"
 * fails (see junit_totals.h).
 *
 * If cases have a length, they follow each other from the suite's timestamp on; in a file
 * without timestamps time begins with 1970.
 */
#include "input.h"
#include "junit_element.h"
#include "junit_suites.h"
#include "junit_test.h"
#include "junit_testcase.h"
#include "junit_time.h"
#include "junit_totals.h"
#include "lost_input.h"
#include "memory.h"
#include "xml_parser.h"

#include <stdlib.h>
#include <string.h>

struct junit_input {
	struct input input;
	struct xml_parser *parser;

	struct subunit2_sink *sink;
	struct junit_ids *ids; /* NULL: ids are CLASSNAME::NAME */
	struct junit_suites suites;
	struct junit_totals totals;
	struct junit_test test; /* that is read */
	bool of_suite;          /* it is no case: a suite failed */
	bool ctest_not_run;     /* it is a case of CTest's that was not run */
	bool counted;           /* an element of it was counted as a failure */

	bool in_file;           /* in an element that becomes a file of the test */
	unsigned file_depth;    /* open elements in it */
	unsigned unknown_depth; /* other open elements of a test, like properties */
	bool has_result;        /* a case, or a failure outside of all cases, was read */
	bool has_other;         /* an element that does not belong to JUnit was read */
};

/* Begins the test ID, which has NAME in the file; NULL: it has no name there. */
static void
junit_input_begin_test(struct junit_input *self, char *id, const struct junit_name *name,
                       enum subunit2_status status)
{
	self->has_result = true;
	self->counted = false;
	junit_totals_add_result(&self->totals);
	self->test.place = junit_suites_place(&self->suites);
	self->test.time = self->suites.clock;
	junit_test_begin(&self->test, id, self->ids ? name : NULL, status);
}

static void
junit_input_begin_case(struct junit_input *self, const char **attributes)
{
	const char *length = xml_parser_attribute(attributes, "time");
	const char *name = xml_parser_attribute(attributes, "name");
	const struct junit_name called = {
		.class = subunit2_view_of(xml_parser_attribute(attributes, "classname")),
		.name = subunit2_view_of(name ? name : ""),
	};
	int64_t length_ns = 0;
	char *id = junit_testcase_id(attributes, &self->suites, !self->ids, &self->test.runnable);
	self->test.has_time = length && junit_time_length(length, &length_ns);
	self->ctest_not_run = junit_testcase_is_ctest_not_run(attributes);
	junit_input_begin_test(self, id, &called, junit_testcase_status(attributes));
	junit_suites_advance_clock(&self->suites, length_ns);
	self->test.time = self->suites.clock;
}

/* Begins the test for a failure outside of all cases, as of a setup. It has the suite's name. */
static void
junit_input_begin_suite_test(struct junit_input *self)
{
	char *id = junit_suites_full_name(&self->suites, "");
	if (*id == '\0') {
		free(id);
		id = memory_copy("testsuite");
	}
	self->test.runnable = true;
	self->test.has_time = false;
	self->of_suite = true;
	self->ctest_not_run = false;
	junit_input_begin_test(self, id, NULL, SUBUNIT2_STATUS_FAIL);
}

static void
junit_input_end_test(struct junit_input *self)
{
	if (!self->counted && self->test.id && subunit2_status_is_bad(self->test.status))
		junit_totals_add_failure(&self->totals);
	if (self->test.id && self->test.status == SUBUNIT2_STATUS_SKIP)
		junit_totals_add_skip(&self->totals);
	junit_test_end(&self->test);
	self->of_suite = false;
}

static void
junit_input_end_file(struct junit_input *self)
{
	junit_test_end_file(&self->test);
	self->in_file = false;
	if (self->of_suite)
		junit_input_end_test(self);
}

/* Begins ELEMENT, whose text becomes a file of the test. */
static void
junit_input_begin_file(struct junit_input *self, const struct junit_element *element,
                       const char **attributes)
{
	const char *type = xml_parser_attribute_unless_empty(attributes, "type");
	const char *message = xml_parser_attribute_unless_empty(attributes, "message");
	enum subunit2_status status = junit_element_refine_status(element->status, &type);
	enum junit_file file = element->file;
	if (status == SUBUNIT2_STATUS_SKIP && self->test.id && self->ctest_not_run &&
	    !junit_element_ctest_skips(message))
		status = SUBUNIT2_STATUS_FAIL;
	if (!self->test.id && element->status == SUBUNIT2_STATUS_FAIL)
		junit_input_begin_suite_test(self);
	if (element->status == SUBUNIT2_STATUS_FAIL) {
		junit_totals_add_failure(&self->totals);
		self->counted = true;
	}
	if (self->test.id && status != SUBUNIT2_STATUS_NONE) {
		junit_test_set_status(&self->test, status);
		self->test.expected |= junit_element_expects_failure(element, type, message);
		if (message)
			junit_test_set_reason(&self->test, message);
		if (message && file == JUNIT_REASON)
			file = JUNIT_DETAILS;
		message = NULL;
	}
	if (element->status == SUBUNIT2_STATUS_SKIP)
		type = NULL;
	self->in_file = true;
	self->file_depth = 0;
	junit_test_begin_file(&self->test, file, junit_element_text(type, message),
	                      message != NULL);
}

/* Begins an element that is not within a file. A failure within an unknown element of a case, or
 * within a case in a case, is the outer case's. */
static void
junit_input_begin_element(struct junit_input *self, const char *name, const char **attributes)
{
	const struct junit_element *element = junit_element_find(name);
	if (strcmp(name, "testcase") == 0 && !self->test.id) {
		junit_input_begin_case(self, attributes);
	} else if (strcmp(name, "testsuite") == 0 && !self->test.id) {
		junit_totals_begin(&self->totals, attributes);
		junit_suites_begin(&self->suites, xml_parser_attribute(attributes, "name"),
		                   xml_parser_attribute(attributes, "hostname"),
		                   xml_parser_attribute(attributes, "timestamp"), self->ids);
	} else if (element) {
		junit_input_begin_file(self, element, attributes);
	} else if (self->test.id) {
		self->unknown_depth++;
	} else {
		/* Suites may stand in it. */
		if (strcmp(name, "testsuites") == 0)
			junit_totals_begin(&self->totals, attributes);
		self->has_other |= !junit_element_is_container(name);
	}
}

static enum subunit2_result
junit_input_on_element(void *context, const char *name, const char **attributes)
{
	struct junit_input *self = context;
	if (self->in_file)
		self->file_depth++;
	else
		junit_input_begin_element(self, name, attributes);
	return self->test.result;
}

static enum subunit2_result
junit_input_on_text(void *context, struct subunit2_view text)
{
	struct junit_input *self = context;
	if (self->in_file)
		junit_test_add_text(&self->test, text.data, text.len);
	return self->test.result;
}

static void
junit_input_end_suite(struct junit_input *self)
{
	junit_suites_end(&self->suites);
	junit_totals_end(&self->totals);
}

static enum subunit2_result
junit_input_on_element_end(void *context, const char *name)
{
	struct junit_input *self = context;
	if (self->in_file && self->file_depth)
		self->file_depth--;
	else if (self->in_file)
		junit_input_end_file(self);
	else if (self->unknown_depth)
		self->unknown_depth--;
	else if (strcmp(name, "testcase") == 0)
		junit_input_end_test(self);
	else if (strcmp(name, "testsuite") == 0)
		junit_input_end_suite(self);
	else if (strcmp(name, "testsuites") == 0)
		junit_totals_end(&self->totals);
	return self->test.result;
}

static enum subunit2_result
junit_input_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
                 struct subunit2_error *error)
{
	struct junit_input *self = (struct junit_input *)input;
	(void)now_ms;
	self->test.error = error;
	return xml_parser_feed(self->parser, (struct subunit2_view){data, len}, error);
}

/* Parses the rest of the file, and refuses XML that is not JUnit. */
static enum subunit2_result
junit_input_parse_rest(struct junit_input *self, struct subunit2_error *error)
{
	self->test.error = error;
	enum subunit2_result result = xml_parser_finish(self->parser, error);
	if (result == SUBUNIT2_E_OK && self->has_other && !self->has_result)
		result = subunit2_error_set(error, SUBUNIT2_E_INVALID, NULL,
		                            "XML, but not JUnit: it has no testcase");
	return result;
}

/* Reports the results that the totals show to be missing. */
static enum subunit2_result
junit_input_emit_missing(struct junit_input *self, struct subunit2_error *error)
{
	const char *reason = junit_totals_reason(&self->totals);
	return reason ? lost_input_emit_reason(self->sink, 0, reason, error) : SUBUNIT2_E_OK;
}

/* Emits the held events even after an error. */
static enum subunit2_result
junit_input_finish(struct input *input, struct subunit2_error *error)
{
	struct junit_input *self = (struct junit_input *)input;
	struct subunit2_error release_error;
	enum subunit2_result result = junit_input_parse_rest(self, error), released = SUBUNIT2_E_OK;
	if (self->ids)
		released = junit_ids_release(self->ids, &release_error);
	if (result == SUBUNIT2_E_OK && released == SUBUNIT2_E_OK)
		return junit_input_emit_missing(self, error);
	if (result == SUBUNIT2_E_OK && error)
		*error = release_error;
	return result == SUBUNIT2_E_OK ? released : result;
}

static void
junit_input_free(struct input *input)
{
	struct junit_input *self = (struct junit_input *)input;
	xml_parser_free(self->parser);
	junit_suites_clear(&self->suites);
	junit_totals_clear(&self->totals);
	junit_test_clear(&self->test);
	if (self->ids)
		junit_ids_free(self->ids);
	free(self);
}

/* COLONS: ids are CLASSNAME::NAME, and events are not held. */
static struct input *
junit_input_new(struct subunit2_sink *sink, bool colons)
{
	static const struct xml_parser_handler handler = {
		.on_element = junit_input_on_element,
		.on_element_end = junit_input_on_element_end,
		.on_text = junit_input_on_text,
	};
	struct junit_input *self = memory_zeroed(1, sizeof(*self));
	self->input =
		(struct input){junit_input_feed, NULL, NULL, junit_input_finish, junit_input_free};
	self->sink = sink;
	self->ids = colons ? NULL : junit_ids_new(sink);
	junit_test_init(&self->test, sink, self->ids);
	self->parser = xml_parser_new(&handler, self);
	return &self->input;
}

struct input *
input_junit(const struct input_options *options, struct subunit2_sink *sink,
            struct subunit2_error *error)
{
	(void)options, (void)error;
	return junit_input_new(sink, false);
}

struct input *
input_junit_colons(const struct input_options *options, struct subunit2_sink *sink,
                   struct subunit2_error *error)
{
	(void)options, (void)error;
	return junit_input_new(sink, true);
}
