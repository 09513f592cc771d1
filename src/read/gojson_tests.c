/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "gojson_tests.h"

#include "memory.h"

#include <stdlib.h>

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

void
gojson_tests_open(struct gojson_tests *tests, const struct gojson_action *action, const char *id)
{
	struct gojson_test *test = gojson_tests_find(tests, id);
	if (test) {
		test->ended = false;
		return;
	}
	test = memory_zeroed(1, sizeof(*test));
	test->id = memory_copy(id);
	test->has_time = action->has_time;
	test->time = action->time;
	test->package_len = action->package && action->test ? strlen(action->package) : 0;
	HASH_ADD_KEYPTR(hh, tests->open, test->id, strlen(test->id), test);
}

static void
gojson_tests_free_test(struct gojson_tests *tests, struct gojson_test *test)
{
	tests->found -= test->result.status != SUBUNIT2_STATUS_NONE;
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
	struct gojson_test *package =
		action->test ? gojson_tests_find(tests, action->package) : NULL;
	if (!package)
		return;
	package->results++;
	package->failures += status == SUBUNIT2_STATUS_FAIL;
}

bool
gojson_tests_has_open_test(const struct gojson_tests *tests, const char *id)
{
	size_t len = strlen(id);
	for (const struct gojson_test *test = tests->open; test; test = test->hh.next)
		if (test->package_len == len && strncmp(test->id, id, len) == 0)
			return true;
	return false;
}

void
gojson_tests_close(struct gojson_tests *tests, const struct gojson_action *action, const char *id)
{
	struct gojson_test *test = gojson_tests_find(tests, id);
	if (test && action->package && !action->test)
		test->ended = true;
	else if (test)
		gojson_tests_free_test(tests, test);
}

void
gojson_tests_note_benchmark(struct gojson_tests *tests, const struct gojson_action *action,
                            enum subunit2_status status)
{
	char *name = memory_copy(action->test);
	for (char *end = name + strlen(name); end; end = strrchr(name, '/')) {
		*end = '\0';
		struct gojson_action named = *action;
		named.test = name;
		char *id = gojson_action_id(&named);
		struct gojson_test *test = gojson_tests_find(tests, id);
		free(id);
		if (!test || test->ended)
			continue;
		tests->found -= test->result.status != SUBUNIT2_STATUS_NONE;
		tests->found += status != SUBUNIT2_STATUS_NONE;
		test->result = (struct gojson_result){.status = status};
		test->measured = true;
		test->has_measured_time = action->has_time;
		test->measured_time = action->time;
	}
	free(name);
}

/* A test that passed prints no more, except for its log, which is indented: if it prints,
 * drops the result that was found. */
static void
gojson_tests_check_silence(struct gojson_tests *tests, const struct gojson_action *action,
                           struct gojson_test *test)
{
	if (test->result.status != SUBUNIT2_STATUS_SUCCESS || action->output.len == 0 ||
	    *action->output.data == ' ')
		return;
	test->result.status = SUBUNIT2_STATUS_NONE;
	tests->found--;
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
	if (test) {
		tests->found += test->result.status == SUBUNIT2_STATUS_NONE;
		test->result = result;
	}
	free(named_id);
	free(name);
}
