/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit-filter: filter, with the options of Python's tool. By default, tests that
 * succeed and tests that fail as expected are dropped. A test that succeeds
 * unexpectedly is always kept.
 */
#include "compat.h"
#include "event_filter.h"
#include "exit_status.h"
#include "memory.h"
#include "pattern_options.h"
#include "pipeline.h"
#include "replacement.h"
#include "rewrite.h"
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An option that keeps or drops the tests with a status has one of these, plus the
 * status, as its value. */
enum {
	OPTION_WITH_STATUS = OPTIONS_LONG,
	OPTION_NO_STATUS = OPTIONS_LONG + 16,
	OPTION_PASSTHROUGH = OPTIONS_LONG + 32,
	OPTION_NO_PASSTHROUGH,
	OPTION_WITH_TAG,
	OPTION_WITHOUT_TAG,
	OPTION_WITHOUT,
	OPTION_FIXUP,
	OPTION_RENAME,
};

#define IN(name, letter, status, text)                                                             \
	{                                                                                          \
		name, letter, POPT_ARG_NONE, NULL, OPTION_WITH_STATUS + status, text, NULL         \
	}
#define OUT(name, letter, status, text)                                                            \
	{                                                                                          \
		name, letter, POPT_ARG_NONE, NULL, OPTION_NO_STATUS + status, text, NULL           \
	}

static const struct poptOption status_table[] = {
	IN("error", '\0', SUBUNIT2_STATUS_NONE, "accepted and ignored: version 2 has no errors"),
	OUT("no-error", 'e', SUBUNIT2_STATUS_NONE, "accepted and ignored"),
	IN("failure", '\0', SUBUNIT2_STATUS_FAIL, "keep tests that fail (default)"),
	OUT("no-failure", 'f', SUBUNIT2_STATUS_FAIL, "drop tests that fail"),
	IN("success", 's', SUBUNIT2_STATUS_SUCCESS, "keep tests that succeed"),
	OUT("no-success", '\0', SUBUNIT2_STATUS_SUCCESS, "drop tests that succeed (default)"),
	OUT("no-skip", '\0', SUBUNIT2_STATUS_SKIP, "drop tests that are skipped"),
	IN("xfail", '\0', SUBUNIT2_STATUS_XFAIL, "keep tests that fail as expected"),
	OUT("no-xfail", '\0', SUBUNIT2_STATUS_XFAIL, "drop tests that fail as expected (default)"),
	{"only-genuine-failures", 'F', POPT_ARG_NONE, NULL, 'F',
         "keep only tests that fail, pass unexpectedly or never end; drop text", NULL},
	POPT_TABLEEND,
};

static const struct poptOption table[] = {
	OPTIONS_GROUP("Tests, by how they end:", status_table),
	{"with", 'm', POPT_ARG_STRING, NULL, 'm',
         "keep only tests whose id or a line of a file matches; repeatable: any of them", "REGEX"},
	{"without", '\0', POPT_ARG_STRING, NULL, OPTION_WITHOUT,
         "drop tests whose id or a line of a file matches; repeatable", "REGEX"},
	{"with-tag", '\0', POPT_ARG_STRING, NULL, OPTION_WITH_TAG,
         "keep only tests with this tag; repeatable: all of them", "TAG"},
	{"without-tag", '\0', POPT_ARG_STRING, NULL, OPTION_WITHOUT_TAG,
         "drop tests with this tag; repeatable", "TAG"},
	{"fixup-expected-failures", '\0', POPT_ARG_STRING, NULL, OPTION_FIXUP,
         "in this file, ids of tests that are expected to fail, one a line; repeatable", "FILE"},
	{"rename", '\0', POPT_ARG_STRING, NULL, OPTION_RENAME,
         "replace in test ids; \\1 is a group; repeatable", "REGEX TEXT"},
	{"passthrough", '\0', POPT_ARG_NONE, NULL, OPTION_PASSTHROUGH,
         "keep text that belongs to no test, as the file stdout (default)", NULL},
	{"no-passthrough", '\0', POPT_ARG_NONE, NULL, OPTION_NO_PASSTHROUGH,
         "drop text that belongs to no test", NULL},
	POPT_TABLEEND,
};

struct compat_filter {
	struct event_filter_rules rules; /* rules.statuses: the statuses that are kept */
	struct string_list with_tags;
	struct renamings renamings;
	char *rename_from; /* the pattern of a --rename whose replacement comes next */
	struct string_list expected;
	bool no_text;
};

/* Adds the renaming of filter->rename_from to TEXT. If one of them is not valid, sets
 * REASON and returns false. */
static bool
compat_filter_add_renaming(struct compat_filter *filter, const char *text,
                           char reason[REGEX_REASON_SIZE])
{
	const char *why;
	char *replacement = replacement_of_python(text, &why);
	if (!replacement)
		snprintf(reason, REGEX_REASON_SIZE, "%s: %s", text, why);
	bool good = replacement &&
	            renamings_add(&filter->renamings, filter->rename_from, replacement, reason);
	free(replacement);
	return good;
}

/* Stores a value of --rename. Called twice for each: the pattern, then its replacement. */
static int
compat_filter_parse_rename(struct compat_filter *filter, struct options *options)
{
	char reason[REGEX_REASON_SIZE];
	if (!filter->rename_from) {
		filter->rename_from = options_move_value(options);
		return 0;
	}
	int result = 0;
	if (!compat_filter_add_renaming(filter, options->value, reason))
		result = options_refuse(options, "--rename %s: %s", filter->rename_from, reason);
	free(filter->rename_from);
	filter->rename_from = NULL;
	return result;
}

