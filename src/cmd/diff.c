/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 diff: prints what changed between two runs.
 *
 * Exit status: 0 if no test newly fails; 1 if one does, or does not even end now, or if no test was
 * run in the new run; 2 usage; 3 input or output could not be read or written.
 */
#include "ci.h"
#include "command.h"
#include "duration.h"
#include "exit_status.h"
#include "inputs.h"
#include "lost_input.h"
#include "markdown_report.h"
#include "memory.h"
#include "message.h"
#include "pattern_options.h"
#include "printable.h"
#include "run_files.h"
#include "test_change.h"
#include "test_results.h"
#include "test_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACK_MAX 1000000
#define MARKDOWN_TESTS_MAX 100 /* of each change; an id may have some KiB */
#define SLOWER_DEFAULT 2.0

enum {
	OPTION_SLOWER = OPTIONS_LONG,
	OPTION_BACK,
	OPTION_TO,
};

static const struct poptOption table[] = {
	OPTIONS_VALUE(
		"back", '\0', OPTION_BACK,
		"in a folder of runs: compare the last run with the Nth before it; 1 by default",
		"N"),
	{"slower", '\0', POPT_ARG_STRING, NULL, OPTION_SLOWER,
         "list tests that take more than FACTOR times as long; default 2", "FACTOR"},
	OPTIONS_VALUE("to", '\0', OPTION_TO, "write this format; text by default", "text|markdown"),
	OPTIONS_GROUP("Only some ids:", pattern_options_table),
	OPTIONS_GROUP("Input:", inputs_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] OLD NEW | DIR",
	.about = "Shows what changed between two runs, each a file or a folder of files.",
	.table = table,
};

/* A test in both runs; NULL: the run does not have it. */
struct pair {
	const struct test_result *old, *new;
};

struct pairs {
	struct pair *list;
	size_t count, size;
};

struct diff {
	struct inputs_options inputs;
	struct regex_filter ids;
	double factor;
	uint64_t back; /* --back; 0: not given */
	bool markdown; /* --to=markdown */

	struct test_results *old, *new;
	struct pairs changed[TEST_CHANGES];
	bool ran; /* the new run ran at least one test */
};

static int
diff_parse_option(void *context, struct options *options, int option)
{
	struct diff *diff = context;
	char *end;
	if (option == OPTION_BACK)
		return options_parse_number(options, 1, BACK_MAX, &diff->back);
	if (option == OPTION_TO)
		return options_parse_either(options, "text", "markdown", &diff->markdown);
	if (option == OPTION_SLOWER) {
		diff->factor = strtod(options->value, &end);
		if (end == options->value || *end || !isfinite(diff->factor) || diff->factor < 1)
			return options_refuse_value(options, "not a factor from 1");
		return 0;
	}
	return option >= OPTIONS_PATTERNS
	               ? pattern_options_parse_filter(&diff->ids, options, option)
	               : inputs_parse_option(&diff->inputs, options, option);
}

/* Returns whether the test ID is compared. Patterns do not apply to tests that stand for
 * lost input or damage, because these say that results may be missing. */
static bool
diff_is_compared(const struct diff *diff, struct subunit2_view id)
{
	return lost_input_or_damage(id) || regex_filter_matches(&diff->ids, id);
}

static void
diff_compare_test(struct diff *diff, const char *id, struct pair pair)
{
	enum test_change change = test_change_of(pair.old, pair.new, diff->factor);
	if (change == TEST_CHANGE_NONE || !diff_is_compared(diff, subunit2_view_of(id)))
		return;
	struct pairs *pairs = &diff->changed[change];
	pairs->list =
		memory_grow(pairs->list, &pairs->size, pairs->count + 1, sizeof(*pairs->list));
	pairs->list[pairs->count++] = pair;
}

