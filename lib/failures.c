/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "failures.h"

#include <subunit2/collect.h>

#include <stdlib.h>

/* Copy the strings of FAILURE into one allocation, which starts with the test id. */
static bool
failures_copy_strings(struct subunit2_failure *failure)
{
	struct subunit2_view id = failure->test_id, code = failure->route_code;
	char *bytes = malloc(id.len + code.len + 1);

	if (!bytes)
		return false;
	if (id.len > 0)
		memcpy(bytes, id.data, id.len);
	failure->test_id.data = bytes;
	if (subunit2_view_present(code)) {
		memcpy(bytes + id.len, code.data, code.len);
		failure->route_code.data = bytes + id.len;
	}
	return true;
}

/* Make room for one more. Return false if memory is short. */
static bool
failures_reserve(struct failures *failures)
{
	size_t size = failures->size > 0 ? 2 * failures->size : 8;
	struct subunit2_failure *list;

	if (failures->count < failures->size)
		return true;
	list = realloc(failures->list, size * sizeof(*list));
	if (!list)
		return false;
	failures->list = list;
	failures->size = size;
	return true;
}

static enum subunit2_result
failures_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct failures *failures = context;
	struct subunit2_failure failure = {test->id, test->route_code, test->status,
	                                   test->runnable};
	bool bad =
		subunit2_status_is_bad(test->status) || test->status == SUBUNIT2_STATUS_INPROGRESS;

	if (!bad || failures->count == failures->limit)
		return SUBUNIT2_E_OK;
	if (!failures_reserve(failures) || !failures_copy_strings(&failure))
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "summary", "out of memory");
	failures->list[failures->count++] = failure;
	return SUBUNIT2_E_OK;
}

bool
failures_init(struct failures *failures, size_t limit)
{
	struct subunit2_collect_options options = {.size = sizeof(options)};

	*failures = (struct failures){.limit = limit};
	failures->tests = subunit2_collect_new(&options, failures_test, NULL, failures);
	return failures->tests != NULL;
}

void
failures_clear(struct failures *failures)
{
	for (size_t i = 0; i < failures->count; i++)
		free((char *)failures->list[i].test_id.data);
	free(failures->list);
	subunit2_sink_free(failures->tests);
	*failures = (struct failures){0};
}

enum subunit2_result
failures_event(struct failures *failures, const struct subunit2_event *event,
               struct subunit2_error *error)
{
	struct subunit2_event status = {
		.test_id = event->test_id,
		.route_code = event->route_code,
		.status = event->status,
		.runnable = event->runnable,
		.stream = event->stream,
	};

	return subunit2_sink_event(failures->tests, &status, error);
}

enum subunit2_result
failures_finish(struct failures *failures, struct subunit2_error *error)
{
	return subunit2_sink_finish(failures->tests, error);
}
