/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The setup of a run derives from its options: slots, environment, plan, and the rules of attempts.
 */
#include "run_setup.h"
#include "check.h"
#include "option_says.h"

#include "env.h"

#include <fcntl.h>
#include <pty.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct run_options opts;

static int
complete(void *context, struct options *options)
{
	return run_setup_complete(context, options);
}

static void
begin(void)
{
	run_options_clear(&opts);
	run_options_begin(&opts);
}

static const struct option_reader option_reader = {run_options_table, begin, run_options_parse,
                                                   complete, &opts};

/* make's jobserver */

static enum jobserver_state
open_jobserver(const char *makeflags, unsigned jobs, bool jobs_said)
{
	struct jobserver server;
	begin();
	opts.jobs = jobs;
	opts.jobs_said = jobs_said;
	if (makeflags)
		setenv("MAKEFLAGS", makeflags, 1);
	else
		unsetenv("MAKEFLAGS");
	run_setup_open_jobserver(&opts, &server);
	bool usable = server.read_fd >= 0;
	if (usable)
		jobserver_close(&server);
	unsetenv("MAKEFLAGS");
	return usable ? JOBSERVER_USABLE : JOBSERVER_ABSENT;
}

static void
check_jobserver(void)
{
	int fds[2];
	char flags[64];
	if (pipe(fds) < 0)
		exit(99);
	snprintf(flags, sizeof(flags), "-j4 --jobserver-auth=%d,%d", fds[0], fds[1]);
	CHECK(open_jobserver(flags, 1, false) == JOBSERVER_USABLE && opts.jobs == 4);
	CHECK_NAMED("--jobs counts more than make's -j",
	            open_jobserver(flags, 2, true) == JOBSERVER_USABLE && opts.jobs == 2);
	CHECK(!env_get(&opts.environment, "MAKEFLAGS"));
	snprintf(flags, sizeof(flags), "-j1 --jobserver-auth=%d,%d", fds[0], fds[1]);
	CHECK(open_jobserver(flags, 3, false) == JOBSERVER_USABLE && opts.jobs == 1);
	snprintf(flags, sizeof(flags), "--jobserver-auth=%d,%d", fds[0], fds[1]);
	CHECK(open_jobserver(flags, 3, false) == JOBSERVER_USABLE && opts.jobs == 3);
	close(fds[0]);
	close(fds[1]);
	CHECK(open_jobserver(NULL, 3, false) == JOBSERVER_ABSENT && opts.jobs == 3);
	CHECK(open_jobserver("-j4", 3, false) == JOBSERVER_ABSENT && opts.jobs == 3);
	CHECK(messages_are("") && !env_get(&opts.environment, "MAKEFLAGS"));
	snprintf(flags, sizeof(flags), "k -j4 --jobserver-auth=%d,%d", fds[0], fds[1]);
	CHECK(open_jobserver(flags, 3, false) == JOBSERVER_ABSENT && opts.jobs == 3);
	CHECK(messages_are("make's jobserver is not open to this recipe: put + before its "
	                   "command\n"));
	CHECK_NAMED("children do not see a jobserver that cannot be used",
	            env_get(&opts.environment, "MAKEFLAGS") &&
	                    !strstr(env_get(&opts.environment, "MAKEFLAGS"), "jobserver"));
	open_jobserver("-j4 --jobserver-auth=fifo:/nonexistent", 3, false);
	CHECK(messages_are("make's jobserver cannot be opened: No such file or directory\n"));
	CHECK(env_get(&opts.environment, "MAKEFLAGS") && opts.jobs == 3);
}

/* The setup */

static void
check_environment(void)
{
	CHECK(accepts(""));
	CHECK(holds(env_get(&opts.environment, "HARNESS_ACTIVE"), "1"));
	CHECK(!env_get(&opts.environment, "PERL5LIB") && !opts.attempts.elsewhere.perl5lib);
	CHECK(accepts("-I a -l") && holds(env_get(&opts.environment, "PERL5LIB"), "a:lib"));
	CHECK(holds(opts.attempts.elsewhere.perl5lib, "a:lib"));
	begin();
	env_set(&opts.environment, "PERL5LIB=before");
	CHECK(begun_says("-I a -I b", "") &&
	      holds(env_get(&opts.environment, "PERL5LIB"), "a:b:before"));
	begin();
	env_set(&opts.environment, "TMPDIR=/usr");
	CHECK(begun_says("", "") && holds(opts.attempts.tmp_parent, "/usr"));
}

static void
check_slots(void)
{
	CHECK(accepts("") && opts.jobs == 1);
	CHECK(accepts("-j 0") && opts.jobs == (unsigned)sysconf(_SC_NPROCESSORS_ONLN));
	CHECK(accepts("-j 7") && opts.jobs == 7);
	CHECK(accepts("--executor={argv} --instances=a,b,c") && opts.jobs == 3);
	CHECK(accepts("--executor={argv} --instances=a,b,c -j 2") && opts.jobs == 2);
}

