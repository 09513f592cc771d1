/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 report: shows results for people.
 *
 * Exit status: 0 if the run was good, 1 if it was not, 2 usage, 3 if an input could not be read or
 * an output could not be written. If a live stream is interrupted, the verdict is that on the
 * events that were read.
 */
#include "command.h"
#include "event_filter.h"
#include "exit_status.h"
#include "inputs.h"
#include "live_view.h"
#include "memory.h"
#include "message.h"
#include "options.h"
#include "outputs.h"
#include "pipeline.h"
#include "run_files.h"
#include "run_history.h"
#include "slowest.h"
#include "strict_todo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOWEST_MAX 999999

enum {
	OPTION_SLOWEST = OPTIONS_LONG,
	OPTION_STRICT,
	OPTION_NO_TESTS,
	OPTION_FOLLOW,
	OPTION_ROUTE,
	OPTION_HISTORY,
};

struct report {
	struct inputs_options inputs;
	struct output_options outputs;
	struct writer_options writer;
	struct event_filter_rules rules; /* --route */
	bool follow, history;
};

static const struct poptOption table[] = {
	{"verbose", 'v', POPT_ARG_NONE, NULL, 'v', "show the output of every test", NULL},
	{"quiet", 'q', POPT_ARG_NONE, NULL, 'q', "show only bad tests and the summary", NULL},
	{"follow", '\0', POPT_ARG_NONE, NULL, OPTION_FOLLOW,
         "continue as the file grows, until interrupted", NULL},
	OPTIONS_FLAG("history", '\0', OPTION_HISTORY,
                     "of a folder of runs: show the last one, and the past of its failures"),
	{"slowest", '\0', POPT_ARG_STRING, NULL, OPTION_SLOWEST,
         "list the N slowest tests (default: 5, if there are more)", "N"},
	{"strict", '\0', POPT_ARG_NONE, NULL, OPTION_STRICT, "a todo test that passes is not good",
         NULL},
	{"no-tests", '\0', POPT_ARG_STRING, NULL, OPTION_NO_TESTS,
         "whether a run without tests is good (default: fail)", "fail|pass"},
	OPTIONS_VALUE("route", '\0', OPTION_ROUTE,
                      "only events under this routing code; repeatable", "CODE"),
	OPTIONS_GROUP("Input:", inputs_table),
	OPTIONS_GROUP("Output:", output_options_report_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [FILE...] | --history DIR",
	.about = "Shows results for people; its exit status is the verdict.",
	.notes = "Exit status: 0 good, 1 not good, 2 usage, 3 read or write error.\n",
	.table = table,
};

static int
report_parse_slowest(struct report *report, struct options *options)
{
	uint64_t slowest = report->writer.slowest;
	int result = options_parse_number(options, 0, SLOWEST_MAX, &slowest);
	report->writer.slowest = (unsigned)slowest;
	report->writer.slowest_if_more = false;
	report->writer.slowest_chosen = true;
	return result;
}

static int
report_parse_option(void *context, struct options *options, int option)
{
	struct report *report = context;
	if (option >= OPTIONS_INPUTS)
		return inputs_parse_option(&report->inputs, options, option);
	if (option >= OPTIONS_OUTPUTS)
		return output_options_parse(&report->outputs, options, option);
	switch (option) {
	case 'v':
		report->writer.verbose = 1;
		return 0;
	case 'q':
		report->writer.verbose = -1;
		return 0;
	case OPTION_SLOWEST:
		return report_parse_slowest(report, options);
	case OPTION_HISTORY:
		report->history = true;
		return 0;
	case OPTION_ROUTE:
		string_list_add(&report->rules.routes, options->value);
		report->rules.keeps_faults = true;
		return 0;
	case OPTION_FOLLOW:
		report->follow = true;
		return 0;
	case OPTION_NO_TESTS:
		return options_parse_either(options, "fail", "pass", &report->writer.empty_is_good);
	default:
		report->writer.strict = report->inputs.strict = true;
		return 0;
	}
}

/* Reads PATHS into OUTPUTS and SUMMARY. */
static int
report_read_all(const struct report *report, const struct inputs_options *inputs,
                const char **paths, struct outputs *outputs, struct subunit2_summary *summary)
{
	struct pipeline pipeline;
	pipeline_init(&pipeline, outputs_sink(outputs));
	pipeline_tee(&pipeline, subunit2_summary_sink(summary));
	if (report->writer.strict)
		pipeline_push(&pipeline, strict_todo_new(pipeline.first));
	if (report->rules.routes.count)
		pipeline_push(&pipeline, event_filter_new(&report->rules, pipeline.first));
	int status = inputs_read(paths, inputs, pipeline.first, outputs);
	pipeline_free(&pipeline);
	return status;
}

/* Returns true if the input at PATH may have to be waited for: a pipe, a terminal, a socket. */
static bool
report_is_live(const char *path)
{
	struct stat status;
	int failed = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &status) : stat(path, &status);
	return !failed && !S_ISREG(status.st_mode);
}

static bool
report_any_is_live(const char **paths)
{
	bool live = !*paths && report_is_live("-");
	for (; *paths && !live; paths++)
		live = report_is_live(*paths);
	return live;
}

