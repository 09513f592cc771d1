/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "run_options.h"

#include "command.h"
#include "job_options.h"
#include "memory.h"
#include "number.h"
#include "pattern_options.h"
#include "shell_quote.h"
#include "slowest.h"
#include "tty_proxy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS_MAX 1000000

enum {
	OPTION_LIST = OPTIONS_LONG,
	OPTION_LOAD_LIST,
	OPTION_RERUN,
	OPTION_SHARD,
	OPTION_TIMES,
	OPTION_SEED,
	OPTION_RETRIES,
	OPTION_REPEAT,
	OPTION_FAIL_FAST,
	OPTION_MAX_FAIL,
	OPTION_NO_BAIL,
	OPTION_SLOW,
	OPTION_EXPECT_FAIL,
	OPTION_SERIAL,
	OPTION_NO_TESTS,
	OPTION_MAX_OUTPUT,
	OPTION_KEEP_TMP,
	OPTION_ROOT,
	OPTION_EXIT,
	OPTION_STESTR,
	OPTION_DEBUG,
	OPTION_KEEP,
	OPTION_ORDER,
	OPTION_MAX_TIME,
	OPTION_UNTIL_FAILURE,
	OPTION_ATTACH,
};

static const struct poptOption choice_table[] = {
	OPTIONS_FLAG("list", '\0', OPTION_LIST, "list the ids, and run nothing"),
	OPTIONS_VALUE("load-list", '\0', OPTION_LOAD_LIST,
                      "only the ids in this file, a line each; - is "
                      "standard input",
                      "FILE"),
	OPTIONS_VALUE("rerun", '\0', OPTION_RERUN,
                      "only tests that failed, or did not end, in this run or folder of runs",
                      "RUN"),
	OPTIONS_VALUE("shard", '\0', OPTION_SHARD, "only share I of N; every test is in one share",
                      "I/N"),
	OPTIONS_VALUE("times", '\0', OPTION_TIMES, "slowest first, by this run or folder of runs",
                      "RUN"),
	OPTIONS_VALUE("order", '\0', OPTION_ORDER,
                      "with --times: slow-first (default), failed-first or listed", "ORDER"),
	OPTIONS_FLAG("shuffle", 's', 's', "in a random order"),
	OPTIONS_VALUE("seed", '\0', OPTION_SEED, "the order of --shuffle", "N"),
	OPTIONS_FLAG("recurse", 'r', 'r', "look into subfolders, too"),
	OPTIONS_VALUE("root", '\0', OPTION_ROOT, "ids are paths from here", "DIR"),
	POPT_TABLEEND,
};

static const struct poptOption script_table[] = {
	OPTIONS_FLAG("lib", 'l', 'l', "perl looks for modules in lib"),
	OPTIONS_FLAG("blib", 'b', 'b', "perl looks for modules in blib/lib and blib/arch"),
	OPTIONS_VALUE("include", 'I', 'I', "perl looks for modules there", "DIR"),
	OPTIONS_VALUE("interpreter", 'e', 'e', "run every script with this command", "INTERPRETER"),
	POPT_TABLEEND,
};

