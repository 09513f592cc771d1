/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "gojson_tests.h"

#include "memory.h"

#include <stdlib.h>
#include <utlist.h>

/* The benchmarks with parts that a name may have; a longer name would take quadratic time. */
#define LEVELS_MAX 64

struct gojson_test *
gojson_tests_find(const struct gojson_tests *tests, const char *id)
{
	struct gojson_test *test = NULL;
	if (id)
		HASH_FIND_STR(tests->open, id, test);
	return test;
}

bool
gojson_tests_is_open(const struct gojson_tests *tests, const char *id)
{
	const struct gojson_test *test = gojson_tests_find(tests, id);
	return test && !test->ended;
}

/* Returns the package of ACTION's test, or NULL. */
static struct gojson_test *
gojson_tests_package(const struct gojson_tests *tests, const struct gojson_action *action)
{
	return action->test ? gojson_tests_find(tests, action->package) : NULL;
}

void
gojson_tests_open(struct gojson_tests *tests, const struct gojson_action *action, const char *id)
{
	struct gojson_test *test = gojson_tests_find(tests, id);
	if (test && !test->ended)
		return;
	if (!test) {
		test = memory_zeroed(1, sizeof(*test));
		test->id = memory_copy(id);
		test->has_time = action->has_time;
		test->time = action->time;
		test->package = gojson_tests_package(tests, action);
		HASH_ADD_KEYPTR(hh, tests->open, test->id, strlen(test->id), test);
	}
	test->ended = false;
	if (test->package) {
		test->package->has_tests = true;
		test->package->open_tests++;
	}
}

/* Sets the result of TEST, and puts TEST into the list of those with a result, or removes it. */
static void
gojson_tests_set_result(struct gojson_tests *tests, struct gojson_test *test,
                        struct gojson_result result)
{
	struct gojson_test **found = test->package ? &test->package->found : &tests->found;
	bool was_found = test->result.status != SUBUNIT2_STATUS_NONE;
	bool is_found = result.status != SUBUNIT2_STATUS_NONE;
	if (is_found && !was_found)
		DL_APPEND(*found, test);
	else if (!is_found && was_found)
		DL_DELETE(*found, test);
	test->result = result;
}

static void
gojson_tests_free_test(struct gojson_tests *tests, struct gojson_test *test)
{
	HASH_DEL(tests->open, test);
	free(test->id);
	free(test);
}

void
gojson_tests_clear(struct gojson_tests *tests)
{
	while (tests->open)
		gojson_tests_free_test(tests, tests->open);
}

void
gojson_tests_count(struct gojson_tests *tests, const struct gojson_action *action,
                   enum subunit2_status status)
{
	struct gojson_test *package = gojson_tests_package(tests, action);
	if (!package)
		return;
	package->results++;
	package->failures += status == SUBUNIT2_STATUS_FAIL;
}

struct gojson_test *
gojson_tests_next_found(const struct gojson_tests *tests, const struct gojson_action *action)
{
	const struct gojson_test *package = gojson_tests_find(tests, action->package);
	if (action->package)
		return package ? package->found : NULL;
	return tests->found;
}

/* A package is kept, so that it begins once and its tests can refer to it. */
void
gojson_tests_close(struct gojson_tests *tests, const struct gojson_action *action, const char *id)
{
	struct gojson_test *test = gojson_tests_find(tests, id);
	if (!test)
		return;
	bool is_package = action->package && !action->test;
	gojson_tests_set_result(tests, test, (struct gojson_result){0});
	if (test->package && !test->ended)
		test->package->open_tests--;
	test->ended = true;
	if (!is_package && !test->has_tests)
		gojson_tests_free_test(tests, test);
}

/* Does for the test ID what gojson_tests_note_benchmark does. */
static void
gojson_tests_note_benchmark_id(struct gojson_tests *tests, const struct gojson_action *action,
                               const char *id, enum subunit2_status status)
{
	struct gojson_test *test = gojson_tests_find(tests, id);
	if (!test || test->ended)
		return;
	gojson_tests_set_result(tests, test, (struct gojson_result){.status = status});
	test->measured = true;
	test->has_measured_time = action->has_time;
	test->measured_time = action->time;
}

void
gojson_tests_note_benchmark(struct gojson_tests *tests, const struct gojson_action *action,
                            enum subunit2_status status)
{
	char *id = gojson_action_id(action);
	char *end = id + strlen(id) - strlen(action->test);
	gojson_tests_note_benchmark_id(tests, action, id, status);
	for (int level = 0; level < LEVELS_MAX && (end = strchr(end, '/')); level++) {
		*end = '\0';
		gojson_tests_note_benchmark_id(tests, action, id, status);
		*end++ = '/';
	}
	free(id);
}

/* Drops the result that was found in the output of TEST if TEST passed and prints more: a test
 * that passed prints only its log, which is indented. */
static void
gojson_tests_check_silence(struct gojson_tests *tests, const struct gojson_action *action,
                           struct gojson_test *test)
{
	if (test->result.status != SUBUNIT2_STATUS_SUCCESS || action->output.len == 0 ||
	    *action->output.data == ' ')
		return;
	gojson_tests_set_result(tests, test, (struct gojson_result){0});
}

void
gojson_tests_note_output(struct gojson_tests *tests, const struct gojson_action *action,
                         const char *id)
{
	struct gojson_result result;
	struct gojson_test *test = gojson_tests_find(tests, id);
	if (!action->test || !test)
		return;
	if (gojson_action_is_benchmark(action)) {
		if (gojson_is_measurement(action->output))
			gojson_tests_note_benchmark(tests, action, SUBUNIT2_STATUS_SUCCESS);
		return;
	}
	if (!gojson_result_find(action->output, &result)) {
		gojson_tests_check_silence(tests, action, test);
		return;
	}
	char *name = memory_copy_len(result.test.data, result.test.len);
	struct gojson_action named = *action;
	named.test = name;
	char *named_id = gojson_action_id(&named);
	test = gojson_tests_find(tests, named_id);
	if (test && !test->ended)
		gojson_tests_set_result(tests, test, result);
	free(named_id);
	free(name);
}