static void
report_draw(void *context, int64_t now_ns)
{
	live_view_tick(context, now_ns);
}

static int
report_read_and_judge(const struct report *report, const char **paths, struct outputs *outputs,
                      struct interactive_input *interactive, struct subunit2_summary *summary)
{
	struct inputs_options inputs = report->inputs;
	inputs.interactive = interactive;
	inputs.expects_tests = !report->writer.empty_is_good && inputs_are_several(paths);
	int status = report_read_all(report, &inputs, paths, outputs, summary);
	bool good = subunit2_summary_is_good(
		subunit2_summary_result(summary),
		report->writer.empty_is_good ? SUBUNIT2_SUMMARY_EMPTY_IS_GOOD : 0);
	return status != EXIT_STATUS_GOOD ? status : good ? EXIT_STATUS_GOOD : EXIT_STATUS_BAD;
}

static int
report_run(const struct report *report, const char **paths)
{
	bool quiet = report->writer.verbose < 0;
	bool live = report->follow || report_any_is_live(paths);
	struct outputs_defaults defaults = {
		.piped = "text",
		.terminal = "text",
		.beside = quiet ? NULL : "text",
		.live = live ? writer_live : NULL,
		.for_people = true,
		.inputs = (const char *const *)paths,
		.merges = inputs_are_several((const char *const *)paths),
		.some_routes = report->rules.routes.count > 0,
	};
	struct subunit2_summary *summary = memory_have(subunit2_summary_new());
	struct writer_options writer = report->writer;
	writer.summary = summary;
	struct outputs *outputs = outputs_open(&report->outputs, &defaults, &writer);
	if (!outputs) {
		subunit2_summary_free(summary);
		return EXIT_STATUS_IO;
	}
	struct interactive_input interactive = {.follow = report->follow};
	if (outputs_live(outputs)) {
		interactive.draw = report_draw;
		interactive.context = live_view_of_sink(outputs_live(outputs));
	}
	int status = EXIT_STATUS_IO;
	if (live && !interactive_input_begin(&interactive))
		message("cannot take signals: %s", strerror(errno));
	else
		status = report_read_and_judge(report, paths, outputs, live ? &interactive : NULL,
		                               summary);
	int written = outputs_close(outputs);
	subunit2_summary_free(summary);
	return status == EXIT_STATUS_IO ? status : written != EXIT_STATUS_GOOD ? written : status;
}

/* Shows the last run in FOLDER and what is known from the runs before it. */
static int
report_run_history(struct report *report, const char *folder)
{
	struct string_list runs = {0};
	int status = EXIT_STATUS_IO;
	if (access(folder, F_OK) < 0)
		message("%s: %s", folder, strerror(errno));
	else if (run_files_of_path(&runs, folder)) {
		struct history *history = history_new();
		const char *last[] = {runs.items[runs.count - 1], NULL};
		report->inputs.must_hold = AUTODETECT_RUN;
		int read = run_history_read(history, &runs, &report->inputs);
		report->writer.history = history;
		status = report_run(report, last);
		if (status != EXIT_STATUS_IO && read != EXIT_STATUS_GOOD)
			status = read;
		history_free(history);
	}
	string_list_clear(&runs);
	return status;
}

/* Returns false, after a message, if the arguments do not fit --history. */
static bool
report_has_one_folder(const struct report *report, struct options *options)
{
	const char **paths = options_arguments(options);
	if (!report->history && paths[0] && !paths[1] && run_files_is_folder(paths[0]))
		message("%s: is a folder; --history shows the last run in a folder", paths[0]);
	if (!report->history)
		return true;
	if (report->follow)
		options_refuse(options, "--history and --follow: only one of them");
	else if (!paths[0] || paths[1] ||
	         (access(paths[0], F_OK) == 0 && !run_files_is_folder(paths[0])))
		options_refuse(options, "--history: needs one folder of runs");
	else
		return true;
	return false;
}

/* Returns false, after a message, if --follow is given and there is not exactly one file: a
 * followed file has no end, so that a second one would never be read. */
static bool
report_follows_one(const struct report *report, struct options *options)
{
	const char **paths = options_arguments(options);
	if (!report->follow || (paths[0] && !paths[1] && strcmp(paths[0], "-") != 0))
		return true;
	options_refuse(options, "--follow: needs the name of one file");
	return false;
}

int
cmd_report(int argc, const char **argv)
{
	struct report report = {
		.writer = {.slowest = SLOWEST_USUAL, .slowest_if_more = true, .list_ends = true}};
	struct options options;
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, report_parse_option, &report) &&
	    inputs_check_arguments(&options) && report_follows_one(&report, &options) &&
	    report_has_one_folder(&report, &options) &&
	    output_options_check(&report.outputs, &options) == 0)
		options.exit_status =
			report.history ? report_run_history(&report, *options_arguments(&options))
				       : report_run(&report, options_arguments(&options));
	options_end(&options);
	output_options_clear(&report.outputs);
	event_filter_rules_clear(&report.rules);
	return options.exit_status;
}
