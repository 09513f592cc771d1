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
#include "junit_suites.h"
#include "junit_test.h"
#include "junit_time.h"
#include "junit_totals.h"
#include "lost_input.h"
#include "memory.h"
#include "xml_text.h"

#include <expat.h>
#include <stdlib.h>

#define PARSED_MAX 65536       /* bytes that the parser may parse again */
#define WAITING_MAX (64 << 20) /* bytes that the parser is not given yet */

struct junit_input {
	struct input input;
	struct xml_text *text;
	XML_Parser parser;

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

	uint64_t fed, moved; /* bytes that the parser had: all; when it last called back */
	char *waiting;       /* bytes for it, after these; see junit_input_feed_parser */
	size_t waiting_len, waiting_size;
};

static const char *
junit_input_attribute(const XML_Char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

/* Returns true if WORD, which may be NULL, is one of WORDS, which end with NULL. */
static bool
junit_input_is_one_of(const char *word, const char *const *words)
{
	for (; word && *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static const char *
junit_input_unless_empty(const char *text)
{
	return text && *text != '\0' ? text : NULL;
}

/* GoogleTest writes these for every case. */
static bool
junit_input_is_googletest(const XML_Char **attributes)
{
	static const char *const statuses[] = {"run", "notrun", NULL};
	return junit_input_is_one_of(junit_input_attribute(attributes, "status"), statuses);
}

/* Returns true if CLASS, the innermost suite's name, is a path: that of a script. */
static bool
junit_input_is_script(const char *class, const char *suite, const XML_Char **attributes)
{
	return strcmp(class, suite) == 0 && strpbrk(class, "/ ") &&
	       !junit_input_is_googletest(attributes);
}

/* Returns the id of a case, to be freed; *RUNNABLE: it is not one of a script's. */
static char *
junit_input_case_id(const struct junit_input *self, const XML_Char **attributes, bool *runnable)
{
	const char *class =
		junit_input_unless_empty(junit_input_attribute(attributes, "classname"));
	const char *name = junit_input_attribute(attributes, "name");
	const struct junit_suites *suites = &self->suites;
	name = name ? name : "";
	*runnable = true;
	if (!self->ids && class)
		return memory_join(class, "::", name);
	if (*name == '\0' && (class || suites->path_len))
		return class ? memory_copy(class) : junit_suites_join(suites, "");
	if (*name == '\0')
		return memory_copy("testcase");
	if (!class || strcmp(class, name) == 0)
		return memory_copy(name);
	/* The class of every case in what Node writes. */
	if (strcmp(class, "test") == 0)
		return junit_suites_join(suites, name);
	*runnable = !junit_input_is_script(class, junit_suites_innermost(suites), attributes);
	return memory_join(class, *runnable ? "." : "::", name);
}

/* Returns the status that the attributes of a case alone tell. */
static enum subunit2_status
junit_input_case_status(const XML_Char **attributes)
{
	static const char *const not_run[] = {"notrun",  "disabled", "suppressed",
	                                      "skipped", "ignored",  NULL};
	static const char *const failed[] = {"failed",  "fail",        "failure", "error",
	                                     "errored", "broken",      "crashed", "timeout",
	                                     "aborted", "interrupted", NULL};
	const char *status = junit_input_attribute(attributes, "status");
	const char *result = junit_input_attribute(attributes, "result");
	if (junit_input_is_one_of(status, failed) || junit_input_is_one_of(result, failed))
		return SUBUNIT2_STATUS_FAIL;
	if (junit_input_is_one_of(status, not_run) || junit_input_is_one_of(result, not_run))
		return SUBUNIT2_STATUS_SKIP;
	return SUBUNIT2_STATUS_SUCCESS;
}

/* Returns true for a case that was not run, in the form of CTest: its class is its name. */
static bool
junit_input_is_ctest_not_run(const XML_Char **attributes)
{
	static const char *const statuses[] = {"notrun", NULL};
	const char *class = junit_input_attribute(attributes, "classname");
	const char *name = junit_input_attribute(attributes, "name");
	return junit_input_is_one_of(junit_input_attribute(attributes, "status"), statuses) &&
	       class && name && strcmp(class, name) == 0;
}

/* Begins the test ID, which is called NAME in the file; NULL: it is not called at all. */
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
junit_input_begin_case(struct junit_input *self, const XML_Char **attributes)
{
	const char *length = junit_input_attribute(attributes, "time");
	const char *name = junit_input_attribute(attributes, "name");
	const struct junit_name called = {
		.class = subunit2_view_of(junit_input_attribute(attributes, "classname")),
		.name = subunit2_view_of(name ? name : ""),
	};
	int64_t length_ns = 0;
	char *id = junit_input_case_id(self, attributes, &self->test.runnable);
	self->test.has_time = length && junit_time_length(length, &length_ns);
	self->ctest_not_run = junit_input_is_ctest_not_run(attributes);
	junit_input_begin_test(self, id, &called, junit_input_case_status(attributes));
	junit_suites_advance(&self->suites, length_ns);
	self->test.time = self->suites.clock;
}

/* What fails outside of all cases, as a setup does, is the test that is called as the suite. */
static void
junit_input_begin_suite_test(struct junit_input *self)
{
	char *id = junit_suites_join(&self->suites, "");
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
	junit_test_end(&self->test);
	self->of_suite = false;
}

/* Ends the parsing if an event could not be emitted. */
static void
junit_input_check(struct junit_input *self)
{
	self->moved = self->fed;
	if (self->test.result != SUBUNIT2_E_OK)
		XML_StopParser(self->parser, XML_FALSE);
}

static void
junit_input_on_text(void *context, const XML_Char *text, int len)
{
	struct junit_input *self = context;
	if (self->in_file)
		junit_test_add_text(&self->test, text, (size_t)len);
	junit_input_check(self);
}

static void
junit_input_end_file(struct junit_input *self)
{
	junit_test_end_file(&self->test);
	self->in_file = false;
	if (self->of_suite)
		junit_input_end_test(self);
}

/* The elements that say how a case went; each becomes a file of it. */
static const struct telling {
	const char *element;
	enum subunit2_status status;
	enum junit_file file;
} tellings[] = {
	{"failure", SUBUNIT2_STATUS_FAIL, JUNIT_TRACEBACK},
	{"error", SUBUNIT2_STATUS_FAIL, JUNIT_TRACEBACK},
	{"skipped", SUBUNIT2_STATUS_SKIP, JUNIT_REASON},
	{"rerunFailure", SUBUNIT2_STATUS_NONE, JUNIT_RERUN_FAILURE},
	{"rerunError", SUBUNIT2_STATUS_NONE, JUNIT_RERUN_ERROR},
	{"flakyFailure", SUBUNIT2_STATUS_NONE, JUNIT_FLAKY_FAILURE},
	{"flakyError", SUBUNIT2_STATUS_NONE, JUNIT_FLAKY_ERROR},
	{"system-out", SUBUNIT2_STATUS_NONE, JUNIT_STDOUT},
	{"system-err", SUBUNIT2_STATUS_NONE, JUNIT_STDERR},
};

/* The types that this program writes, and pytest's: no exceptions. */
static const struct {
	const char *type;
	enum subunit2_status refines, into;
} types[] = {
	{"uxsuccess", SUBUNIT2_STATUS_FAIL, SUBUNIT2_STATUS_UXSUCCESS},
	{"xfail", SUBUNIT2_STATUS_SKIP, SUBUNIT2_STATUS_XFAIL},
	/* Our own mark of a script that failed because of its assertions. */
	{"assertions", SUBUNIT2_STATUS_SKIP, SUBUNIT2_STATUS_FAIL},
	{"pytest.xfail", SUBUNIT2_STATUS_SKIP, SUBUNIT2_STATUS_XFAIL},
	{"fail", SUBUNIT2_STATUS_FAIL, SUBUNIT2_STATUS_FAIL},
	{"unfinished", SUBUNIT2_STATUS_FAIL, SUBUNIT2_STATUS_FAIL},
	{"damage", SUBUNIT2_STATUS_FAIL, SUBUNIT2_STATUS_FAIL},
};

/* Returns what STATUS is with *TYPE, which becomes NULL if it says no more. */
static enum subunit2_status
junit_input_refined(enum subunit2_status status, const char **type)
{
	for (size_t i = 0; *type && i < sizeof(types) / sizeof(*types); i++) {
		if (status != types[i].refines || strcmp(*type, types[i].type) != 0)
			continue;
		*type = NULL;
		return types[i].into;
	}
	return status;
}

/* Returns true if <skipped> says that the failure beside it is expected: Node's todo, and
 * Catch2's [!mayfail] and [!shouldfail]. */
static bool
junit_input_expects_failure(const struct telling *telling, const char *type, const char *message)
{
	static const char catch2[] = "TEST_CASE tagged with !";
	return telling->status == SUBUNIT2_STATUS_SKIP &&
	       ((type && strcmp(type, "todo") == 0) ||
	        (message && strncmp(message, catch2, strlen(catch2)) == 0));
}

/* Returns true if MESSAGE, which may be NULL, says that CTest skipped a case because a property of
 * the test asks for it. CTest counts other cases that were not run as failed: a program or a file
 * is missing, or a fixture failed. */
static bool
junit_input_ctest_skips(const char *message)
{
	return !message || strncmp(message, "SKIP_", strlen("SKIP_")) == 0 ||
	       strcmp(message, "Disabled") == 0;
}

/* Returns a text for an element that has none, to be freed: "TYPE: MESSAGE", or the one of them
 * that is not NULL. NULL if both are NULL. */
static char *
junit_input_instead_of_text(const char *type, const char *message)
{
	if (type && message)
		return memory_format("%s: %s", type, message);
	return type || message ? memory_copy(type ? type : message) : NULL;
}

static void
junit_input_begin_emitter(struct junit_input *self, const struct telling *telling,
                          const XML_Char **attributes)
{
	const char *type = junit_input_unless_empty(junit_input_attribute(attributes, "type"));
	const char *message =
		junit_input_unless_empty(junit_input_attribute(attributes, "message"));
	enum subunit2_status status = junit_input_refined(telling->status, &type);
	enum junit_file file = telling->file;
	if (status == SUBUNIT2_STATUS_SKIP && self->test.id && self->ctest_not_run &&
	    !junit_input_ctest_skips(message))
		status = SUBUNIT2_STATUS_FAIL;
	if (!self->test.id && telling->status == SUBUNIT2_STATUS_FAIL)
		junit_input_begin_suite_test(self);
	if (telling->status == SUBUNIT2_STATUS_FAIL) {
		junit_totals_add_failure(&self->totals);
		self->counted = true;
	}
	if (self->test.id && status != SUBUNIT2_STATUS_NONE) {
		junit_test_set_status(&self->test, status);
		self->test.expected |= junit_input_expects_failure(telling, type, message);
		if (message)
			junit_test_set_reason(&self->test, message);
		if (message && file == JUNIT_REASON)
			file = JUNIT_DETAILS;
		message = NULL;
	}
	if (telling->status == SUBUNIT2_STATUS_SKIP)
		type = NULL;
	self->in_file = true;
	self->file_depth = 0;
	junit_test_begin_file(&self->test, file, junit_input_instead_of_text(type, message),
	                      message != NULL);
}

static const char *
junit_input_without_prefix(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

static const struct telling *
junit_input_telling_named(const char *element)
{
	for (size_t i = 0; i < sizeof(tellings) / sizeof(*tellings); i++)
		if (strcmp(element, tellings[i].element) == 0)
			return &tellings[i];
	return NULL;
}

/* Begins an element that is not within a file. A failure within an unknown element of a case, or
 * within a case in a case, is the outer case's. */
static void
junit_input_begin_element(struct junit_input *self, const char *name, const XML_Char **attributes)
{
	static const char *const silent[] = {"testsuites", "properties", "property", NULL};
	const struct telling *telling = junit_input_telling_named(name);
	if (strcmp(name, "testcase") == 0 && !self->test.id) {
		junit_input_begin_case(self, attributes);
	} else if (strcmp(name, "testsuite") == 0 && !self->test.id) {
		junit_totals_begin(&self->totals, attributes);
		junit_suites_begin(&self->suites, junit_input_attribute(attributes, "name"),
		                   junit_input_attribute(attributes, "hostname"),
		                   junit_input_attribute(attributes, "timestamp"), self->ids);
	} else if (telling) {
		junit_input_begin_emitter(self, telling, attributes);
	} else if (self->test.id) {
		self->unknown_depth++;
	} else {
		/* Suites may stand in it. */
		if (strcmp(name, "testsuites") == 0)
			junit_totals_begin(&self->totals, attributes);
		self->has_other |= !junit_input_is_one_of(name, silent);
	}
}

static void
junit_input_on_element(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct junit_input *self = context;
	if (self->in_file)
		self->file_depth++;
	else
		junit_input_begin_element(self, junit_input_without_prefix(name), attributes);
	junit_input_check(self);
}

static void
junit_input_end_suite(struct junit_input *self)
{
	junit_suites_end(&self->suites);
	junit_totals_end(&self->totals);
}

static void
junit_input_on_element_end(void *context, const XML_Char *name)
{
	struct junit_input *self = context;
	name = junit_input_without_prefix(name);
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
	junit_input_check(self);
}

/* Comments and the like. */
static void
junit_input_on_other(void *context, const XML_Char *text, int len)
{
	struct junit_input *self = context;
	(void)text, (void)len;
	self->moved = self->fed;
}

static enum subunit2_result
junit_input_parse(struct junit_input *self, const char *data, size_t len, bool last,
                  struct subunit2_error *error)
{
	self->test.error = error;
	self->fed += len;
	if (XML_Parse(self->parser, data, (int)len, last) == XML_STATUS_OK)
		return SUBUNIT2_E_OK;
	if (self->test.result != SUBUNIT2_E_OK)
		return self->test.result;
	XML_Index at = XML_GetCurrentByteIndex(self->parser); /* -1: nothing was read */
	subunit2_error_set(error, SUBUNIT2_E_INVALID, NULL,
	                   XML_ErrorString(XML_GetErrorCode(self->parser)));
	if (error && at > 0 && xml_text_is_verbatim(self->text))
		error->offset = (uint64_t)at;
	return SUBUNIT2_E_INVALID;
}

static enum subunit2_result
junit_input_parse_waiting(struct junit_input *self, struct subunit2_error *error)
{
	size_t len = self->waiting_len;
	self->waiting_len = 0;
	return len > 0 ? junit_input_parse(self, self->waiting, len, false, error) : SUBUNIT2_E_OK;
}

static void
junit_input_wait_with(struct junit_input *self, const void *data, size_t len)
{
	self->waiting = memory_grow(self->waiting, &self->waiting_size, self->waiting_len + len, 1);
	memcpy(self->waiting + self->waiting_len, data, len);
	self->waiting_len += len;
}

/* Gives BYTES to the parser, which begins anew with a tag whose end has not come: so the bytes
 * of a long tag wait until they have doubled. */
static enum subunit2_result
junit_input_feed_parser(struct junit_input *self, struct subunit2_view bytes,
                        struct subunit2_error *error)
{
	uint64_t begun = self->fed - self->moved;
	if (bytes.len == 0)
		return SUBUNIT2_E_OK;
	if (self->waiting_len == 0 && begun <= PARSED_MAX)
		return junit_input_parse(self, bytes.data, bytes.len, false, error);
	junit_input_wait_with(self, bytes.data, bytes.len);
	if (self->waiting_len < begun && self->waiting_len < WAITING_MAX)
		return SUBUNIT2_E_OK;
	return junit_input_parse_waiting(self, error);
}

/* Parses the next bytes of the file; LAST: no more follow. */
static enum subunit2_result
junit_input_feed_bytes(struct junit_input *self, struct subunit2_view bytes, bool last,
                       struct subunit2_error *error)
{
	struct subunit2_view text;
	enum subunit2_result result = xml_text_feed(self->text, bytes, last, &text, error);
	return result == SUBUNIT2_E_OK ? junit_input_feed_parser(self, text, error) : result;
}

static enum subunit2_result
junit_input_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
                 struct subunit2_error *error)
{
	struct junit_input *self = (struct junit_input *)input;
	(void)now_ms;
	return junit_input_feed_bytes(self, (struct subunit2_view){data, len}, false, error);
}

/* Parses what waits, and refuses what is not JUnit. */
static enum subunit2_result
junit_input_parse_rest(struct junit_input *self, struct subunit2_error *error)
{
	enum subunit2_result result = junit_input_feed_bytes(self, SUBUNIT2_ABSENT, true, error);
	if (result == SUBUNIT2_E_OK)
		result = junit_input_parse_waiting(self, error);
	if (result == SUBUNIT2_E_OK)
		result = junit_input_parse(self, "", 0, true, error);
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

/* Also after an error, since the events of what was read are held. */
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
	XML_ParserFree(self->parser);
	xml_text_free(self->text);
	junit_suites_clear(&self->suites);
	junit_totals_clear(&self->totals);
	junit_test_clear(&self->test);
	if (self->ids)
		junit_ids_free(self->ids);
	free(self->waiting);
	free(self);
}

/* COLONS: ids are CLASSNAME::NAME, and events are not held. */
static struct input *
junit_input_new(struct subunit2_sink *sink, bool colons)
{
	struct junit_input *self = memory_zeroed(1, sizeof(*self));
	self->input =
		(struct input){junit_input_feed, NULL, NULL, junit_input_finish, junit_input_free};
	self->sink = sink;
	self->ids = colons ? NULL : junit_ids_new(sink);
	junit_test_init(&self->test, sink, self->ids);
	self->text = xml_text_new();
	/* Even if the file declares another encoding: xml_text has converted it. */
	self->parser = memory_have(XML_ParserCreate("UTF-8"));
	XML_SetUserData(self->parser, self);
	XML_SetElementHandler(self->parser, junit_input_on_element, junit_input_on_element_end);
	XML_SetCharacterDataHandler(self->parser, junit_input_on_text);
	XML_SetDefaultHandlerExpand(self->parser, junit_input_on_other);
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
