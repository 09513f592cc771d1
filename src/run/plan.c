/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "plan.h"

#include "buffer.h"
#include "exit_status.h"
#include "inputs.h"
#include "lost_input.h"
#include "memory.h"
#include "memory_file.h"
#include "message.h"
#include "run_files.h"
#include "test_results.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Suggests wrap if PATH is the name of a program, as in `run make check`. */
static void
plan_hint_at_wrap(const char *path)
{
	const char *folders = getenv("PATH");
	if (!*path || access(path, F_OK) == 0 || strchr(path, '/') || !folders)
		return;
	while (*folders) {
		size_t len = strcspn(folders, ":");
		char *program = memory_format("%.*s/%s", (int)len, folders, path);
		bool found = access(program, X_OK) == 0;
		free(program);
		if (found) {
			message("%s is no script here; to run a command, use: subunit2 wrap -- %s",
			        path, path);
			return;
		}
		folders += len;
		folders += *folders == ':';
	}
}

static void
plan_discover(struct plan *plan, const struct plan_options *options, const char *const *paths)
{
	static const char *const usual[] = {"t", "tests", NULL};
	for (const char *const *path = paths; *path; path++) {
		plan_hint_at_wrap(*path);
		if (!suite_add_path(&plan->suite, options->scripts, *path, options->recurse))
			string_list_add(&plan->empty, *path);
		string_list_add(&plan->places, *path);
	}
	if (*paths || options->asked_later)
		return;
	for (const char *const *path = usual; *path; path++)
		if (access(*path, F_OK) == 0) {
			suite_add_path(&plan->suite, options->scripts, *path, options->recurse);
			string_list_add(&plan->places, *path);
		}
}

/* As read(2), but waits also if FD is non-blocking. */
static ssize_t
plan_read_some(int fd, char *bytes, size_t len)
{
	struct pollfd more = {.fd = fd, .events = POLLIN};
	ssize_t got;
	while ((got = read(fd, bytes, len)) < 0 && (errno == EAGAIN || errno == EINTR))
		if (errno == EAGAIN)
			poll(&more, 1, -1);
	return got;
}

/* Returns the bytes of a file or of standard input; NULL with errno. */
static char *
plan_read_whole(const char *path, size_t *len)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	size_t size = 0;
	ssize_t got = fd < 0 ? -1 : 1;
	for (*len = 0; got > 0; *len += got > 0 ? (size_t)got : 0) {
		if (*len == size)
			text = memory_resize(text, size = size ? 2 * size : 4096, 1);
		got = plan_read_some(fd, text + *len, size - *len);
	}
	int errnum = errno;
	if (!standard && fd >= 0)
		close(fd);
	if (got == 0)
		return text;
	free(text);
	errno = errnum;
	return NULL;
}

static void
plan_lose(struct plan *plan, const char *path, const char *why)
{
	string_list_add_owned(&plan->lost, memory_format("%s: %s", path, why));
}

static bool
plan_load_list(struct plan *plan, const struct plan_options *options)
{
	size_t len;
	char *list = plan_read_whole(options->load_list, &len);
	if (!list) {
		plan_lose(plan, options->load_list, strerror(errno));
		message("%s: %s", options->load_list, strerror(errno));
		return false;
	}
	selection_add_list(&plan->selection, &plan->suite, options->scripts, list, len);
	free(list);
	if (plan->selection.count == 0)
		plan->none_named = memory_format("%s names none", options->load_list);
	if (options->keeps_order)
		selection_keep_order(&plan->selection);
	return true;
}

static void
plan_count_test(void *context, const struct test_result *result)
{
	*(size_t *)context += !lost_input_or_damage(subunit2_view_of(result->id));
}

/* Reads the run PATH, or each run in the folder PATH, into RESULTS. */
static int
plan_read_runs(struct test_results *results, const char *path)
{
	const struct inputs_options inputs = {
		.must_hold = run_files_is_folder(path) ? AUTODETECT_RUN : AUTODETECT_RESULTS};
	struct string_list runs = {0};
	int status = run_files_of_path(&runs, path) ? EXIT_STATUS_GOOD : EXIT_STATUS_IO;
	for (size_t i = 0; i < runs.count; i++) {
		const char *const paths[] = {runs.items[i], NULL};
		if (inputs_read(paths, &inputs, test_results_sink(results), NULL) !=
		    EXIT_STATUS_GOOD)
			status = EXIT_STATUS_IO;
	}
	string_list_clear(&runs);
	return status;
}

