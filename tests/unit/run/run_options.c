/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The options of run: their defaults, values and refusals. */
#include "run_options.h"
#include "check.h"
#include "option_says.h"

#include <string.h>
#include <unistd.h>

static struct run_options opts;

static void
begin(void)
{
	run_options_clear(&opts);
	run_options_begin(&opts);
}

static const struct option_reader option_reader = {run_options_table, begin, run_options_parse,
                                                   NULL, &opts};

/* Returns whether LINE is refused after its text with REASON. */
static bool
refuses(const char *line, const char *reason)
{
	char wanted[256];
	snprintf(wanted, sizeof(wanted), "%s: %s\n", line, reason);
	return says(line, wanted);
}

/* Returns whether the first option of LINE that belongs to a script is NAME; NULL: none does. */
static bool
is_local(const char *line, const char *name)
{
	if (!accepts(line))
		return false;
	return name ? holds(opts.local_option, name) : !opts.local_option;
}

static void
check_defaults(void)
{
	memset(&opts, 0, sizeof(opts));
	CHECK(accepts(""));
	CHECK(opts.jobs == 1 && !opts.jobs_said && opts.attempts.repeat == 1);
	CHECK(opts.attempts.retries == 0 && opts.max_fail == 0);
	CHECK(opts.writer.slowest == 5 && opts.writer.list_ends && !opts.writer.empty_is_good);
	CHECK(opts.attempts.job.process.leaked == PROCESS_KILL);
	CHECK(opts.attempts.job.process.grace_ns == 5 * EVENT_LOOP_S);
	CHECK(opts.remote.restarts == 3 && opts.writer.verbose == 0);
	CHECK(!opts.until_failure && !opts.list && !opts.seeded && !opts.no_bail);
	CHECK(!opts.order_said && !opts.exit_stream && !opts.attach && !opts.local_option);
	CHECK(!opts.plan.shuffle && !opts.plan.recurse && !opts.plan.keeps_order);
}

static void
check_counts(void)
{
	CHECK(accepts("-j 0") && opts.jobs == 0 && opts.jobs_said);
	CHECK(accepts("--jobs=1000000") && opts.jobs == 1000000);
	CHECK(refuses("--jobs=1000001", "not a number from 0 to 1000000"));
	CHECK(refuses("--jobs=x", "not a number from 0 to 1000000"));
	CHECK(accepts("--retries=0") && opts.attempts.retries == 0);
	CHECK(accepts("--retries=2") && opts.attempts.retries == 2);
	CHECK(refuses("--retries=-1", "not a number from 0 to 1000000"));
	CHECK(accepts("--repeat=1") && accepts("--repeat=3") && opts.attempts.repeat == 3);
	CHECK(refuses("--repeat=0", "not a number from 1 to 1000000"));
	CHECK(accepts("--max-fail=1") && accepts("--max-fail=4") && opts.max_fail == 4);
	CHECK(refuses("--max-fail=0", "not a number from 1 to 1000000"));
	CHECK(accepts("--seed=0") && opts.seeded && opts.plan.shuffle && opts.plan.seed == 0);
	CHECK(accepts("--seed=18446744073709551615") && opts.plan.seed == UINT64_MAX);
	CHECK(refuses("--seed=x", "not a number from 0"));
	CHECK(accepts("--keep=1") && opts.outputs.keep == 1);
	CHECK(accepts("--keep=18446744073709551615") && opts.outputs.keep == UINT64_MAX);
	CHECK(refuses("--keep=0", "not a number from 1"));
}

static void
check_shards(void)
{
	static const char reason[] = "not I/N with I from 1 to N";
	CHECK(accepts("--shard=1/1") && opts.plan.shard == 1 && opts.plan.shards == 1);
	CHECK(accepts("--shard=2/3") && opts.plan.shard == 2 && opts.plan.shards == 3);
	CHECK(accepts("--shard=1000000/1000000") && opts.plan.shards == 1000000);
	CHECK(refuses("--shard=0/3", reason) && refuses("--shard=4/3", reason));
	CHECK(refuses("--shard=1/1000001", reason) && refuses("--shard=1", reason));
	CHECK(refuses("--shard=1/2/3", reason) && refuses("--shard=1-2", reason));
	CHECK(refuses("--shard=/2", reason) && refuses("--shard=1/", reason));
}

static void
check_sizes(void)
{
	static const char reason[] = "not a size (bytes, or 64k, 10M, 1G)";
	const uint64_t *max = &opts.attempts.job.max_output;
	CHECK(accepts("--max-output=500") && *max == 500);
	CHECK(accepts("--max-output=1") && *max == 1);
	CHECK(accepts("--max-output=64k") && *max == 64 * 1024);
	CHECK(accepts("--max-output=10M") && *max == UINT64_C(10) << 20);
	CHECK(accepts("--max-output=1G") && *max == UINT64_C(1) << 30);
	CHECK(accepts("--max-output=2T") && *max == UINT64_C(2) << 40);
	CHECK(refuses("--max-output=0", reason) && refuses("--max-output=", reason));
	CHECK(refuses("--max-output=k", reason) && refuses("--max-output=1K", reason));
	CHECK(refuses("--max-output=1kB", reason));
	CHECK(accepts("--max-output=16777215T") && *max == UINT64_C(16777215) << 40);
	CHECK_NAMED("no size is taken for a smaller one",
	            refuses("--max-output=16777217T", reason));
}

static void
check_durations(void)
{
	CHECK(accepts("--slow=2s --max-time=3m"));
	CHECK(opts.slow_ns == 2 * EVENT_LOOP_S && opts.max_time_ns == 180 * EVENT_LOOP_S);
	CHECK(refuses("--slow=x", "not a duration (500ms, 30s, 5m, 1h)"));
	CHECK(refuses("--max-time=x", "not a duration (500ms, 30s, 5m, 1h)"));
}

