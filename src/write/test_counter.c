/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_counter.h"

#include "memory.h"
#include "tempfile.h"

void
test_counter_begin(struct test_counter *counter, size_t limit,
                   enum subunit2_result (*test)(void *context, const struct subunit2_test *test,
                                                struct subunit2_error *error),
                   enum subunit2_result (*file)(void *context, const struct subunit2_event *event,
                                                struct subunit2_error *error),
                   void *context)
{
	struct subunit2_collect_options keep = {
		.size = sizeof(keep), .attachment_limit = limit, .temporary = tempfile_open};
	counter->labels = (struct route_labels){.differ = false};
	counter->tests = memory_have(subunit2_collect_new(&keep, test, file, context));
	counter->summary = memory_have(subunit2_summary_new());
}

enum subunit2_result
test_counter_event(struct test_counter *counter, const struct subunit2_event *event,
                   struct subunit2_error *error)
{
	route_labels_add_event(&counter->labels, event);
	enum subunit2_result result = subunit2_sink_event(counter->tests, event, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_event(subunit2_summary_sink(counter->summary), event, error);
	return result;
}

enum subunit2_result
test_counter_finish(struct test_counter *counter, struct subunit2_error *error)
{
	enum subunit2_result result = subunit2_sink_finish(counter->tests, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_finish(subunit2_summary_sink(counter->summary), error);
	return result;
}

const struct subunit2_summary_result *
test_counter_counts(const struct test_counter *counter)
{
	return subunit2_summary_result(counter->summary);
}

void
test_counter_end(struct test_counter *counter)
{
	subunit2_sink_free(counter->tests);
	subunit2_summary_free(counter->summary);
	route_labels_clear(&counter->labels);
}