static const struct poptOption decision_table[] = {
	OPTIONS_VALUE("jobs", 'j', 'j',
                      "run N scripts at a time; 0: one for each processor (default: 1, "
                      "or make's)",
                      "N"),
	OPTIONS_VALUE("serial", '\0', OPTION_SERIAL, "scripts whose id this matches run alone",
                      "REGEX"),
	OPTIONS_VALUE("retries", '\0', OPTION_RETRIES, "run what fails up to N more times", "N"),
	OPTIONS_VALUE("repeat", '\0', OPTION_REPEAT, "run each script N times, or until it fails",
                      "N"),
	OPTIONS_FLAG("until-failure", '\0', OPTION_UNTIL_FAILURE,
                     "run everything again and again, until a test fails"),
	OPTIONS_VALUE("max-time", '\0', OPTION_MAX_TIME, "end the whole run after this time",
                      "DURATION"),
	OPTIONS_FLAG("fail-fast", '\0', OPTION_FAIL_FAST, "start no test after the first failure"),
	OPTIONS_VALUE("max-fail", '\0', OPTION_MAX_FAIL, "start no test after N failures", "N"),
	OPTIONS_FLAG("no-bail", '\0', OPTION_NO_BAIL, "a bail-out ends only its script"),
	OPTIONS_VALUE("slow", '\0', OPTION_SLOW, "report tests that still run after this time",
                      "DURATION"),
	OPTIONS_VALUE("expect-fail", '\0', OPTION_EXPECT_FAIL,
                      "the ids in this file, a line each, are expected to fail", "FILE"),
	OPTIONS_VALUE("max-output", '\0', OPTION_MAX_OUTPUT,
                      "end a script that writes more than this", "SIZE"),
	OPTIONS_VALUE("debug", '\0', OPTION_DEBUG,
                      "run this test alone, at your terminal and without a timeout", "ID"),
	OPTIONS_FLAG("attach", '\0', OPTION_ATTACH,
                     "scripts read what you type after attaching to them with the key a"),
	OPTIONS_FLAG("keep-tmp", '\0', OPTION_KEEP_TMP,
                     "keep the private folders of tests that fail"),
	OPTIONS_VALUE("no-tests", '\0', OPTION_NO_TESTS,
                      "whether a run without tests is good (default: fail)", "fail|pass"),
	OPTIONS_VALUE("exit", '\0', OPTION_EXIT,
                      "the meaning of the exit status (default: verdict)", "verdict|stream"),
	POPT_TABLEEND,
};

const struct poptOption run_options_table[] = {
	OPTIONS_GROUP("Selection:", choice_table),
	OPTIONS_GROUP(NULL, pattern_options_table),
	OPTIONS_GROUP("Scripts, as for prove:", script_table),
	OPTIONS_GROUP("Results:", decision_table),
	OPTIONS_GROUP("Elsewhere:", remote_options_table),
	OPTIONS_GROUP("Supervision:", job_options),
	OPTIONS_VALUE("tag", 't', 't', "tag every test", "TAG"),
	OPTIONS_FLAG("verbose", 'v', 'v', "show more in the report"),
	OPTIONS_FLAG("quiet", 'q', 'q', "show less in the report; nothing beside -o"),
	OPTIONS_FLAG("stestr", '\0', OPTION_STESTR,
                     "take stestr's arguments: PYTHON=\"subunit2 run --stestr\""),
	OPTIONS_GROUP("Output:", output_options_report_table),
	OPTIONS_VALUE("keep", '\0', OPTION_KEEP, "keep the last N runs of -o FOLDER/", "N"),
	POPT_TABLEEND,
};

void
run_options_begin(struct run_options *opts)
{
	*opts = (struct run_options){
		.attempts.repeat = 1,
		.jobs = 1,
		.writer = {.slowest = SLOWEST_USUAL, .slowest_if_more = true, .list_ends = true},
	};
	job_options_defaults(&opts->attempts.job);
	opts->attempts.job.process.leaked = PROCESS_KILL;
	remote_options_begin(&opts->remote);
}

void
run_options_clear(struct run_options *opts)
{
	output_options_clear(&opts->outputs);
	regex_filter_clear(&opts->ids);
	regex_free(opts->serial);
	subunit2_tagset_clear(&opts->tags);
	string_list_clear(&opts->arguments);
	string_list_clear(&opts->environment);
	string_list_clear(&opts->expected);
	string_list_clear(&opts->scripts.libraries);
	free((char *)opts->scripts.root);
	free((char *)opts->plan.load_list);
	free((char *)opts->plan.rerun);
	free((char *)opts->plan.times);
	free((char *)opts->root);
	free((char *)opts->interpreter);
	free((char *)opts->debug);
	tty_proxy_free(opts->attempts.job.proxy);
	free((char *)opts->attempts.elsewhere.cwd);
	free((char *)opts->attempts.tmp_parent);
	remote_options_clear(&opts->remote);
}

static int
run_options_parse_count(unsigned *count, unsigned least, struct options *options)
{
	uint64_t number = 0;
	int result = options_parse_number(options, least, 1000000, &number);
	*count = (unsigned)number;
	return result;
}