static void
check_words(void)
{
	CHECK(accepts("--order=failed-first") && opts.plan.order == PLAN_FAILED_FIRST);
	CHECK(opts.order_said);
	CHECK(accepts("--order=listed") && opts.plan.order == PLAN_LISTED);
	CHECK(accepts("--order=slow-first") && opts.plan.order == PLAN_SLOW_FIRST);
	CHECK(refuses("--order=x", "not slow-first, failed-first or listed"));
	CHECK(accepts("--no-tests=pass") && opts.writer.empty_is_good);
	CHECK(accepts("--no-tests=pass --no-tests=fail") && !opts.writer.empty_is_good);
	CHECK(refuses("--no-tests=x", "not fail or pass"));
	CHECK(accepts("--exit=stream") && opts.exit_stream);
	CHECK(accepts("--exit=stream --exit=verdict") && !opts.exit_stream);
	CHECK(refuses("--exit=x", "not verdict or stream"));
	CHECK(refuses("--tag=worker-1", "stestr would take it for its own"));
	CHECK(accepts("--tag=worker -t a") && subunit2_tagset_view(&opts.tags).count == 2);
	CHECK(accepts("--serial=a --serial=b") && opts.serial);
	CHECK(regex_matches(opts.serial, SUBUNIT2_LITERAL("b")));
	CHECK(!regex_matches(opts.serial, SUBUNIT2_LITERAL("a")));
	CHECK(refuses("--serial=(", "missing closing parenthesis, at offset 1"));
	CHECK(accepts("-e sh") && holds(opts.interpreter, "sh"));
	CHECK(refuses("--interpreter='", "a quote is not closed"));
	CHECK(accepts("--load-list=a --rerun=b --times=c --root=d --debug=e"));
	CHECK(holds(opts.plan.load_list, "a") && holds(opts.plan.rerun, "b"));
	CHECK(holds(opts.plan.times, "c") && holds(opts.root, "d") && holds(opts.debug, "e"));
	CHECK(accepts("--match=a"));
	CHECK(regex_filter_matches(&opts.ids, SUBUNIT2_LITERAL("cat")));
	CHECK(!regex_filter_matches(&opts.ids, SUBUNIT2_LITERAL("dog")));
}

static void
check_flags(void)
{
	CHECK(accepts("-l -b -I dir") && opts.scripts.libraries.count == 4);
	CHECK(holds(opts.scripts.libraries.items[0], "lib"));
	CHECK(holds(opts.scripts.libraries.items[1], "blib/lib"));
	CHECK(holds(opts.scripts.libraries.items[2], "blib/arch"));
	CHECK(holds(opts.scripts.libraries.items[3], "dir"));
	CHECK(accepts("-r") && opts.plan.recurse && accepts("-s") && opts.plan.shuffle);
	CHECK(!opts.seeded);
	CHECK(accepts("-v") && opts.writer.verbose == 1);
	CHECK(accepts("-q") && opts.writer.verbose == -1);
	CHECK(accepts("--list") && opts.list && accepts("--attach") && opts.attach);
	CHECK(accepts("--until-failure") && opts.until_failure && opts.max_fail == 1);
	CHECK(accepts("--fail-fast") && !opts.until_failure && opts.max_fail == 1);
	CHECK(accepts("--no-bail") && opts.no_bail);
	CHECK(accepts("--stestr") && opts.plan.keeps_order);
	CHECK(accepts("--keep-tmp") && opts.attempts.keep_tmp);
}

/* A list is sorted, so that an id is found in it. */
static void
check_expected(void)
{
	char path[] = "/tmp/subunit2-expected-XXXXXX", line[64];
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, "b\na\nc\n", 6) != 6)
		exit(99);
	close(fd);
	snprintf(line, sizeof(line), "--expect-fail=%s", path);
	CHECK(accepts(line) && opts.expected.count == 3);
	CHECK(holds(opts.expected.items[0], "a") && holds(opts.expected.items[2], "c"));
	unlink(path);
	CHECK(says("--expect-fail=/nonexistent", "/nonexistent: No such file or directory\n"));
}

/* Options that have an effect only where a script runs. */
static void
check_local(void)
{
	CHECK(is_local("--jobs=2 --timeout=1s --grace=1s --retries=1 --list", NULL));
	CHECK(is_local("--stdin=none --slow=1s --max-time=1s --worker=w", NULL));
	CHECK(is_local("--from=tap", "from") && is_local("--leak-timeout=1s", "leak-timeout"));
	CHECK(is_local("--leaked=kill", "leaked") && is_local("--pty", "pty"));
	CHECK(is_local("--strict", "strict") && is_local("--skip-exit=1", "skip-exit"));
	CHECK(is_local("--max-output=1", "max-output") && is_local("--keep-tmp", "keep-tmp"));
	CHECK(is_local("--repeat=1", "repeat"));
	CHECK(is_local("--no-output-timeout=1s", "no-output-timeout"));
	CHECK(is_local("-l", "lib") && is_local("-b", "blib") && is_local("-I a", "include"));
	CHECK(is_local("-e sh", "interpreter"));
	CHECK(is_local("--strict --pty", "strict") && is_local("--pty -l", "pty"));
	CHECK(is_local("-l --pty", "lib"));
}

int
main(void)
{
	messages_begin();
	check_defaults();
	check_counts();
	check_shards();
	check_sizes();
	check_durations();
	check_words();
	check_flags();
	check_expected();
	check_local();
	run_options_clear(&opts);
	return check_done();
}