static void
compat_filter_only_genuine_failures(struct compat_filter *filter)
{
	filter->rules.statuses &= ~(1u << SUBUNIT2_STATUS_SUCCESS | 1u << SUBUNIT2_STATUS_SKIP |
	                            1u << SUBUNIT2_STATUS_XFAIL | 1u << SUBUNIT2_STATUS_EXISTS);
	filter->no_text = true;
}

/* Returns a mask of the statuses that an option for STATUS means. A test that never ended
 * or has no status has failed. */
static unsigned
compat_filter_statuses_of(int status)
{
	if (status == SUBUNIT2_STATUS_FAIL)
		return 1u << SUBUNIT2_STATUS_FAIL | 1u << SUBUNIT2_STATUS_INPROGRESS |
		       1u << SUBUNIT2_STATUS_NONE;
	return status == SUBUNIT2_STATUS_NONE ? 0 : 1u << status;
}

static void
compat_filter_parse_status(unsigned *statuses, int option)
{
	if (option >= OPTION_NO_STATUS)
		*statuses &= ~compat_filter_statuses_of(option - OPTION_NO_STATUS);
	else
		*statuses |= compat_filter_statuses_of(option - OPTION_WITH_STATUS);
}

static int
compat_filter_parse_tag(struct subunit2_tagset *tags, struct options *options)
{
	struct subunit2_error error;
	if (subunit2_tagset_add(tags, subunit2_view_of(options->value), &error) != SUBUNIT2_E_OK)
		return options_refuse_value(options, error.message);
	return 0;
}

static int
compat_filter_parse_option(void *context, struct options *options, int option)
{
	struct compat_filter *filter = context;
	switch (option) {
	case 'F':
		compat_filter_only_genuine_failures(filter);
		return 0;
	case 'm':
		return pattern_options_parse(&filter->rules.with, options);
	case OPTION_WITHOUT:
		return pattern_options_parse(&filter->rules.without, options);
	case OPTION_WITH_TAG:
		string_list_add(&filter->with_tags, options->value);
		return 0;
	case OPTION_WITHOUT_TAG:
		return compat_filter_parse_tag(&filter->rules.no_tags, options);
	case OPTION_FIXUP:
		return options_parse_list(options, &filter->expected);
	case OPTION_RENAME:
		return compat_filter_parse_rename(filter, options);
	case OPTION_PASSTHROUGH:
	case OPTION_NO_PASSTHROUGH:
		filter->no_text = option == OPTION_NO_PASSTHROUGH;
		return 0;
	default:
		compat_filter_parse_status(&filter->rules.statuses, option);
		return 0;
	}
}

/* Pushes a filter for each tag that a test must have. RULES has one element for each. */
static void
compat_filter_push_tag_filters(struct pipeline *pipeline, const struct compat_filter *filter,
                               struct event_filter_rules *rules)
{
	for (size_t i = 0; i < filter->with_tags.count; i++) {
		struct subunit2_view tag = subunit2_view_of(filter->with_tags.items[i]);
		rules[i].always = filter->rules.always;
		memory_have(subunit2_tagset_add(&rules[i].tags, tag, NULL) ? NULL : &rules[i]);
		pipeline_push(pipeline, event_filter_new(&rules[i], pipeline->first));
	}
}

/* Reads PATHS through: rename, expected failures, statuses, tags, OUTPUTS. */
static int
compat_filter_run_to(const struct compat_filter *filter, const char *const *paths,
                     struct outputs *outputs)
{
	size_t count = filter->with_tags.count;
	struct event_filter_rules *rules = memory_zeroed(count, sizeof(*rules));
	struct pipeline pipeline;
	pipeline_init(&pipeline, outputs_sink(outputs));
	compat_filter_push_tag_filters(&pipeline, filter, rules);
	pipeline_push(&pipeline, event_filter_new(&filter->rules, pipeline.first));
	pipeline_push(&pipeline, rewrite_expect_fail_new(&filter->expected, pipeline.first));
	pipeline_push(&pipeline, rewrite_rename_new(&filter->renamings, pipeline.first));
	int status = stream_read(paths, pipeline.first, outputs);
	pipeline_free(&pipeline);
	for (size_t i = 0; i < count; i++)
		event_filter_rules_clear(&rules[i]);
	free(rules);
	return status;
}

static int
compat_filter_run(void *context, const char *const *paths)
{
	struct compat_filter *filter = context;
	filter->rules.no_text = filter->no_text;
	string_list_sort(&filter->expected);
	struct outputs *outputs = stream_stdout("subunit", paths);
	if (!outputs)
		return EXIT_STATUS_IO;
	return stream_close(outputs, compat_filter_run_to(filter, paths, outputs));
}

int
compat_filter(int argc, const char **argv)
{
	static const struct compat_tool tool = {
		.spec.usage = "[OPTION...] [FILE]",
		.spec.about = "Keeps and drops the tests of a stream; subunit2 filter can do more.",
		.spec.table = table,
		.take = compat_filter_parse_option,
		.run = compat_filter_run,
	};
	struct compat_filter filter = {
		.rules.statuses = ~(1u << SUBUNIT2_STATUS_SUCCESS | 1u << SUBUNIT2_STATUS_XFAIL),
		.rules.always = 1u << SUBUNIT2_STATUS_UXSUCCESS,
	};
	int status = compat_main(&tool, &filter, argc, argv);
	event_filter_rules_clear(&filter.rules);
	string_list_clear(&filter.with_tags);
	string_list_clear(&filter.expected);
	renamings_clear(&filter.renamings);
	free(filter.rename_from);
	return status;
}