static void
check_plan(void)
{
	CHECK(accepts("--seed=5") && opts.plan.seed == 5 && !opts.plan.asked_later);
	CHECK(accepts("") && opts.plan.seed == 0);
	CHECK(accepts("--shuffle") && opts.plan.shuffle);
	uint64_t seed = opts.plan.seed;
	CHECK_NAMED("seeds are drawn at random",
	            accepts("--shuffle") && (opts.plan.seed != seed || accepts("--shuffle")) &&
	                    opts.plan.seed != seed);
	CHECK(opts.plan.scripts == &opts.scripts && opts.plan.ids == &opts.ids);
	CHECK(accepts("--stdin=subunit") && opts.plan.asked_later);
	CHECK(accepts("--stdin=subunit --load-list=a") && !opts.plan.asked_later);
	CHECK(accepts("--stdin=subunit --rerun=a") && !opts.plan.asked_later);
	CHECK(accepts("--root=/usr/../usr") && holds(opts.scripts.root, "/usr"));
	CHECK(says("--root=/nonexistent", "--root=/nonexistent: No such file or directory\n"));
}

static void
check_attempts(void)
{
	const struct outcome_rules *rules = &opts.attempts.job.rules;
	char *cwd = getcwd(NULL, 0);
	CHECK(accepts("--timeout=2s --no-output-timeout=3s --max-output=4 --strict -e sh"));
	CHECK(rules->timeout_ns == 2 * EVENT_LOOP_S && rules->silence_ns == 3 * EVENT_LOOP_S);
	CHECK(rules->max_output == 4 && opts.writer.strict);
	CHECK(holds(opts.scripts.interpreter, "sh"));
	CHECK(opts.attempts.scripts == &opts.scripts && opts.attempts.arguments == &opts.arguments);
	CHECK(opts.attempts.environment == &opts.environment);
	CHECK(opts.attempts.expected == &opts.expected);
	CHECK(!opts.attempts.executor && opts.attempts.instances == &opts.remote.instances);
	CHECK(holds(opts.attempts.elsewhere.cwd, cwd));
	CHECK(accepts("--executor={argv}") && opts.attempts.executor == &opts.remote.executor);
	CHECK(!rules->timeout_ns && !opts.writer.strict);
	CHECK_NAMED("options that exclude each other are refused",
	            says("--retries=1 --repeat=2", "--retries and --repeat: only one of them\n"));
	free(cwd);
}

/* --debug without a terminal gives the test standard input and standard error. */
static void
check_debug(void)
{
	const struct job_options *job = &opts.attempts.job;
	CHECK(accepts("--debug=a -j 4 --timeout=1s --no-output-timeout=1s --pty"));
	CHECK(opts.jobs == 1 && holds(opts.plan.only, "a"));
	CHECK(!job->process.timeout_ns && !job->process.silence_ns && !job->rules.timeout_ns);
	CHECK(!job->proxy && job->process.inherit && job->process.stdin_fd == STDIN_FILENO);
	CHECK(!job->process.pty && job->copy);
	job->copy(job->copy_context, PROCESS_STDOUT, SUBUNIT2_LITERAL("shown\n"));
	CHECK(messages_are("shown\n"));
	CHECK(accepts("--debug=a --timeout=auto --times=t") && !job->timeout_auto);
	CHECK_NAMED("a test elsewhere reads a stream",
	            accepts("--debug=a --executor={argv}") && !job->process.inherit && !job->copy);
	CHECK(accepts("--debug=a --worker=w --instances=a") && !job->process.inherit);
	CHECK(accepts("") && !opts.plan.only && !job->copy);
}

/* With a terminal, the test has one of its own, which is connected with it. */
static void
check_terminal(void)
{
	const struct job_options *job = &opts.attempts.job;
	struct winsize size = {.ws_row = 11, .ws_col = 33};
	int upper, lower, saved = dup(STDIN_FILENO);
	if (openpty(&upper, &lower, NULL, NULL, &size) < 0)
		exit(99);
	dup2(lower, STDIN_FILENO);
	CHECK(accepts("--debug=a --stdin=inherit") && job->proxy);
	CHECK(!job->process.inherit && job->process.pty == &job->pty && !job->copy);
	CHECK(job->pty.size.ws_row == 11 && job->pty.size.ws_col == 33);
	CHECK(accepts("--debug=a --executor={argv}") && !job->proxy && !job->process.pty);
	begin();
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(upper);
	close(lower);
}

/* This program's last check: it keeps the limit. */
static void
check_limit(void)
{
	struct rlimit few = {64, 64};
	setrlimit(RLIMIT_NOFILE, &few);
	CHECK(says("-j 1000", "--jobs=1000: needs 8064 file descriptors, and the limit is 64\n"));
	CHECK(opts.jobs == 1000 && !opts.attempts.environment);
}

int
main(void)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(null, STDIN_FILENO);
	close(null);
	messages_begin();
	run_options_begin(&opts);
	check_jobserver();
	check_environment();
	check_slots();
	check_plan();
	check_attempts();
	check_debug();
	check_terminal();
	if (!getenv("CHECK_VALGRIND")) /* which has limits of its own */
		check_limit();
	run_options_clear(&opts);
	return check_done();
}
