/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit-ls: prints the ids of tests in the order in which they end, with --times also
 * how long each took. Text that belongs to no test is printed unchanged.
 */
#include "compat.h"
#include "exit_status.h"
#include "memory.h"
#include "memory_file.h"
#include "printable.h"
#include "putters.h"
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	OPTION_TIMES = OPTIONS_LONG,
	OPTION_EXISTS,
	OPTION_NO_PASSTHROUGH,
};

static const struct poptOption table[] = {
	{"times", '\0', POPT_ARG_NONE, NULL, OPTION_TIMES, "with the seconds that each took", NULL},
	{"exists", '\0', POPT_ARG_NONE, NULL, OPTION_EXISTS, "also tests that are only listed",
         NULL},
	{"no-passthrough", '\0', POPT_ARG_NONE, NULL, OPTION_NO_PASSTHROUGH,
         "hide bytes outside of packets, and files without a test id", NULL},
	POPT_TABLEEND,
};

struct compat_ls {
	struct subunit2_sink sink;
	bool times, exists, no_passthrough;

	struct subunit2_sink *next; /* takes text and the lines of the list */
	struct subunit2_sink *tests;
	struct subunit2_time now; /* the time of the last event that had one */
	FILE *file;               /* writes into line */
	char *line;
	size_t len;
};

static int
compat_ls_parse_option(void *context, struct options *options, int option)
{
	struct compat_ls *ls = context;
	(void)options;
	if (option == OPTION_TIMES)
		ls->times = true;
	else if (option == OPTION_EXISTS)
		ls->exists = true;
	else
		ls->no_passthrough = true;
	return 0;
}

static enum subunit2_result
compat_ls_put_test(const struct compat_ls *ls, struct subunit2_view id, int64_t ns,
                   struct subunit2_error *error)
{
	rewind(ls->file);
	printable_put_escaped(ls->file, id, PRINTABLE_CONTROLS);
	if (ls->times)
		fprintf(ls->file, " %0.3f", (double)(ns / 1000) / 1e6);
	put_char(ls->file, '\n');
	fflush(ls->file);
	const struct subunit2_event line = {
		.file_name = SUBUNIT2_LITERAL("list"),
		.file_bytes = {ls->line, ls->len},
	};
	return subunit2_sink_event(ls->next, &line, error);
}

/* Prints TEST. A test that never ended took until the last time in the stream. */
static enum subunit2_result
compat_ls_test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	const struct compat_ls *ls = context;
	struct subunit2_time stop = subunit2_status_is_final(test->status) ? test->stop : ls->now;
	return compat_ls_put_test(
		ls, test->id, test->has_start ? subunit2_time_since(stop, test->start) : 0, error);
}

static enum subunit2_result
compat_ls_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                struct subunit2_error *error)
{
	struct compat_ls *ls = (struct compat_ls *)sink;
	if (!subunit2_view_present(event->test_id))
		return ls->no_passthrough ? SUBUNIT2_E_OK
		                          : subunit2_sink_event(ls->next, event, error);
	if (event->has_timestamp)
		ls->now = event->timestamp;
	if (event->status != SUBUNIT2_STATUS_EXISTS)
		return subunit2_sink_event(ls->tests, event, error);
	return ls->exists ? compat_ls_put_test(ls, event->test_id, 0, error) : SUBUNIT2_E_OK;
}

static enum subunit2_result
compat_ls_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct compat_ls *ls = (struct compat_ls *)sink;
	enum subunit2_result result = subunit2_sink_finish(ls->tests, error);
	return result == SUBUNIT2_E_OK ? subunit2_sink_finish(ls->next, error) : result;
}

static int
compat_ls_run(void *context, const char *const *paths)
{
	struct compat_ls *ls = context;
	const struct subunit2_collect_options no_files = {.size = sizeof(no_files),
	                                                  .results_only = true};
	struct stream_counts counts;
	struct outputs *outputs = stream_stdout_text(paths);
	if (!outputs)
		return EXIT_STATUS_IO;
	ls->sink = (struct subunit2_sink){compat_ls_event, compat_ls_finish, NULL};
	ls->next = outputs_sink(outputs);
	ls->tests = memory_have(subunit2_collect_new(&no_files, compat_ls_test_ended, NULL, ls));
	ls->file = memory_file(&ls->line, &ls->len);
	int status = stream_read_counting(paths, &ls->sink, outputs, &counts);
	subunit2_sink_free(ls->tests);
	fclose(ls->file);
	free(ls->line);
	return stream_judge(stream_close(outputs, status), &counts, false);
}

int
compat_ls(int argc, const char **argv)
{
	static const struct compat_tool tool = {
		.spec.usage = "[OPTION...] [FILE]",
		.spec.about = "Lists the tests of a stream.",
		.spec.table = table,
		.take = compat_ls_parse_option,
		.run = compat_ls_run,
	};
	struct compat_ls ls = {0};
	return compat_main(&tool, &ls, argc, argv);
}
