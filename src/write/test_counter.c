/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_counter.h"

#include "memory.h"
#include "tempfile.h"

void
tally_begin(struct tally *tally, size_t limit,
            int (*test)(void *context, const struct subunit2_test *test,
                        struct subunit2_error *error),
            int (*file)(void *context, const struct subunit2_event *event,
                        struct subunit2_error *error),
            void *context)
{
	struct subunit2_collect_options keep = {.attachment_limit = limit,
	                                        .temporary = temporary_open};
	tally->tests = memory_have(subunit2_collect_new(&keep, test, file, context));
	tally->summary = memory_have(subunit2_summary_new());
}

int
tally_event(struct tally *tally, const struct subunit2_event *event, struct subunit2_error *error)
{
	int result = subunit2_sink_event(tally->tests, event, error);
	if (result == SUBUNIT2_OK)
		result = subunit2_sink_event(subunit2_summary_sink(tally->summary), event, error);
	return result;
}

int
tally_finish(struct tally *tally, struct subunit2_error *error)
{
	int result = subunit2_sink_finish(tally->tests, error);
	if (result == SUBUNIT2_OK)
		result = subunit2_sink_finish(subunit2_summary_sink(tally->summary), error);
	return result;
}

const struct subunit2_summary_result *
tally_counts(const struct tally *tally)
{
	return subunit2_summary_result(tally->summary);
}

void
tally_end(struct tally *tally)
{
	subunit2_sink_free(tally->tests);
	subunit2_summary_free(tally->summary);
}