static void
diff_compare_new(void *context, const struct test_result *new)
{
	struct diff *diff = context;
	diff->ran |= new->status > SUBUNIT2_STATUS_EXISTS;
	diff_compare_test(diff, new->id,
	                  (struct pair){test_change_other_result(diff->old, new), new});
}

static void
diff_compare_gone(void *context, const struct test_result *old)
{
	struct diff *diff = context;
	if (!test_change_other_result(diff->new, old))
		diff_compare_test(diff, old->id, (struct pair){old, NULL});
}

/* Writes "[mac] " if tests ran at several places. */
static void
diff_put_label(const struct diff *diff, const struct test_result *result)
{
	const char *label = test_result_label(result);
	if (!label ||
	    !(test_results_labels_differ(diff->new) || test_results_labels_differ(diff->old)))
		return;
	if (!diff->markdown) {
		test_text_put_label(stdout, subunit2_view_of(label));
		return;
	}
	putchar('[');
	markdown_put_text(stdout, subunit2_view_of(label));
	fputs("] ", stdout);
}

static void
diff_put_test(const struct diff *diff, enum test_change change, struct pair pair)
{
	char before[DURATION_SIZE], after[DURATION_SIZE];
	const struct test_result *either = pair.new ? pair.new : pair.old;
	struct subunit2_view id = subunit2_view_of(either->id);
	fputs(diff->markdown ? "<li>" : "  ", stdout);
	diff_put_label(diff, either);
	if (diff->markdown) {
		fputs("<code>", stdout);
		markdown_put_text(stdout, id);
		fputs("</code>", stdout);
	} else {
		printable_put(stdout, id);
	}
	if (change == TEST_CHANGE_SLOWER)
		printf("  %s, was %s", duration_text(pair.new->ns, after),
		       duration_text(pair.old->ns, before));
	else if (pair.old && test_result_is_bad(pair.old) && change != TEST_CHANGE_FIXED)
		fputs("  failed before", stdout);
	puts(diff->markdown ? "</li>" : "");
}

/* Returns how many tests of a change are listed: a job summary is limited to 1 MiB. */
static size_t
diff_shown_max(const struct diff *diff)
{
	return diff->markdown ? MARKDOWN_TESTS_MAX : SIZE_MAX;
}

static void
diff_put_change(const struct diff *diff, enum test_change change)
{
	const struct pairs *pairs = &diff->changed[change];
	size_t max = diff_shown_max(diff);
	if (!pairs->count)
		return;
	printf(diff->markdown ? "<h3>%s</h3>\n<ul>\n" : "%s:\n", test_change_name(change));
	for (size_t i = 0; i < pairs->count && i < max; i++)
		diff_put_test(diff, change, pairs->list[i]);
	if (pairs->count > max)
		printf("<li>and %zu more</li>\n", pairs->count - max);
	if (diff->markdown)
		puts("</ul>\n");
}

static void
diff_put_changes(const struct diff *diff)
{
	if (diff->markdown)
		puts("<h2>Changes</h2>\n");
	for (enum test_change change = 0; change < TEST_CHANGES; change++)
		diff_put_change(diff, change);
}

static void
diff_put_totals(const struct diff *diff)
{
	const char *between = "";
	for (int i = 0; i < TEST_CHANGES; i++) {
		if (!diff->changed[i].count)
			continue;
		printf("%s%zu %s", between, diff->changed[i].count, test_change_name(i));
		between = ", ";
	}
	puts(*between ? "" : "nothing changed");
	if (diff->changed[TEST_CHANGE_GONE].count && test_results_are_damaged(diff->new))
		puts("the new run broke off or is damaged: tests that are gone may only be "
		     "missing");
	if (!diff->ran)
		puts("not good: no tests");
}

