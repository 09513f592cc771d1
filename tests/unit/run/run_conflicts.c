/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Options of run that exclude each other: each of two alone is accepted, both are refused. */
#include "run_conflicts.h"
#include "check.h"
#include "option_says.h"

static struct run_options opts;

static int
complete(void *context, struct options *options)
{
	return run_conflicts_check(context, options);
}

static void
begin(void)
{
	run_options_clear(&opts);
	run_options_begin(&opts);
}

static const struct option_reader option_reader = {run_options_table, begin, run_options_parse,
                                                   complete, &opts};

#define WORKER "--worker=w --instances=a"

static const struct {
	const char *one, *other, *message;
} pairs[] = {
	{"--order=listed", "--shuffle", "--order and --shuffle: only one of them\n"},
	{"--load-list=a", "--rerun=b", "--load-list and --rerun: only one of them\n"},
	{"--retries=1", "--repeat=2", "--retries and --repeat: only one of them\n"},
	{"--executor={argv}", "--stdin=inherit", "--executor: needs --stdin=none or subunit\n"},
	{"--executor={argv}", "--pty", "--executor: there is no --pty elsewhere\n"},
	{WORKER, "--stdin=inherit", "--worker: needs --stdin=none or subunit\n"},
	{"--load-list=-", "--stdin=subunit",
         "--load-list=- and --stdin=subunit: only one of them can read standard input\n"},
	{"--debug=a", "--until-failure", "--debug and --until-failure: only one of them\n"},
	{"--stdin=subunit", "--until-failure",
         "--stdin=subunit and --until-failure: only one of them\n"},
	{"--attach", "--load-list=-",
         "--attach and --load-list=-: only one of them can read standard input\n"},
	{"--attach", "--debug=a", "--attach and --debug: only one of them\n"},
	{"--attach", "--stdin=subunit", "--attach and --stdin=subunit: only one of them\n"},
	{"--attach", "--stdin=inherit", "--attach and --stdin=inherit: only one of them\n"},
	{"--debug=a", "--retries=1", "--debug and --retries: only one of them\n"},
	{"--debug=a", "--repeat=2", "--debug and --repeat: only one of them\n"},
	{"--debug=a", "--load-list=b", "--debug and --load-list: only one of them\n"},
	{"--debug=a", "--list", "--debug and --list: only one of them\n"},
	{"--debug=a", "--rerun=b", "--debug and --rerun: only one of them\n"},
	{"--debug=a", "--stdin=subunit", "--debug and --stdin=subunit: only one of them\n"},
	{WORKER, "--jobs=2", "--jobs: the slots of workers are set with --instances=NAME*SLOTS\n"},
	{WORKER, "--strict", "--strict: belongs into the worker's command\n"},
	{"--pty", "--stdin=inherit",
         "--pty: its terminal takes the place of the standard input that --stdin=inherit gives\n"},
	{"--executor={argv}", WORKER, "--executor and --worker: only one of them\n"},
};

static bool
is_accepted(const char *option)
{
	char line[128];
	/* --order has to have times. */
	snprintf(line, sizeof(line), "--times=t %s", option);
	return says(line, "");
}

static void
check_pairs(void)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		char line[256];
		snprintf(line, sizeof(line), "--times=t %s %s", pairs[i].one, pairs[i].other);
		CHECK_NAMED(line, says(line, pairs[i].message));
		CHECK_NAMED("each alone is accepted",
		            is_accepted(pairs[i].one) && is_accepted(pairs[i].other));
	}
}

static void
check_others(void)
{
	CHECK(says("--order=slow-first", "--order=slow-first: needs --times\n"));
	CHECK(says("--order=failed-first", "--order=failed-first: needs --times\n"));
	CHECK(says("--order=listed", "") && says("--times=t --order=slow-first", ""));
	CHECK(says("--timeout=auto", "--timeout=auto: needs --times\n"));
	CHECK(says("--timeout=auto --times=t", ""));
	CHECK(says("--retries=1 --repeat=1", "") && says("--debug=a --repeat=1", ""));
	CHECK(says("--load-list=a --stdin=subunit", "") && says("--attach --load-list=a", ""));
	CHECK(says("--stdin=subunit " WORKER, "") && says("--stdin=subunit --executor={argv}", ""));
	CHECK(says("--worker=w --instance-provision=p --jobs=2", ""));
}

/* Arguments come after the options, so that the option reader does not see them. */
static void
check_arguments(void)
{
	struct options_spec spec = {.usage = "", .about = "", .table = run_options_table};
	const char *argv[] = {"test", "--worker=w", "--instances=a", NULL};
	struct options options;
	begin();
	string_list_add(&opts.arguments, "x");
	options_begin(&options, 3, argv, &spec);
	CHECK(options_read(&options, run_options_parse, &opts));
	CHECK(run_conflicts_check(&opts, &options) < 0);
	CHECK(messages_are("--worker: arguments for scripts belong into the worker's command\n"));
	opts.remote.has_worker = false;
	opts.remote.has_executor = true;
	CHECK(run_conflicts_check(&opts, &options) == 0);
	options_end(&options);
}

int
main(void)
{
	messages_begin();
	check_pairs();
	check_others();
	check_arguments();
	run_options_clear(&opts);
	return check_done();
}
