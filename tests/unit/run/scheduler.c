/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The scheduler: which tests run at a time, what stops them, and what becomes of the others. */
#include "scheduler.h"
#include "check.h"
#include "eintr_hook.h"
#include "fault.h"
#include "messages.h"
#include "regex.h"
#include "stream_lines.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct script_options scripts;
static struct string_list arguments, environment, expected;
static struct instances instances;
static struct suite suite;
static struct selection selection;
static struct scheduler_options options;
static struct stream_lines lines;
static struct scheduler_end end;
static unsigned flushes, ticks, broken_from;
static size_t expecting;

/* In place of libc's function: fails if the test asks for it. */
int
rmdir(const char *path)
{
	return fault_hits("rmdir") ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

int
pipe2(int fds[2], int flags)
{
	return fault_hits("pipe2") ? -1 : (int)syscall(SYS_pipe2, fds, flags);
}

static bool
on_flush(void *context)
{
	(void)context;
	flushes++;
	return !broken_from || flushes < broken_from;
}

static void
on_tick(void *context, int64_t now_ns)
{
	(void)context;
	if (++ticks == 3 && now_ns > 0)
		fclose(fopen("ticked", "w"));
}

static void
on_expect(void *context, size_t count)
{
	(void)context;
	expecting = count;
}

static void
reset(void)
{
	options = (struct scheduler_options){
		.attempts = {.job = {.process = {.stdin_fd = -1,
	                                         .grace_ns = 100 * EVENT_LOOP_S,
	                                         .leak_ns = 20 * EVENT_LOOP_MS,
	                                         .leaked = PROCESS_KILL},
	                             .rules = {.skip_exit = 77}},
	                     .scripts = &scripts,
	                     .arguments = &arguments,
	                     .environment = &environment,
	                     .expected = &expected,
	                     .tmp_parent = "tmp",
	                     .repeat = 1,
	                     .instances = &instances},
		.slots = 1,
		.flush = on_flush,
		.tick = on_tick,
		.expect = on_expect,
	};
	flushes = ticks = broken_from = 0;
	expecting = 0;
	suite_clear(&suite);
	selection_clear(&selection);
	unlink("ticked");
}

/* Adds the script NAME.sh. */
static void
test(const char *name, const char *text)
{
	char path[32];
	snprintf(path, sizeof(path), "%s.sh", name);
	FILE *file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
	selection_add_id(&selection, &suite, &scripts, path);
}

static void
run(void)
{
	struct supervisor supervisor = {0};
	stream_lines_clear(&lines);
	end = scheduler_run(&options, &suite, &selection, &lines.sink, &supervisor);
	supervisor_end(&supervisor);
}

static bool
has(const char *line)
{
	return stream_lines_have(&lines, line);
}

/* A test that waits until the file NAME is there. */
#define UNTIL(name) "until [ -e " name " ]; do sleep 0.01; done; "

static void
check_order(void)
{
	reset();
	test("a", "exit 0");
	test("b", "exit 1");
	run();
	CHECK(stream_lines_are(&lines, "0/a.sh inprogress\n0/a.sh success\n0/b.sh inprogress\n"
	                               "0/b.sh fail reason=exit status 1.\n"));
	CHECK(end.bad == 1 && !end.signo && !end.broken && !end.unread && flushes > 0);
	CHECK(messages_are("") && system("[ -z \"$(ls tmp)\" ]") == 0);
	reset();
	run();
	CHECK(stream_lines_are(&lines, "") && !end.bad);
}

static void
check_no_supervisor(void)
{
	struct supervisor supervisor = {0};
	reset();
	test("a", "exit 0");
	stream_lines_clear(&lines);
	fault_arm("pipe2", EMFILE, 0, 1);
	end = scheduler_run(&options, &suite, &selection, &lines.sink, &supervisor);
	CHECK(fault_disarm() == 1 && end.broken && !lines.len &&
	      messages_are("cannot supervise tests: Too many open files\n"));
}

/* Three tests wait for one another in two slots: they run two at a time. */
static void
check_slots(void)
{
	reset();
	options.slots = 2;
	test("a", "touch a; " UNTIL("b") "[ $SUBUNIT2_SLOT = 0 ] && touch a2");
	test("b", "touch b; " UNTIL("c") "[ $SUBUNIT2_SLOT = 1 ]");
	test("c", "[ -e a2 ] && [ $SUBUNIT2_SLOT = 0 ] && touch c");
	run();
	CHECK(has("0/a.sh success") && has("1/b.sh success") && has("0/c.sh success"));
	CHECK(system("rm a a2 b c") == 0);
	reset();
	options.slots = 3;
	char reason[REGEX_REASON_SIZE];
	options.serial = regex_new("^[bc]", reason);
	test("b", "[ -e a ] && [ -e d ] && mkdir alone && rmdir alone");
	test("a", "touch a; " UNTIL("d"));
	test("c", "mkdir alone && rmdir alone");
	test("d", "touch d; " UNTIL("a"));
	run();
	CHECK_NAMED("tests that run alone run last, one by one",
	            !end.bad && strstr(lines.text, "0/b.sh success\n0/c.sh inprogress\n"));
	regex_free(options.serial);
	CHECK(system("rm a d") == 0);
}

static void
check_bad(void)
{
	reset();
	options.max_fail = 2;
	test("a", "exit 1");
	test("b", "exit 0");
	test("c", "exit 1");
	test("d", "exit 0");
	run();
	CHECK(has("0/b.sh success") && has("0/d.sh skip reason=not run: enough has failed.") &&
	      end.bad == 2);
	reset();
	test("a", "echo TAP version 13; echo 1..1; echo 'Bail out!'");
	test("b", "exit 0");
	run();
	CHECK(has("0/b.sh skip reason=not run: a test bailed out."));
	options.no_bail = true;
	options.max_fail = 1;
	run();
	CHECK_NAMED("the first reason counts",
	            has("0/b.sh skip reason=not run: enough has failed."));
	options.max_fail = 0;
	run();
	CHECK(has("0/b.sh success") && end.bad == 1);
}

static void
check_signals(void)
{
	char reason[REGEX_REASON_SIZE];
	reset();
	options.serial = regex_new("c", reason);
	test("a", "kill -INT $RUN; exec sleep 100");
	test("b", "exit 0");
	test("c", "exit 0");
	run();
	CHECK(end.signo == SIGINT && end.bad == 1);
	CHECK(has("0/a.sh fail reason=interrupted by SIGINT|died of SIGINT.") &&
	      has("0/b.sh skip reason=not run: the run was interrupted.") &&
	      has("0/c.sh skip reason=not run: the run was interrupted."));
	regex_free(options.serial);
	reset();
	test("a",
	     "trap 'sleep 0.3; kill -INT $RUN' TERM; kill -TERM $RUN; while :; do sleep 1; done");
	run();
	CHECK_NAMED("the second signal kills",
	            end.signo == SIGTERM &&
	                    has("0/a.sh fail reason=interrupted by SIGTERM|died of SIGKILL."));
	reset();
	test("a", "kill -USR1 $RUN; " UNTIL("ticked"));
	test("b", "exit 0");
	options.tick_ns = 10 * EVENT_LOOP_MS;
	run();
	char *shown = strdup(messages_take());
	CHECK(!end.bad && ticks >= 3 &&
	      strncmp(shown, "1 running, 1 to go\na.sh: running for ", 37) == 0);
	free(shown);
}

static void
check_times(void)
{
	reset();
	options.max_time_ns = 100 * EVENT_LOOP_MS;
	test("a", "exec sleep 100");
	test("b", "exit 0");
	run();
	CHECK(has("0/a.sh fail reason=ended: the run took longer than --max-time|died of "
	          "SIGTERM.") &&
	      has("0/b.sh skip reason=not run: the run took longer than --max-time.") &&
	      !end.signo && messages_are("the run is ended after 0.100s\n"));
	reset();
	options.max_time_ns = 100 * EVENT_LOOP_S;
	options.slow_ns = 10 * EVENT_LOOP_MS;
	options.tick_ns = 20 * EVENT_LOOP_MS;
	options.slots = 2;
	test("a", UNTIL("ticked"));
	test("b", "exit 0");
	run();
	const char *shown = messages_take();
	CHECK(!end.bad && strncmp(shown, "a.sh: still running after ", 26) == 0 &&
	      strstr(shown + 1, "\na.sh: still running after "));
}

static void
check_broken(void)
{
	reset();
	broken_from = 2;
	test("a", "exec sleep 100");
	test("b", "exit 0");
	run();
	CHECK(end.broken && has("0/a.sh fail reason=interrupted by SIGTERM|died of SIGTERM.") &&
	      has("0/b.sh skip reason=not run: the stream cannot be written."));
}

static void
check_until_failure(void)
{
	char reason[REGEX_REASON_SIZE];
	reset();
	options.until_failure = true;
	options.max_fail = 1;
	options.serial = regex_new("a", reason);
	test("a", "exit 0");
	test("b", "echo >>rounds; [ $(wc -l <rounds) -lt 3 ]");
	run();
	CHECK(end.bad == 1 && expecting == 6);
	CHECK(has("0/a.sh skip reason=not run: enough has failed.") &&
	      system("[ $(wc -l <rounds) = 3 ]") == 0);
	regex_free(options.serial);
}

/* Puts packets on standard input, and ends it. */
static void
ask(const struct subunit2_event *events, size_t count)
{
	int fds[2];
	char bytes[256];
	size_t len;
	if (pipe(fds) < 0)
		exit(99);
	for (size_t i = 0; i < count; i++)
		if (subunit2_packet_encode(&events[i], bytes, sizeof(bytes), &len, NULL) !=
		            SUBUNIT2_E_OK ||
		    write(fds[1], bytes, len) != (ssize_t)len)
			exit(98);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	close(fds[1]);
}

static void
check_requests(void)
{
	const struct subunit2_event requests[] = {
		{.test_id = SUBUNIT2_LITERAL("b.sh"), .status = SUBUNIT2_STATUS_EXISTS},
		{.test_id = SUBUNIT2_LITERAL("a.sh::x"), .status = SUBUNIT2_STATUS_EXISTS},
		{.test_id = SUBUNIT2_LITERAL("b.sh"), .status = SUBUNIT2_STATUS_EXISTS},
	};
	reset();
	test("a", "exit 0");
	test("b", "exit 0");
	selection_clear(&selection);
	options.attempts.job.stdin_stream = true;
	ask(requests, 3);
	run();
	CHECK(stream_lines_are(&lines,
	                       "0/b.sh inprogress\n0/b.sh success\n0/a.sh inprogress\n"
	                       "0/a.sh::x? skip reason=its script no longer reports this "
	                       "test.\n0/a.sh success\n0/b.sh inprogress\n0/b.sh success\n"));
	CHECK(expecting == 3 && !end.unread);
	reset();
	options.attempts.job.stdin_stream = true;
	dup2(open("a.sh", O_RDONLY), STDIN_FILENO);
	run();
	CHECK_NAMED("a text is no request",
	            end.unread &&
	                    strstr(lines.text, "subunit.input!? fail reason=standard input: no "
	                                       "packet in it"));
	messages_take();
}

/* A worker's tests end with its input. */
static void
check_worker(void)
{
	const struct subunit2_event requests[] = {
		{.file_name = SUBUNIT2_LITERAL("worker"), .file_bytes = {"", 0}},
		{.test_id = SUBUNIT2_LITERAL("a.sh"), .status = SUBUNIT2_STATUS_EXISTS},
		{.test_id = SUBUNIT2_LITERAL("b.sh"), .status = SUBUNIT2_STATUS_EXISTS},
	};
	reset();
	test("a", "exec sleep 100");
	test("b", "exit 0");
	selection_clear(&selection);
	options.attempts.job.stdin_stream = true;
	ask(requests, 3);
	run();
	CHECK(end.signo == SIGTERM &&
	      has("0/a.sh fail reason=interrupted by SIGTERM|died of SIGTERM.") &&
	      has("0/b.sh skip reason=not run: the run was interrupted."));
	reset();
	options.attempts.job.stdin_stream = true;
	ask(requests, 1);
	run();
	CHECK_NAMED("a worker without a test just ends",
	            !end.signo && stream_lines_are(&lines, ""));
	dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
}

/* Tests of other machines end when their input does. */
static void
check_keepalive(void)
{
	int fds[2];
	reset();
	if (pipe2(fds, O_CLOEXEC) < 0)
		exit(99);
	options.keepalive = &fds[1];
	options.attempts.job.process.stdin_fd = fds[0];
	options.attempts.job.process.remote_client = true;
	test("a", "kill -TERM $RUN; cat; exit 3");
	run();
	CHECK(fds[1] == -1 && end.signo == SIGTERM &&
	      has("0/a.sh fail reason=interrupted by SIGTERM|exit status 3."));
	close(fds[0]);
	if (pipe2(fds, O_CLOEXEC) < 0)
		exit(99);
	options.attempts.job.process.stdin_fd = fds[0];
	options.max_time_ns = 50 * EVENT_LOOP_MS;
	selection_clear(&selection);
	test("b", "cat; exit 3");
	run();
	CHECK(fds[1] == -1 && !end.signo &&
	      has("0/b.sh fail reason=ended: the run took longer than --max-time|exit status 3."));
	messages_take();
	close(fds[0]);
}

/* Returns true if the stream has FIRST before SECOND. */
static bool
comes_before(const char *first, const char *second)
{
	const char *one = strstr(lines.text, first), *two = strstr(lines.text, second);
	return one && two && one < two;
}

/* A jobserver: the first test needs no token, and one of the others takes it. */
static void
check_jobserver(void)
{
	int fds[2];
	char tokens[8], text[128];
	struct jobserver jobserver;
	reset();
	if (pipe(fds) < 0 || write(fds[1], "x", 1) != 1)
		exit(99);
	snprintf(text, sizeof(text), "-j3 --jobserver-auth=%d,%d", fds[0], fds[1]);
	CHECK(jobserver_open(&jobserver, text) == JOBSERVER_USABLE);
	options.jobserver = &jobserver;
	options.slots = 3;
	test("a", "touch a; " UNTIL("b"));
	test("b", "touch b; " UNTIL("c"));
	test("c", "touch c");
	run();
	CHECK(!end.bad && comes_before("a.sh success", "c.sh inprogress") &&
	      comes_before("c.sh inprogress", "b.sh success"));
	CHECK_NAMED("the token is given back",
	            read(fds[0], tokens, sizeof(tokens)) == 1 && tokens[0] == 'x');
	CHECK_NAMED("no memory stays shared",
	            system("! grep -q 'rw-s.*zero' /proc/$RUN/maps") == 0);
	selection_clear(&selection);
	snprintf(text, sizeof(text), "sleep 0.3; printf y >/proc/$RUN/fd/%d; " UNTIL("d"), fds[1]);
	test("a", text);
	test("d", "touch d");
	run();
	CHECK_NAMED("a test starts when a token is free",
	            comes_before("d.sh inprogress", "a.sh success"));
	jobserver_close(&jobserver);
	close(fds[0]);
	close(fds[1]);
	CHECK(system("rm a b c d") == 0);
}

/* Sends a signal while the start of a test is written. */
static void
interrupt(void *context, const struct subunit2_event *event)
{
	(void)context;
	if (event->status != SUBUNIT2_STATUS_INPROGRESS)
		return;
	kill(getpid(), SIGTERM);
	eintr_hook_ends_wait();
}

static void
check_early_signal(void)
{
	reset();
	test("a", "exec sleep 100");
	lines.on_event = interrupt;
	run();
	lines.on_event = NULL;
	CHECK(end.signo == SIGTERM &&
	      has("0/a.sh fail reason=interrupted by SIGTERM|died of SIGTERM."));
	reset();
	options.attempts.job.process.inherit = true;
	test("a", "kill -TERM $RUN; exec sleep 100");
	run();
	CHECK_NAMED("a signal that the terminal did not send is passed on",
	            has("0/a.sh fail reason=interrupted by SIGTERM|died of SIGTERM."));
}

/* A folder that was found to stay only after its test had ended. */
static void
check_leftovers(void)
{
	reset();
	fault_arm("rmdir", EBUSY, 0, 99);
	test("a", "exit 0");
	run();
	CHECK(has("0/a.sh success") && fault_disarm() > 0);
	CHECK(strstr(lines.text, "\nsubunit.tmpdir? fail reason=cannot remove tmp/") &&
	      strstr(lines.text, ": Device or resource busy."));
	CHECK(system("rmdir tmp/*") == 0);
}

/* The user's input goes to a test, whose output is shown at once. */
static void
check_attach(void)
{
	const struct attach_options attach = {.types = true};
	int fds[2];
	reset();
	if (pipe(fds) < 0 || write(fds[1], "typed\n", 6) != 6)
		exit(99);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	close(fds[1]);
	options.attempts.job.stdin_stream = options.attempts.job.stdin_typed = true;
	options.attach = attach_new(&attach);
	test("a", "cat");
	run();
	CHECK(has("0/a.sh - stdout=typed|") && messages_are("typed\n"));
	attach_free(options.attach);
	dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
}

int
main(void)
{
	char top[] = "/tmp/scheduler-XXXXXX", text[64];
	if (!mkdtemp(top) || chdir(top) < 0 || mkdir("tmp", 0700) < 0)
		return 1;
	snprintf(text, sizeof(text), "%d", (int)getpid());
	setenv("RUN", text, 1);
	string_list_add_all(&environment, environ);
	stream_lines_open(&lines);
	messages_begin();
	check_order();
	check_no_supervisor();
	check_slots();
	check_bad();
	check_signals();
	check_times();
	check_broken();
	check_until_failure();
	check_requests();
	check_worker();
	check_keepalive();
	check_jobserver();
	check_early_signal();
	check_leftovers();
	check_attach();
	reset();
	stream_lines_close(&lines);
	string_list_clear(&environment);
	snprintf(text, sizeof(text), "rm -r %s", top);
	return system(text) != 0 ? 1 : check_done();
}