static int
diff_read_run(struct diff *diff, const char *path, struct test_results *results)
{
	struct string_list files = {0};
	/* inputs_read would read standard input if there is no file. */
	int status = EXIT_STATUS_IO;
	struct inputs_options inputs = diff->inputs;
	if (run_files_is_folder(path))
		inputs.must_hold = AUTODETECT_RUN;
	if (run_files_of_path(&files, path))
		status = inputs_read((const char *const *)files.items, &inputs,
		                     test_results_sink(results), NULL);
	string_list_clear(&files);
	return status;
}

/* Returns true if nothing of a run could be read: all tests would be gone, or added. */
static bool
diff_is_unread(int status, const struct test_results *results)
{
	size_t count = test_results_count(results);
	return status != EXIT_STATUS_GOOD &&
	       (count == 0 ||
	        (count == 1 && test_results_find(results, SUBUNIT2_LITERAL(LOST_INPUT_ID))));
}

static int
diff_compare(struct diff *diff, const char *old, const char *new)
{
	diff->old = test_results_new(TEST_RESULTS_PLACES);
	diff->new = test_results_new(TEST_RESULTS_PLACES);
	struct ci_lines lines;
	int status = diff_read_run(diff, old, diff->old);
	bool unread = diff_is_unread(status, diff->old);
	int read = diff_read_run(diff, new, diff->new);
	if (read != EXIT_STATUS_GOOD)
		status = EXIT_STATUS_IO;
	if (!unread && !diff_is_unread(read, diff->new)) {
		test_results_each(diff->new, diff_compare_new, diff);
		test_results_each(diff->old, diff_compare_gone, diff);
		if (ci_begin_lines(&lines)) {
			diff_put_changes(diff);
			ci_end_lines(&lines);
		} else {
			status = EXIT_STATUS_IO;
		}
		diff_put_totals(diff);
	}
	if (status == EXIT_STATUS_GOOD &&
	    (diff->changed[TEST_CHANGE_FAILING].count ||
	     diff->changed[TEST_CHANGE_UNFINISHED].count || !diff->ran))
		status = EXIT_STATUS_BAD;
	for (enum test_change change = 0; change < TEST_CHANGES; change++)
		free(diff->changed[change].list);
	test_results_free(diff->old);
	test_results_free(diff->new);
	return status;
}

/* Compares the last run in FOLDER with one before it. */
static int
diff_compare_in_folder(struct diff *diff, struct options *options, const char *folder)
{
	struct string_list runs = {0};
	size_t back = diff->back ? (size_t)diff->back : 1;
	int status = EXIT_STATUS_IO;
	if (access(folder, F_OK) < 0) {
		message("%s: %s", folder, strerror(errno));
	} else if (!run_files_is_folder(folder)) {
		options_refuse(options,
		               "needs two runs, an old one and a new one, or a folder of runs");
		status = options->exit_status;
	} else if (run_files_of_path(&runs, folder)) {
		diff->inputs.must_hold = AUTODETECT_RUN;
		if (back < runs.count)
			status = diff_compare(diff, runs.items[runs.count - 1 - back],
			                      runs.items[runs.count - 1]);
		else
			message("%s: holds %zu %s, and %zu are needed", folder, runs.count,
			        runs.count == 1 ? "run" : "runs", back + 1);
	}
	string_list_clear(&runs);
	return status;
}

int
cmd_diff(int argc, const char **argv)
{
	struct options options;
	struct diff diff = {.factor = SLOWER_DEFAULT};
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, diff_parse_option, &diff) && inputs_check_arguments(&options)) {
		const char *const *paths = options_arguments(&options);
		if (paths[0] && !paths[1])
			options.exit_status = diff_compare_in_folder(&diff, &options, paths[0]);
		else if (!paths[0] || paths[2])
			options_refuse(&options, "needs two runs, an old one and a new one, "
			                         "or a folder of runs");
		else if (diff.back)
			options_refuse(&options, "--back: needs a folder of runs only");
		else
			options.exit_status = diff_compare(&diff, paths[0], paths[1]);
	}
	options_end(&options);
	regex_filter_clear(&diff.ids);
	return options.exit_status;
}
