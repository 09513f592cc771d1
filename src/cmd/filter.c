/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 filter: keeps, drops and changes the events of a stream. Events that it does
 * not change are forwarded byte for byte.
 *
 * Exit status: 0 if everything was read and written, even if tests failed; 2 usage; 3
 * input or output could not be read or written.
 */
#include "command.h"
#include "event_filter.h"
#include "exit_status.h"
#include "inputs.h"
#include "memory.h"
#include "message.h"
#include "outputs.h"
#include "pattern_options.h"
#include "pipeline.h"
#include "rewrite.h"
#include "status_word.h"
#include "timestamp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPTION_STATUS = OPTIONS_LONG,
	OPTION_FAILING,
	OPTION_WITH,
	OPTION_WITHOUT,
	OPTION_TAG,
	OPTION_NO_TAG,
	OPTION_ROUTE,
	OPTION_RUNNABLE,
	OPTION_NOT_RUNNABLE,
	OPTION_FILE,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_NO_TEXT,
	OPTION_RENAME,
	OPTION_ADD_TAG,
	OPTION_DROP_TAG,
	OPTION_STAMP,
	OPTION_ADD_ROUTE,
	OPTION_STRIP_ROUTE,
	OPTION_EXPECT_FAIL,
};

static const struct poptOption test_table[] = {
	OPTIONS_VALUE("status", '\0', OPTION_STATUS, "keep only tests that end with one of these",
                      "STATUS,..."),
	OPTIONS_FLAG("failing", '\0', OPTION_FAILING,
                     "keep only tests that fail, pass unexpectedly or never end"),
	OPTIONS_VALUE("with", '\0', OPTION_WITH,
                      "keep only tests whose id or files match; repeatable", "REGEX"),
	OPTIONS_VALUE("without", '\0', OPTION_WITHOUT,
                      "drop tests whose id or files match; repeatable", "REGEX"),
	OPTIONS_VALUE("tag", '\0', OPTION_TAG, "keep only tests with this tag; repeatable", "TAG"),
	OPTIONS_VALUE("no-tag", '\0', OPTION_NO_TAG, "drop tests with this tag; repeatable", "TAG"),
	POPT_TABLEEND,
};

static const struct poptOption event_table[] = {
	OPTIONS_VALUE("route", '\0', OPTION_ROUTE,
                      "keep only events under this routing code; repeatable", "CODE"),
	OPTIONS_FLAG("runnable", '\0', OPTION_RUNNABLE,
                     "drop events of tests that cannot be run by their id"),
	OPTIONS_FLAG("not-runnable", '\0', OPTION_NOT_RUNNABLE,
                     "drop events of tests that can be run by their id"),
	OPTIONS_VALUE("file", '\0', OPTION_FILE, "keep only files with this name; repeatable",
                      "NAME"),
	OPTIONS_VALUE("since", '\0', OPTION_SINCE, "drop events before this time", "WHEN"),
	OPTIONS_VALUE("until", '\0', OPTION_UNTIL, "drop events at this time or later", "WHEN"),
	OPTIONS_FLAG("no-text", '\0', OPTION_NO_TEXT, "drop output that belongs to no test"),
	POPT_TABLEEND,
};

static const struct poptOption change_table[] = {
	OPTIONS_VALUE("rename", '\0', OPTION_RENAME,
                      "replace in test ids; $1 is a group; repeatable", "REGEX=TEXT"),
	OPTIONS_VALUE("add-tag", '\0', OPTION_ADD_TAG, "add this tag to every test; repeatable",
                      "TAG"),
	OPTIONS_VALUE("drop-tag", '\0', OPTION_DROP_TAG,
                      "remove this tag from every test; repeatable", "TAG"),
	OPTIONS_FLAG("stamp", '\0', OPTION_STAMP, "add the present time to events without one"),
	OPTIONS_VALUE("add-route", '\0', OPTION_ADD_ROUTE, "put this before every routing code",
                      "CODE"),
	OPTIONS_FLAG("strip-route", '\0', OPTION_STRIP_ROUTE,
                     "remove the code of --route, or else the first segment"),
	OPTIONS_VALUE("expect-fail", '\0', OPTION_EXPECT_FAIL,
                      "in this file, ids of tests that are expected to fail, one a line", "FILE"),
	POPT_TABLEEND,
};