/* Returns the results of earlier runs, or NULL after a message if they cannot be read. */
static struct test_results *
plan_read_results(struct plan *plan, const char *path)
{
	struct test_results *results = test_results_new(TEST_RESULTS_NOTABLE);
	int status = plan_read_runs(results, path);
	size_t tests = 0;
	test_results_each(results, plan_count_test, &tests);
	if (status != EXIT_STATUS_GOOD) {
		plan_lose(plan, path, "cannot be read to its end, and tests may be missing");
	} else if (test_results_last_is_damaged(results)) {
		plan_lose(plan, path, "the stream is damaged, and tests may be missing");
		message("%s: the stream is damaged, and tests may be missing", path);
	}
	if (status == EXIT_STATUS_GOOD || tests)
		return results;
	test_results_free(results);
	return NULL;
}

static void
plan_add_bad(void *context, const struct test_result *result)
{
	if (test_result_is_bad(result) && !lost_input_or_damage(subunit2_view_of(result->id)))
		fprintf(context, "%s\n", result->id);
}

static bool
plan_load_failures(struct plan *plan, const struct plan_options *options)
{
	struct test_results *results = plan_read_results(plan, options->rerun);
	char *list = NULL;
	size_t len;
	if (!results)
		return false;
	FILE *file = memory_file(&list, &len);
	test_results_each(results, plan_add_bad, file);
	fclose(file);
	test_results_free(results);
	selection_add_list(&plan->selection, &plan->suite, options->scripts, list, len);
	free(list);
	if (plan->selection.count == 0)
		plan->none_named = memory_format("no test failed in %s", options->rerun);
	return true;
}

/* Returns whether ID is selected; if not, counts it for the pattern that leaves it out. */
static bool
plan_matches(void *context, const char *id)
{
	struct plan *plan = context;
	const struct regex_filter *ids = plan->ids;
	if (ids->match.count > 0 && !regex_list_match(&ids->match, subunit2_view_of(id))) {
		plan->unmatched++;
		return false;
	}
	long index = regex_list_first(&ids->exclude, subunit2_view_of(id));
	if (index >= 0)
		plan->excluded[index]++;
	return index < 0;
}

static void
plan_look_up(void *context, const char *id, struct choice *choice)
{
	const struct test_result *result = test_results_find(context, subunit2_view_of(id));
	if (!result)
		return;
	choice->expected_ns = result->ns;
	choice->longest_ns = test_result_past(result).longest_ns;
	choice->failed = test_result_is_bad(result);
}

static bool
plan_set_times(struct plan *plan, const struct plan_options *options)
{
	struct test_results *results = plan_read_results(plan, options->times);
	if (!results)
		return false;
	selection_look_up(&plan->selection, &plan->suite, plan_look_up, results);
	test_results_free(results);
	return true;
}

static bool
plan_choose(struct plan *plan, const struct plan_options *options)
{
	if (options->load_list)
		return plan_load_list(plan, options);
	if (options->rerun)
		return plan_load_failures(plan, options);
	selection_add_all(&plan->selection, &plan->suite);
	return true;
}

bool
plan_make(struct plan *plan, const struct plan_options *options, const char *const *paths)
{
	struct selection *selection = &plan->selection;
	*plan = (struct plan){0};
	plan_discover(plan, options, paths);
	plan->listed = options->load_list || options->rerun;
	if (options->only) {
		selection_add_id(selection, &plan->suite, options->scripts, options->only);
		return true;
	}
	if (!plan_choose(plan, options))
		return false;
	plan->ids = options->ids;
	plan->excluded = memory_zeroed(options->ids->exclude.count + 1, sizeof(*plan->excluded));
	selection_filter(selection, &plan->suite, plan_matches, plan);
	if (options->times && !plan_set_times(plan, options))
		return false;
	plan->elsewhere = selection->count;
	if (options->shards)
		selection_shard(selection, &plan->suite, options->shard, options->shards);
	plan->elsewhere -= selection->count;
	if (options->times && options->order != PLAN_LISTED)
		selection_slowest_first(selection, &plan->suite);
	if (options->times && options->order == PLAN_FAILED_FIRST)
		selection_failed_first(selection);
	if (options->shuffle)
		selection_shuffle(selection, &plan->suite, options->seed);
	return true;
}