static int
run_options_parse_shard(struct run_options *opts, struct options *options)
{
	const char *end;
	uint64_t shard, shards = 0;
	bool both = number_parse(options->value, &shard, &end) && *end == '/' &&
	            number_parse(end + 1, &shards, &end) && !*end;
	if (!both || shard < 1 || shard > shards || shards > SHARDS_MAX)
		return options_refuse_value(options, "not I/N with I from 1 to N");
	opts->plan.shard = (unsigned)shard;
	opts->plan.shards = (unsigned)shards;
	return 0;
}

/* Reads a number of bytes: "500", "64k", "10M", "1G". */
static int
run_options_parse_size(uint64_t *size, struct options *options)
{
	static const char units[] = "kMGT";
	const char *end;
	uint64_t value;
	bool good = number_parse(options->value, &value, &end) && value > 0;
	const char *unit = good && *end ? strchr(units, *end) : NULL;
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
	if (!good || (unit ? end[1] : *end) || value << shift >> shift != value)
		return options_refuse_value(options, "not a size (bytes, or 64k, 10M, 1G)");
	*size = value << shift;
	return 0;
}

static int
run_options_parse_tag(struct run_options *opts, struct options *options)
{
	if (strncmp(options->value, "worker-", 7) == 0)
		return options_refuse_value(options, "stestr would take it for its own");
	return options_parse_tag(options, &opts->tags);
}

static int
run_options_parse_order(struct run_options *opts, struct options *options)
{
	static const char *const words[] = {
		[PLAN_SLOW_FIRST] = "slow-first",
		[PLAN_FAILED_FIRST] = "failed-first",
		[PLAN_LISTED] = "listed",
		[PLAN_ORDERS] = NULL,
	};
	int index = 0, result = options_parse_choice(options, words, &index);
	opts->plan.order = (enum plan_order)index;
	opts->order_said = true;
	return result;
}

static int
run_options_parse_expected(struct run_options *opts, struct options *options)
{
	int result = options_parse_list(options, &opts->expected);
	string_list_sort(&opts->expected);
	return result;
}

static int
run_options_parse_serial(struct run_options *opts, struct options *options)
{
	char reason[REGEX_REASON_SIZE];
	regex_free(opts->serial);
	opts->serial = regex_new(options->value, reason);
	return opts->serial ? 0 : options_refuse_value(options, reason);
}

static int
run_options_parse_interpreter(struct run_options *opts, struct options *options)
{
	struct string_list words = {0};
	const char *problem = shell_quote_split(options->value, &words);
	string_list_clear(&words);
	return problem ? options_refuse_value(options, problem)
	               : options_parse_text(options, &opts->interpreter);
}

static int
run_options_parse_flag(struct run_options *opts, int option)
{
	switch (option) {
	case 'l':
		string_list_add(&opts->scripts.libraries, "lib");
		break;
	case 'b':
		string_list_add(&opts->scripts.libraries, "blib/lib");
		string_list_add(&opts->scripts.libraries, "blib/arch");
		break;
	case 'r':
		opts->plan.recurse = true;
		break;
	case 's':
		opts->plan.shuffle = true;
		break;
	case 'v':
		opts->writer.verbose = 1;
		break;
	case 'q':
		opts->writer.verbose = -1;
		break;
	case OPTION_LIST:
		opts->list = true;
		break;
	case OPTION_UNTIL_FAILURE:
		opts->until_failure = true;
		opts->max_fail = 1;
		break;
	case OPTION_FAIL_FAST:
		opts->max_fail = 1;
		break;
	case OPTION_ATTACH:
		opts->attach = true;
		break;
	case OPTION_NO_BAIL:
		opts->no_bail = true;
		break;
	case OPTION_STESTR:
		opts->plan.keeps_order = true;
		break;
	case OPTION_KEEP_TMP:
		opts->attempts.keep_tmp = true;
		break;
	default:
		break;
	}
	return 0;
}

/* Returns the name of the row of TABLE with that val, or NULL. */
static const char *
run_options_find(const struct poptOption *table, int option)
{
	for (; table->longName || table->val; table++)
		if (table->val == option)
			return table->longName;
	return NULL;
}

