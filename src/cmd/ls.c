/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 ls: prints the ids of tests, and with -l their status and time.
 *
 * Exit status: 0 if everything was read and written, also if tests failed; 2 usage; 3 input or
 * output could not be read or written.
 */
#include "ci.h"
#include "command.h"
#include "duration.h"
#include "event_filter.h"
#include "exit_status.h"
#include "inputs.h"
#include "memory.h"
#include "message.h"
#include "outputs.h"
#include "pattern_options.h"
#include "pipeline.h"
#include "printable.h"
#include "putters.h"
#include "run_files.h"
#include "status_word.h"
#include "style.h"
#include "test_results.h"
#include "test_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FLAKY_RUNS_LEAST 5

enum {
	OPTION_EXISTS = OPTIONS_LONG,
	OPTION_FAILING,
	OPTION_FLAKY,
	OPTION_STATUS,
	OPTION_SLOWEST,
	OPTION_ALL,
	OPTION_ROUTE,
};

static const struct poptOption table[] = {
	{"long", 'l', POPT_ARG_NONE, NULL, 'l',
         "print status, time and, for several runs, how "
         "often the test passed and failed",
         NULL},
	{"exists", '\0', POPT_ARG_NONE, NULL, OPTION_EXISTS, "only tests that were listed, not run",
         NULL},
	{"failing", '\0', POPT_ARG_NONE, NULL, OPTION_FAILING,
         "only tests that fail, pass unexpectedly or never end", NULL},
	OPTIONS_VALUE("status", '\0', OPTION_STATUS, "only tests with one of these statuses",
                      "STATUS,..."),
	{"flaky", '\0', POPT_ARG_NONE, NULL, OPTION_FLAKY,
         "only tests that pass in some runs and fail in others; of 5 runs or more, those that "
         "change most often first",
         NULL},
	{"slowest", '\0', POPT_ARG_STRING, NULL, OPTION_SLOWEST,
         "only the N slowest tests, the slowest first", "N"},
	{"all", '\0', POPT_ARG_NONE, NULL, OPTION_ALL,
         "also tests that cannot be run by their id, such as assertions", NULL},
	OPTIONS_VALUE("route", '\0', OPTION_ROUTE,
                      "only events under this routing code; repeatable", "CODE"),
	OPTIONS_GROUP("Only some ids:", pattern_options_table),
	OPTIONS_GROUP("Input:", inputs_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [FILE|DIR...]",
	.about = "Lists the ids of tests. Each file is a run; a folder holds such files.",
	.table = table,
};

struct ls {
	struct inputs_options inputs;
	struct regex_filter ids;
	struct event_filter_rules rules; /* --route */
	unsigned statuses;               /* 1 << status for each of --status; 0: all */
	bool show_long, exists, failing, flaky, all;
	bool on_terminal; /* standard output is one */
	uint64_t slowest; /* 0: all of them, in the order of the runs */

	const struct test_result **chosen;
	size_t count;
	unsigned runs;
	bool shows_labels; /* -l, and tests ran at several places */
};

static int
ls_parse_option(void *context, struct options *options, int option)
{
	struct ls *ls = context;
	switch (option) {
	case 'l':
		ls->show_long = true;
		return 0;
	case OPTION_EXISTS:
		ls->exists = true;
		return 0;
	case OPTION_FAILING:
		ls->failing = true;
		return 0;
	case OPTION_STATUS:
		return status_word_parse_list(options->value, &ls->statuses)
		               ? 0
		               : options_refuse_value(options, "not a status: " STATUS_WORDS);
	case OPTION_FLAKY:
		ls->flaky = true;
		return 0;
	case OPTION_ALL:
		ls->all = true;
		return 0;
	case OPTION_ROUTE:
		string_list_add(&ls->rules.routes, options->value);
		ls->rules.keeps_faults = true;
		return 0;
	case OPTION_SLOWEST:
		return options_parse_number(options, 1, UINT64_MAX, &ls->slowest);
	default:
		return option >= OPTIONS_PATTERNS
		               ? pattern_options_parse_filter(&ls->ids, options, option)
		               : inputs_parse_option(&ls->inputs, options, option);
	}
}

/* Returns whether there are enough runs for a rate of changes. */
static bool
ls_has_rates(const struct ls *ls)
{
	return ls->flaky && ls->runs >= FLAKY_RUNS_LEAST;
}

/* Returns how often, in percent of the pairs of consecutive runs that had it, the test changed. */
static unsigned
ls_change_percent(const struct test_past *past)
{
	uint64_t pairs = past->ran > 1 ? past->ran - 1 : 1;
	uint64_t percent = (100 * (uint64_t)past->changes + pairs / 2) / pairs;
	return percent < 100 ? (unsigned)percent : 100;
}

/* Returns whether RESULT passed at times and failed at others. A test that broke once, or was
 * repaired once, is not flaky if there are enough runs to tell. */
static bool
ls_is_flaky(const struct ls *ls, const struct test_result *result)
{
	struct test_past past = test_result_past(result);
	return past.passes && past.fails && (!ls_has_rates(ls) || past.changes > 1);
}

static int
ls_compare_flaky(const void *a, const void *b)
{
	const struct test_result *x = *(const struct test_result *const *)a;
	const struct test_result *y = *(const struct test_result *const *)b;
	struct test_past of_x = test_result_past(x), of_y = test_result_past(y);
	if (ls_change_percent(&of_x) != ls_change_percent(&of_y))
		return ls_change_percent(&of_x) > ls_change_percent(&of_y) ? -1 : 1;
	if (of_x.changes != of_y.changes)
		return of_x.changes > of_y.changes ? -1 : 1;
	return strcmp(x->id, y->id);
}

static void
ls_choose(void *context, const struct test_result *result)
{
	struct ls *ls = context;
	bool wanted = (ls->all || result->runnable) &&
	              (!ls->statuses || ls->statuses & 1u << result->status) &&
	              (!ls->exists || result->status == SUBUNIT2_STATUS_EXISTS) &&
	              (!ls->failing || test_result_is_bad(result)) &&
	              (!ls->flaky || ls_is_flaky(ls, result)) &&
	              (!ls->slowest || result->ns >= 0) &&
	              regex_filter_matches(&ls->ids, subunit2_view_of(result->id));
	if (wanted)
		ls->chosen[ls->count++] = result;
}

static int
ls_slower(const void *a, const void *b)
{
	const struct test_result *x = *(const struct test_result *const *)a;
	const struct test_result *y = *(const struct test_result *const *)b;
	if (x->ns != y->ns)
		return x->ns > y->ns ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* Returns the word of reports on a terminal, and the protocol's, which scripts compare, elsewhere.
 */
static const char *
ls_status_word(const struct ls *ls, enum subunit2_status status)
{
	return ls->on_terminal ? style_status_word(status) : subunit2_status_name(status);
}

static void
ls_put(const struct ls *ls, const struct test_result *result)
{
	char time[DURATION_SIZE];
	if (ls->show_long) {
		struct test_past past = test_result_past(result);
		printf("%-10s  %9s  ", ls_status_word(ls, result->status),
		       result->ns >= 0 ? duration_text(result->ns, time) : "-");
		if (ls->runs > 1)
			printf("%u passed, %u failed  ", past.passes, past.fails);
		if (ls_has_rates(ls))
			printf("%3u%% changed  ", ls_change_percent(&past));
	}
	if (ls->shows_labels)
		test_text_put_label(stdout, subunit2_view_of(test_result_label(result)));
	/* Scripts read the exact ids. */
	printable_put_escaped(stdout, subunit2_view_of(result->id),
	                      ls->on_terminal ? PRINTABLE_FOR_PEOPLE : PRINTABLE_CONTROLS);
	put_char(stdout, '\n');
}

static bool
ls_list(struct ls *ls, const struct test_results *results)
{
	struct ci_lines lines;
	if (!ci_begin_lines(&lines))
		return false;
	ls->chosen = memory_zeroed(test_results_count(results), sizeof(struct test_result *));
	test_results_each(results, ls_choose, ls);
	if (ls_has_rates(ls) && !ls->slowest)
		qsort(ls->chosen, ls->count, sizeof(struct test_result *), ls_compare_flaky);
	if (ls->slowest) {
		qsort(ls->chosen, ls->count, sizeof(struct test_result *), ls_slower);
		if (ls->count > ls->slowest)
			ls->count = ls->slowest;
	}
	for (size_t i = 0; i < ls->count; i++)
		ls_put(ls, ls->chosen[i]);
	ci_end_lines(&lines);
	free(ls->chosen);
	return true;
}

static int
ls_run(struct ls *ls, const char *const *paths)
{
	struct string_list files = {0};
	struct test_results *results =
		test_results_new((ls->all ? TEST_RESULTS_ALL : TEST_RESULTS_NOTABLE) |
	                         (ls->show_long ? TEST_RESULTS_PLACES : 0));
	int status = EXIT_STATUS_GOOD;
	for (const char *const *path = paths; *path; path++) {
		if (run_files_is_folder(*path))
			ls->inputs.must_hold = AUTODETECT_RUN;
		if (!run_files_of_path(&files, *path))
			status = EXIT_STATUS_IO;
	}
	if (!*paths)
		string_list_add(&files, "-");
	ls->runs = (unsigned)files.count;
	ls->inputs.expects_tests = inputs_are_several(paths);
	for (size_t i = 0; i < files.count; i++) {
		const char *one[] = {files.items[i], NULL};
		struct pipeline pipeline;
		pipeline_init(&pipeline, test_results_sink(results));
		if (ls->rules.routes.count)
			pipeline_push(&pipeline, event_filter_new(&ls->rules, pipeline.first));
		if (inputs_read(one, &ls->inputs, pipeline.first, NULL) != EXIT_STATUS_GOOD)
			status = EXIT_STATUS_IO;
		pipeline_free(&pipeline);
	}
	if (status == EXIT_STATUS_GOOD && test_results_are_damaged(results))
		message("the stream is damaged: subunit2 report shows where");
	ls->shows_labels = ls->show_long && test_results_labels_differ(results);
	if (!ls_list(ls, results))
		status = EXIT_STATUS_IO;
	test_results_free(results);
	string_list_clear(&files);
	return status;
}

int
cmd_ls(int argc, const char **argv)
{
	struct options options;
	struct ls ls = {.on_terminal = isatty(STDOUT_FILENO)};
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, ls_parse_option, &ls) && inputs_check_arguments(&options))
		options.exit_status = ls_run(&ls, options_arguments(&options));
	options_end(&options);
	regex_filter_clear(&ls.ids);
	event_filter_rules_clear(&ls.rules);
	return options.exit_status;
}