static const struct poptOption table[] = {
	OPTIONS_GROUP("Whole tests:", test_table),
	OPTIONS_GROUP(NULL, pattern_options_table),
	OPTIONS_GROUP("Events:", event_table),
	OPTIONS_GROUP("Changes:", change_table),
	OPTIONS_GROUP("Input:", inputs_table),
	OPTIONS_GROUP("Output:", output_options_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [FILE...]",
	.about = "Keeps, drops and changes the events of a stream.",
	.table = table,
};

struct filter {
	struct inputs_options inputs;
	struct output_options outputs;
	struct event_filter_rules rules;
	struct renamings renamings;
	struct subunit2_tagset add, drop;
	struct string_list expected;
	char *add_route;
	bool stamp, strip_route, expects;
};

static void
filter_clear(struct filter *filter)
{
	output_options_clear(&filter->outputs);
	event_filter_rules_clear(&filter->rules);
	renamings_clear(&filter->renamings);
	subunit2_tagset_clear(&filter->add);
	subunit2_tagset_clear(&filter->drop);
	string_list_clear(&filter->expected);
	free(filter->add_route);
}

static int
filter_parse_statuses(unsigned *statuses, struct options *options)
{
	return status_word_parse_list(options->value, statuses)
	               ? 0
	               : options_refuse_value(options, "not a status: " STATUS_WORDS);
}

static int
filter_parse_time(struct subunit2_time *time, bool *has, struct options *options)
{
	*has = timestamp_read(options->value, time);
	return *has ? 0
	            : options_refuse_value(
			      options, "not a time (2001-12-12, 2001-12-12T12:59:59Z, @SECONDS)");
}

static int
filter_parse_expected(struct filter *filter, struct options *options)
{
	int result = options_parse_list(options, &filter->expected);
	string_list_sort(&filter->expected);
	filter->expects = true;
	return result;
}

/* Parses an option that selects tests or events. */
static int
filter_parse_rule(struct event_filter_rules *rules, struct options *options, int option)
{
	switch (option) {
	case OPTION_STATUS:
		return filter_parse_statuses(&rules->statuses, options);
	case OPTION_FAILING:
		rules->statuses |= 1u << SUBUNIT2_STATUS_FAIL | 1u << SUBUNIT2_STATUS_UXSUCCESS |
		                   1u << SUBUNIT2_STATUS_INPROGRESS;
		return 0;
	case OPTION_WITH:
		return pattern_options_parse(&rules->with, options);
	case OPTION_WITHOUT:
		return pattern_options_parse(&rules->without, options);
	case OPTION_TAG:
		return options_parse_tag(options, &rules->tags);
	case OPTION_NO_TAG:
		return options_parse_tag(options, &rules->no_tags);
	case OPTION_ROUTE:
		string_list_add(&rules->routes, options->value);
		return 0;
	case OPTION_RUNNABLE:
		rules->runnable = true;
		return 0;
	case OPTION_NOT_RUNNABLE:
		rules->not_runnable = true;
		return 0;
	case OPTION_FILE:
		string_list_add(&rules->files, options->value);
		return 0;
	case OPTION_SINCE:
		return filter_parse_time(&rules->since, &rules->has_since, options);
	case OPTION_UNTIL:
		return filter_parse_time(&rules->until, &rules->has_until, options);
	case OPTION_NO_TEXT:
		rules->no_text = true;
		return 0;
	default:
		return pattern_options_parse_filter(&rules->ids, options, option);
	}
}

static int
filter_parse_option(void *context, struct options *options, int option)
{
	struct filter *filter = context;
	switch (option) {
	case OPTION_RENAME:
		return pattern_options_parse_renaming(&filter->renamings, options);
	case OPTION_ADD_TAG:
		return options_parse_tag(options, &filter->add);
	case OPTION_DROP_TAG:
		return options_parse_tag(options, &filter->drop);
	case OPTION_STAMP:
		filter->stamp = true;
		return 0;
	case OPTION_ADD_ROUTE:
		return options_parse_string(options, &filter->add_route);
	case OPTION_STRIP_ROUTE:
		filter->strip_route = true;
		return 0;
	case OPTION_EXPECT_FAIL:
		return filter_parse_expected(filter, options);
	default:
		if (option < OPTIONS_OUTPUTS || option >= OPTIONS_PATTERNS)
			return filter_parse_rule(&filter->rules, options, option);
		return option >= OPTIONS_INPUTS
		               ? inputs_parse_option(&filter->inputs, options, option)
		               : output_options_parse(&filter->outputs, options, option);
	}
}

/* Pushes the sinks so that events are selected before they are changed. */
static void
filter_build_chain(struct pipeline *pipeline, const struct filter *filter,
                   struct subunit2_sink *end)
{
	struct subunit2_tags add = subunit2_tagset_view(&filter->add);
	struct subunit2_tags drop = subunit2_tagset_view(&filter->drop);
	pipeline_init(pipeline, end);
	if (filter->add_route)
		pipeline_push(pipeline,
		              subunit2_add_route_new(pipeline->first,
		                                     subunit2_view_of(filter->add_route)));
	if (filter->strip_route)
		pipeline_push(pipeline,
		              rewrite_strip_route_new(&filter->rules.routes, pipeline->first));
	if (filter->stamp)
		pipeline_push(pipeline, subunit2_stamp_new(pipeline->first, timestamp_clock, NULL));
	if (add.count || drop.count)
		pipeline_push(pipeline, subunit2_tag_new(pipeline->first, add, drop));
	if (filter->renamings.count)
		pipeline_push(pipeline, rewrite_rename_new(&filter->renamings, pipeline->first));
	if (filter->expects)
		pipeline_push(pipeline,
		              rewrite_expect_fail_new(&filter->expected, pipeline->first));
	if (!event_filter_rules_pass_all(&filter->rules))
		pipeline_push(pipeline, event_filter_new(&filter->rules, pipeline->first));
}

/* Returns whether tests that differ in FILES may get the same id and routing code. Those below one
 * route still differ without it. */
static bool
filter_merges(const struct filter *filter, const char *const *files)
{
	return inputs_are_several(files) || filter->renamings.count ||
	       (filter->strip_route && filter->rules.routes.count != 1);
}

static int
filter_run(struct filter *filter, const char *const *files)
{
	const struct outputs_defaults defaults = {
		.piped = "subunit",
		.terminal = "text",
		.flood = true,
		.inputs = files,
		.merges = filter_merges(filter, files),
		.some_routes = filter->rules.routes.count > 0,
	};
	static const struct writer_options writer;
	struct outputs *outputs = outputs_open(&filter->outputs, &defaults, &writer);
	struct pipeline pipeline;
	if (!outputs)
		return EXIT_STATUS_IO;
	filter_build_chain(&pipeline, filter, outputs_sink(outputs));
	filter->inputs.expects_tests = inputs_are_several(files);
	int read = inputs_read(files, &filter->inputs, pipeline.first, outputs);
	pipeline_free(&pipeline);
	int written = outputs_close(outputs);
	return read != EXIT_STATUS_GOOD ? read : written;
}

/* Checks the options together. Returns 0, or what options_refuse returns. */
static int
filter_check(const struct filter *filter, struct options *options)
{
	if (filter->rules.runnable && filter->rules.not_runnable)
		return options_refuse(options, "--runnable and --not-runnable: only one of them");
	return output_options_check(&filter->outputs, options);
}

int
cmd_filter(int argc, const char **argv)
{
	struct options options;
	struct filter filter = {.rules = {.keeps_faults = true}};
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, filter_parse_option, &filter) &&
	    filter_check(&filter, &options) == 0 && inputs_check_arguments(&options))
		options.exit_status =
			filter_run(&filter, (const char *const *)options_arguments(&options));
	options_end(&options);
	filter_clear(&filter);
	return options.exit_status;
}