/* Remembers an option that says how a script runs: it has no effect on workers. */
static void
run_options_note_local(struct run_options *opts, int option)
{
	static const char *const local[] = {"from",   "leak-timeout",      "leaked",     "pty",
	                                    "strict", "skip-exit",         "max-output", "keep-tmp",
	                                    "repeat", "no-output-timeout", NULL};
	const char *name = run_options_find(job_options, option);
	bool of_script = run_options_find(script_table, option);
	if (!name)
		name = run_options_find(decision_table, option);
	for (size_t i = 0; local[i] && name && !opts->local_option; i++)
		if (strcmp(local[i], name) == 0)
			opts->local_option = name;
	if (of_script && !opts->local_option)
		opts->local_option = run_options_find(script_table, option);
}

/* Parses an option of choice_table that has a value. */
static int
run_options_parse_selection(struct run_options *opts, struct options *options, int option)
{
	switch (option) {
	case OPTION_LOAD_LIST:
		return options_parse_text(options, &opts->plan.load_list);
	case OPTION_RERUN:
		return options_parse_text(options, &opts->plan.rerun);
	case OPTION_TIMES:
		return options_parse_text(options, &opts->plan.times);
	case OPTION_ROOT:
		return options_parse_text(options, &opts->root);
	case OPTION_ORDER:
		return run_options_parse_order(opts, options);
	case OPTION_SHARD:
		return run_options_parse_shard(opts, options);
	case OPTION_SEED:
		opts->seeded = opts->plan.shuffle = true;
		return options_parse_number(options, 0, UINT64_MAX, &opts->plan.seed);
	default:
		return run_options_parse_flag(opts, option);
	}
}

/* Parses an option of decision_table that has a value. */
static int
run_options_parse_decision(struct run_options *opts, struct options *options, int option)
{
	switch (option) {
	case 'j':
		opts->jobs_said = true;
		return run_options_parse_count(&opts->jobs, 0, options);
	case OPTION_MAX_TIME:
		return options_parse_duration(options, &opts->max_time_ns);
	case OPTION_DEBUG:
		return options_parse_text(options, &opts->debug);
	case OPTION_RETRIES:
		return run_options_parse_count(&opts->attempts.retries, 0, options);
	case OPTION_REPEAT:
		return run_options_parse_count(&opts->attempts.repeat, 1, options);
	case OPTION_MAX_FAIL:
		return run_options_parse_count(&opts->max_fail, 1, options);
	case OPTION_SLOW:
		return options_parse_duration(options, &opts->slow_ns);
	case OPTION_EXPECT_FAIL:
		return run_options_parse_expected(opts, options);
	case OPTION_SERIAL:
		return run_options_parse_serial(opts, options);
	case OPTION_NO_TESTS:
		return options_parse_either(options, "fail", "pass", &opts->writer.empty_is_good);
	case OPTION_EXIT:
		return options_parse_either(options, "verdict", "stream", &opts->exit_stream);
	case OPTION_MAX_OUTPUT:
		return run_options_parse_size(&opts->attempts.job.max_output, options);
	default:
		return run_options_parse_selection(opts, options, option);
	}
}

int
run_options_parse(void *context, struct options *options, int option)
{
	struct run_options *opts = context;
	run_options_note_local(opts, option);
	if (option >= OPTIONS_REMOTE)
		return remote_options_parse(&opts->remote, options, option);
	if (option >= OPTIONS_JOBS)
		return job_options_parse(&opts->attempts.job, options, option);
	if (option >= OPTIONS_PATTERNS)
		return pattern_options_parse_filter(&opts->ids, options, option);
	if (option >= OPTIONS_OUTPUTS)
		return output_options_parse(&opts->outputs, options, option);
	switch (option) {
	case 'I':
		string_list_add(&opts->scripts.libraries, options->value);
		return 0;
	case 'e':
		return run_options_parse_interpreter(opts, options);
	case 't':
		return run_options_parse_tag(opts, options);
	case OPTION_KEEP:
		return options_parse_number(options, 1, UINT64_MAX, &opts->outputs.keep);
	default:
		return run_options_parse_decision(opts, options, option);
	}
}
