/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "run_history.h"

#include "base_name.h"
#include "exit_status.h"
#include "memory.h"
#include "pipeline.h"
#include "test_results.h"

#include <string.h>

/* Reads the run at PATH into RESULTS, and its totals into HISTORY. */
static int
run_history_read_one(struct history *history, struct test_results *results, const char *path,
                     const struct inputs_options *options)
{
	struct subunit2_summary *summary = memory_have(subunit2_summary_new());
	const char *const paths[] = {path, NULL};
	struct pipeline pipeline;
	pipeline_init(&pipeline, test_results_sink(results));
	pipeline_tee(&pipeline, subunit2_summary_sink(summary));
	int status = inputs_read(paths, options, pipeline.first, NULL);
	pipeline_free(&pipeline);
	history_add_run(history, base_name(path), subunit2_summary_result(summary));
	subunit2_summary_free(summary);
	return status;
}

struct run_history_adder {
	struct history *history;
	unsigned runs; /* the last ones, of which marks are shown */
};

static void
run_history_add_test(void *context, const struct test_result *result)
{
	static const char letters[] = {
		[TEST_RESULT_ABSENT] = '-',
		[TEST_RESULT_PASSED] = '.',
		[TEST_RESULT_FAILED] = 'F',
		[TEST_RESULT_OTHER] = 's',
	};
	const struct run_history_adder *adder = context;
	char marks[TEST_RESULT_PAST_MAX + 1] = "";
	if (test_result_outcome_before(result, 0) != TEST_RESULT_FAILED &&
	    !test_result_was_flaky_before(result, 0))
		return;
	for (unsigned i = 0; i < adder->runs; i++) {
		unsigned before = adder->runs - 1 - i;
		enum test_result_outcome outcome = test_result_outcome_before(result, before);
		bool flaky = test_result_was_flaky_before(result, before);
		marks[i] = flaky && outcome != TEST_RESULT_FAILED ? '~' : letters[outcome];
	}
	history_add_test(adder->history, result->id, result->at_place ? result->label : NULL,
	                 marks);
}

int
run_history_read(struct history *history, const struct string_list *runs,
                 const struct inputs_options *options)
{
	struct test_results *results = test_results_new(TEST_RESULTS_ALL | TEST_RESULTS_PLACES);
	int status = EXIT_STATUS_GOOD;
	for (size_t i = 0; i < runs->count; i++)
		if (run_history_read_one(history, results, runs->items[i], options) !=
		    EXIT_STATUS_GOOD)
			status = EXIT_STATUS_IO;
	struct run_history_adder adder = {history, test_results_runs(results)};
	if (adder.runs > TEST_RESULT_PAST_MAX)
		adder.runs = TEST_RESULT_PAST_MAX;
	test_results_each(results, run_history_add_test, &adder);
	test_results_free(results);
	return status;
}
