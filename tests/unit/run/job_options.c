/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The options about commands that are supervised: their defaults, values and refusals. */
#include "job_options.h"
#include "check.h"
#include "option_says.h"

#include <string.h>
#include <unistd.h>

static struct job_options job;

static int
take(void *context, struct options *options, int option)
{
	return job_options_parse(context, options, option);
}

static int
complete(void *context, struct options *options)
{
	return job_options_check(context, options);
}

static void
begin(void)
{
	job_options_defaults(&job);
}

static const struct option_reader option_reader = {job_options, begin, take, complete, &job};

static void
check_defaults(void)
{
	memset(&job, 0xff, sizeof(job));
	CHECK(accepts(""));
	CHECK(job.process.stdin_fd == -1 && !job.process.inherit && !job.stdin_stream);
	CHECK(job.process.grace_ns == 5 * EVENT_LOOP_S && job.process.leak_ns == EVENT_LOOP_S);
	CHECK(job.process.timeout_ns == 0 && job.process.silence_ns == 0 && !job.timeout_auto);
	CHECK(job.rules.skip_exit == 77 && !job.rules.leaked_fails && !job.strict);
	CHECK(job.process.leaked == PROCESS_KEEP && !job.process.pty);
	CHECK(job.from == CAPTURE_FORMAT_AUTO);
}

static void
check_durations(void)
{
	CHECK(accepts("--timeout=2s --no-output-timeout=3s --grace=4s --leak-timeout=6s"));
	CHECK(job.process.timeout_ns == 2 * EVENT_LOOP_S && !job.timeout_auto);
	CHECK(job.process.silence_ns == 3 * EVENT_LOOP_S);
	CHECK(job.process.grace_ns == 4 * EVENT_LOOP_S);
	CHECK(job.process.leak_ns == 6 * EVENT_LOOP_S);
	CHECK(accepts("--timeout=2s --timeout=auto") && job.timeout_auto);
	CHECK_NAMED("auto takes the place of a time", job.process.timeout_ns == 0);
	CHECK(accepts("--timeout=auto --timeout=2s") && !job.timeout_auto);
	CHECK(job.process.timeout_ns == 2 * EVENT_LOOP_S);
	static const char *const names[] = {"timeout", "no-output-timeout", "grace",
	                                    "leak-timeout"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char line[64], wanted[128];
		snprintf(line, sizeof(line), "--%s=x", names[i]);
		snprintf(wanted, sizeof(wanted), "%s: not a duration (500ms, 30s, 5m, 1h)\n", line);
		CHECK_NAMED(line, says(line, wanted));
	}
}

static void
check_choices(void)
{
	CHECK(accepts("--from=tap") && job.from == CAPTURE_FORMAT_TAP);
	CHECK(accepts("--from=text") && job.from == CAPTURE_FORMAT_TEXT);
	CHECK(says("--from=x",
	           "--from=x: not auto, tap, ktap, automake, ctest, meson, prove, autotest, "
	           "dejagnu, subunit, subunit1 or text\n"));
	CHECK(accepts("--leaked=kill") && job.process.leaked == PROCESS_KILL);
	CHECK(!job.rules.leaked_fails);
	CHECK(accepts("--leaked=fail") && job.process.leaked == PROCESS_KILL);
	CHECK(job.rules.leaked_fails);
	CHECK(accepts("--leaked=fail --leaked=keep") && job.process.leaked == PROCESS_KEEP);
	CHECK(!job.rules.leaked_fails);
	CHECK(says("--leaked=x", "--leaked=x: not keep, kill or fail\n"));
	CHECK(accepts("--stdin=inherit") && job.process.inherit && !job.stdin_stream);
	CHECK(job.process.stdin_fd == STDIN_FILENO);
	CHECK(accepts("--stdin=inherit --stdin=subunit") && !job.process.inherit);
	CHECK(job.stdin_stream && job.process.stdin_fd == -1);
	CHECK(accepts("--stdin=subunit --stdin=none") && !job.stdin_stream);
	CHECK(says("--stdin=x", "--stdin=x: not none, inherit or subunit\n"));
	CHECK(accepts("--strict") && job.strict);
}

static void
check_skip_exit(void)
{
	CHECK(accepts("--skip-exit=1") && job.rules.skip_exit == 1);
	CHECK(accepts("--skip-exit=255") && job.rules.skip_exit == 255);
	CHECK(accepts("--skip-exit=none") && job.rules.skip_exit == OUTCOME_NO_SKIP);
	CHECK(says("--skip-exit=0", "--skip-exit=0: neither a number from 1 to 255 nor none\n"));
	CHECK(says("--skip-exit=256",
	           "--skip-exit=256: neither a number from 1 to 255 nor none\n"));
}

static void
check_terminal(void)
{
	CHECK(accepts("--pty") && job.process.pty == &job.pty);
	CHECK(job.pty.size.ws_row > 0 && job.pty.size.ws_col > 0);
	CHECK(says("--pty --stdin=inherit", "--pty: its terminal takes the place of the standard "
	                                    "input that --stdin=inherit gives\n"));
}

int
main(void)
{
	messages_begin();
	check_defaults();
	check_durations();
	check_choices();
	check_skip_exit();
	check_terminal();
	return check_done();
}