static void
plan_explain_places(const struct plan *plan)
{
	struct buffer places = {0};
	for (size_t i = 0; i < plan->places.count; i++) {
		buffer_add(&places, i > 0 ? SUBUNIT2_LITERAL(", ") : SUBUNIT2_LITERAL(" in "));
		buffer_add(&places, subunit2_view_of(plan->places.items[i]));
	}
	if (plan->places.count == 0)
		message("there is no test to run: no script was named, and there is no folder t or "
		        "tests");
	else
		message("there is no test to run: looked for *.t, *.bats, and *.sh and test* with "
		        "the execute bit,%.*s",
		        (int)places.len, places.data);
	buffer_clear(&places);
}

static void
plan_explain_left_out(size_t count, const struct buffer *by)
{
	message("%zu %s left out by %.*s", count, count == 1 ? "test was" : "tests were",
	        (int)by->len, by->data);
}

/* Prints which patterns left out how many tests. */
static void
plan_explain_patterns(const struct plan *plan)
{
	struct buffer by = {0};
	for (size_t i = 0; i < plan->ids->match.count; i++) {
		buffer_add_text(&by, i > 0 ? " --match=" : "--match=");
		buffer_add_text(&by, regex_text(plan->ids->match.items[i]));
	}
	if (plan->unmatched > 0)
		plan_explain_left_out(plan->unmatched, &by);
	for (size_t i = 0; i < plan->ids->exclude.count; i++) {
		if (plan->excluded[i] == 0)
			continue;
		by.len = 0;
		buffer_add_text(&by, "--exclude=");
		buffer_add_text(&by, regex_text(plan->ids->exclude.items[i]));
		plan_explain_left_out(plan->excluded[i], &by);
	}
	buffer_clear(&by);
}

static void
plan_explain_folders(const struct string_list *folders)
{
	for (size_t i = 0; i < folders->count; i++)
		message("%s: left out: a folder in a folder needs -r", folders->items[i]);
}

/* Prints the files and folders that were left out; if ALL, also folders without scripts. */
static void
plan_explain_suite(const struct plan *plan, bool all)
{
	const struct suite *suite = &plan->suite;
	for (size_t i = 0; i < plan->empty.count && suite->count > 0; i++)
		message("%s: there is no test in this folder", plan->empty.items[i]);
	for (size_t i = 0; i < suite->not_executable.count; i++)
		message("%s: left out: no execute bit", suite->not_executable.items[i]);
	plan_explain_folders(&suite->unsearched_with_scripts);
	if (all)
		plan_explain_folders(&suite->unsearched);
}

void
plan_explain(const struct plan *plan)
{
	bool none = plan->selection.count == 0;
	if (plan->none_named) {
		message("there is no test to run: %s", plan->none_named);
		return;
	}
	if (none && plan->suite.count == 0)
		plan_explain_places(plan);
	else if (none)
		message("there is no test to run");
	if (!plan->listed)
		plan_explain_suite(plan, none);
	if (!none)
		return;
	plan_explain_patterns(plan);
	if (plan->elsewhere > 0)
		message("%zu %s in other shards", plan->elsewhere,
		        plan->elsewhere == 1 ? "test is" : "tests are");
}

void
plan_clear(struct plan *plan)
{
	string_list_clear(&plan->lost);
	string_list_clear(&plan->places);
	string_list_clear(&plan->empty);
	free(plan->none_named);
	free(plan->excluded);
	plan->none_named = NULL;
	plan->excluded = NULL;
	selection_clear(&plan->selection);
	suite_clear(&plan->suite);
}
