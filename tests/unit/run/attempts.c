/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Attempts at one script: their events, the last of which counts, and what ends them. */
#include "attempts.h"
#include "check.h"
#include "fault.h"
#include "stream_lines.h"

#include "cleaner.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct supervisor supervisor;
static struct workspace workspace;
static struct script_options scripts;
static struct string_list arguments, environment, expected;
static struct instances instances;
static struct attempts_rules rules;
static struct attempts_place place;
static struct choice choice;
static struct stream_lines lines;
static struct attempts *attempts;
static struct attempts_end end;
static bool over;
static bool stops_at_rmdir, stops_over_time; /* stop when the folder of an attempt is removed */

/* In place of libc's functions: fail if the test asks for it. */
int
rmdir(const char *path)
{
	if (stops_at_rmdir && attempts)
		attempts_stop(attempts, SIGTERM, false, stops_over_time);
	return fault_hits("rmdir") ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

ssize_t
pread(int fd, void *bytes, size_t len, off_t offset)
{
	return fault_hits("pread") ? -1 : syscall(SYS_pread64, fd, bytes, len, offset);
}

ssize_t
pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	return fault_hits("pwrite") ? -1 : syscall(SYS_pwrite64, fd, bytes, len, offset);
}

static void
script(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
}

static void
reset(void)
{
	rules = (struct attempts_rules){
		.job = {.process = {.stdin_fd = -1,
	                            .grace_ns = 10 * EVENT_LOOP_S,
	                            .leak_ns = 20 * EVENT_LOOP_MS,
	                            .leaked = PROCESS_KILL},
	                .rules = {.skip_exit = 77}},
		.scripts = &scripts,
		.arguments = &arguments,
		.environment = &environment,
		.expected = &expected,
		.tmp_parent = "tmp",
		.repeat = 1,
		.instances = &instances,
	};
	place.slot = 3;
	place.workspace = &workspace;
	choice.longest_ns = -1;
	string_list_clear(&choice.subtests);
}

static void
on_end(void *context, const struct attempts_end *ended)
{
	end = *ended;
	over = true;
	attempts_free(*(struct attempts **)context);
	attempts = NULL;
}

static void
start(const char *path)
{
	static struct script started;
	script_clear(&started);
	script_of_path(&started, &scripts, path);
	over = false;
	attempts = attempts_start(&supervisor, &rules, &started, &choice, &place, &lines.sink,
	                          on_end, &attempts);
}

static void
complete(void)
{
	while (!over)
		event_loop_turn(supervisor.loop);
}

/* Runs the script TEXT. Returns true if its events are EXPECTED. */
static bool
gives(const char *text, const char *events)
{
	script("a.sh", text);
	start("a.sh");
	complete();
	return stream_lines_are(&lines, events);
}

static bool
tmp_is_empty(void)
{
	workspace_close(&workspace, place.cleaner);
	while (cleaner_is_busy(place.cleaner))
		event_loop_turn(supervisor.loop);
	return system("[ -z \"$(ls tmp)\" ]") == 0;
}

static void
check_one(void)
{
	reset();
	CHECK(gives("echo hello", "a.sh! inprogress\na.sh! - stdout=hello|\na.sh! success\n"));
	CHECK(end.status == SUBUNIT2_STATUS_SUCCESS && !end.bailed_out);
	CHECK(gives("exit 3", "a.sh! inprogress\na.sh! fail reason=exit status 3.\n"));
	CHECK(end.status == SUBUNIT2_STATUS_FAIL);
	CHECK(gives("exit 77", "a.sh! inprogress\na.sh! skip reason=exit status 77.\n"));
	CHECK(gives("echo ok", "a.sh! inprogress\na.sh! - stdout=ok|\na.sh! success\n"));
	script("a.t", "#!/bin/sh\necho not ok");
	start("a.t");
	CHECK(!strcmp(attempts_id(attempts), "a.t") &&
	      attempts_start_ns(attempts) == event_loop_now_ns(supervisor.loop));
	complete();
	CHECK_NAMED("one line of TAP's form is enough in a script named *.t",
	            end.status == SUBUNIT2_STATUS_FAIL && strstr(lines.text, "a.t::#1? fail"));
	stream_lines_clear(&lines);
}

static void
check_environment(void)
{
	reset();
	string_list_add(&arguments, "first");
	string_list_add(&arguments, "second word");
	CHECK(gives("echo \"$SUBUNIT2_TEST_ID $SUBUNIT2_SLOT $SUBUNIT2_ATTEMPT $2\"",
	            "a.sh! inprogress\na.sh! - stdout=a.sh 3 1 second word|\na.sh! success\n"));
	string_list_clear(&arguments);
	CHECK(gives("echo \"$#\"; [ -d \"$TMPDIR\" ] && [ -p \"$SUBUNIT2_OUTPUT\" ]",
	            "a.sh! inprogress\na.sh! - stdout=0|\na.sh! success\n"));
	CHECK(gives("[ \"$KEPT\" = yes ] && touch \"$TMPDIR/x\"",
	            "a.sh! inprogress\na.sh! success\n"));
	CHECK(gives("[ ! -e \"$TMPDIR/x\" ]", "a.sh! inprogress\na.sh! success\n"));
	CHECK(tmp_is_empty());
}

/* Packets that a script writes to its FIFO are the test's. */
static void
check_fifo(void)
{
	const struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("a.sh::x"),
	                                     .status = SUBUNIT2_STATUS_FAIL};
	char bytes[64];
	size_t len;
	reset();
	if (subunit2_packet_encode(&event, bytes, sizeof(bytes), &len, NULL) != SUBUNIT2_E_OK)
		exit(99);
	FILE *file = fopen("packet", "w");
	fwrite(bytes, 1, len, file);
	fclose(file);
	CHECK(gives("cat packet >\"$SUBUNIT2_OUTPUT\"",
	            "a.sh! inprogress\na.sh::x!? fail\n"
	            "a.sh! fail reason=1 test in its output failed.\n"));
}

/* The report of an attempt that failed. */
#define ATTEMPT(number, details)                                                                   \
	"a.sh! - attempt-" number "=FAIL  a.sh|" details "scripts: 1 failed|not good: 1 "          \
	"failed|.\n"
#define REASON(text) "  reason:|    | " text "|"
#define PASSED(number) "a.sh! - attempt-" number "=pass  a.sh|scripts: 1 passed|good|.\n"

static void
check_retries(void)
{
	reset();
	rules.retries = 2;
	CHECK(gives("echo try $SUBUNIT2_ATTEMPT; [ $SUBUNIT2_ATTEMPT = 2 ]",
	            "a.sh! inprogress\n" ATTEMPT(
			    "1",
			    "  stdout:|    | try 1|" REASON(
				    "exit status 1")) "a.sh! - stdout=try 2|\n"
	                                              "a.sh! success +flaky reason=attempt 1: exit "
	                                              "status 1; try 1.\n"));
	CHECK(end.status == SUBUNIT2_STATUS_SUCCESS);
	CHECK(gives("exit $SUBUNIT2_ATTEMPT",
	            "a.sh! inprogress\n" ATTEMPT("1", REASON("exit status 1"))
	                    ATTEMPT("2", REASON("exit status 2")) "a.sh! fail reason=exit status "
	                                                          "3.\n"));
	CHECK_NAMED("the cause is that of the first attempt",
	            gives("[ $SUBUNIT2_ATTEMPT = 3 ] || exit $SUBUNIT2_ATTEMPT",
	                  "a.sh! inprogress\n" ATTEMPT("1", REASON("exit status 1")) ATTEMPT(
				  "2", REASON("exit status 2")) "a.sh! success +flaky "
	                                                        "reason=attempt 1: exit status "
	                                                        "1.\n"));
	CHECK_NAMED(
		"each attempt has a command and an environment of its own",
		gives("[ $SUBUNIT2_ATTEMPT = 2 ] || exit 1; "
	              "tr '\\0' '\\n' </proc/$$/environ | cut -d= -f1 | sort | uniq -d; echo $#",
	              "a.sh! inprogress\n" ATTEMPT(
			      "1", REASON("exit status 1")) "a.sh! - stdout=0|\na.sh! success "
	                                                    "+flaky reason=attempt 1: exit status "
	                                                    "1.\n"));
	CHECK_NAMED("a skip is final",
	            gives("exit 77", "a.sh! inprogress\na.sh! skip reason=exit status 77.\n"));
	CHECK(gives("exit 0", "a.sh! inprogress\na.sh! success\n"));
	CHECK(gives("echo TAP version 13; echo Bail out! gone; exit 1",
	            "a.sh! inprogress\na.sh! fail reason=exit status 1|bailed out: gone.\n") &&
	      end.bailed_out);
	CHECK(tmp_is_empty());
}

static void
check_repeat(void)
{
	reset();
	rules.repeat = 3;
	CHECK(gives("exit 0", "a.sh! inprogress\n" PASSED("1") PASSED("2") "a.sh! success\n"));
	CHECK(gives("[ $SUBUNIT2_ATTEMPT != 2 ]",
	            "a.sh! inprogress\n" PASSED("1") "a.sh! fail +flaky reason=exit status 1.\n"));
	CHECK(gives("exit 1", "a.sh! inprogress\na.sh! fail reason=exit status 1.\n"));
	rules.repeat = 2;
	CHECK(gives("exit 0", "a.sh! inprogress\n" PASSED("1") "a.sh! success\n"));
	CHECK_NAMED("a skip does not end the repetitions",
	            gives("[ $SUBUNIT2_ATTEMPT = 1 ] && exit 77; exit 1",
	                  "a.sh! inprogress\n"
	                  "a.sh! - attempt-1=skip  a.sh  # exit status 77|"
	                  "scripts: 1 skipped|good|.\n"
	                  "a.sh! fail reason=exit status 1.\n"));
}

/* A stop between two repetitions, while the folder of the first one is removed. */
static void
check_stopped_repetitions(void)
{
	reset();
	rules.repeat = 3;
	stops_at_rmdir = true;
	CHECK(gives("touch $TMPDIR/x", "a.sh! inprogress\na.sh! fail reason=interrupted by "
	                               "SIGTERM|ran 1 of 3 times.\n"));
	CHECK(gives("touch $TMPDIR/x; exit 1", "a.sh! inprogress\na.sh! fail reason=exit status "
	                                       "1.\n"));
	CHECK_NAMED("a test that was ended is not flaky",
	            gives("[ $SUBUNIT2_ATTEMPT = 1 ] || touch $TMPDIR/x",
	                  "a.sh! inprogress\n" PASSED("1") "a.sh! fail reason=interrupted by "
	                                                   "SIGTERM|ran 2 of 3 times.\n"));
	CHECK_NAMED("a test that failed before the stop is flaky",
	            gives("[ $SUBUNIT2_ATTEMPT = 1 ] && exit 0; touch $TMPDIR/x; exit 1",
	                  "a.sh! inprogress\n" PASSED("1") "a.sh! fail +flaky reason=exit status "
	                                                   "1.\n"));
	stops_over_time = true;
	CHECK(gives("touch $TMPDIR/x; exit 77",
	            "a.sh! inprogress\na.sh! fail reason=exit status 77|ended: the run took "
	            "longer than --max-time|ran 1 of 3 times.\n"));
	rules.repeat = 1;
	CHECK_NAMED("a test that has run as often as it should is not stopped",
	            gives("touch $TMPDIR/x", "a.sh! inprogress\na.sh! success\n"));
	stops_at_rmdir = stops_over_time = false;
}

static void
check_expected(void)
{
	reset();
	string_list_add(&expected, "a.sh");
	CHECK(gives("exit 1", "a.sh! inprogress\na.sh! xfail reason=exit status 1.\n"));
	string_list_clear(&expected);
	string_list_add(&expected, "a");
	CHECK(gives("exit 1", "a.sh! inprogress\na.sh! fail reason=exit status 1.\n"));
	string_list_clear(&expected);
}

/* Subtests that were requested are answered once, for any reports of the attempts. */
static void
check_subtests(void)
{
	reset();
	string_list_add(&choice.subtests, "a.sh::one");
	string_list_add(&choice.subtests, "a.sh::missing");
	script("a.sh", "printf '1..1\\nok 1 - one\\n'");
	start("a.sh");
	complete();
	CHECK(stream_lines_have(&lines,
	                        "a.sh::missing!? skip reason=its script no longer reports this "
	                        "test.") &&
	      !strstr(lines.text, "one!? skip") && strstr(lines.text, "a.sh::one? success"));
	stream_lines_clear(&lines);
}

static void
set_true(void *context)
{
	*(bool *)context = true;
}

/* A script that cannot be run fails in the next turn, once. */
static void
check_unstarted(void)
{
	reset();
	rules.retries = 2;
	start("gone.sh");
	CHECK(!over && stream_lines_are(&lines, "gone.sh! inprogress\n"));
	complete();
	CHECK(stream_lines_are(&lines, "gone.sh! fail reason=No such file or directory.\n"));
	CHECK(tmp_is_empty());
	rules.tmp_parent = "no-tmp";
	CHECK(gives("exit 0", "a.sh! inprogress\na.sh! fail reason=no private folder in no-tmp: No "
	                      "such file or directory.\n"));
	struct event_loop_timer now = {0};
	bool fired = false;
	start("gone.sh");
	attempts_free(attempts);
	event_loop_timer_start(supervisor.loop, &now, 0, set_true, &fired);
	while (!fired)
		event_loop_turn(supervisor.loop);
	CHECK_NAMED("one that was freed does not end", !over);
	stream_lines_clear(&lines);
}

static void
check_folders(void)
{
	reset();
	rules.keep_tmp = true;
	script("a.sh", "touch $TMPDIR/x; exit $STATUS");
	string_list_add(&environment, "STATUS=1");
	start("a.sh");
	complete();
	CHECK(strstr(lines.text, "fail reason=exit status 1|its folder tmp/") &&
	      strstr(lines.text, " is kept."));
	stream_lines_clear(&lines);
	CHECK(!tmp_is_empty() && system("rm -r tmp/*") == 0);
	CHECK(gives("touch $TMPDIR/x", "a.sh! inprogress\na.sh! success\n"));
	CHECK(tmp_is_empty());
	fault_arm("rmdir", EBUSY, 0, 9);
	script("a.sh", "touch $TMPDIR/x");
	start("a.sh");
	complete();
	CHECK_NAMED("a folder that stays fails the test",
	            fault_disarm() > 0 && end.status == SUBUNIT2_STATUS_FAIL &&
	                    strstr(lines.text, "fail reason=cannot remove tmp/") &&
	                    strstr(lines.text, ": Device or resource busy."));
	stream_lines_clear(&lines);
	CHECK(system("rm -rf tmp/*") == 0);
}

/* A process that goes on running must not meet the next attempt in its folder or FIFO. */
static void
check_leaks(void)
{
	reset();
	script("a.sh", "sleep 100 >/dev/null 2>&1 & echo $SUBUNIT2_OUTPUT >before");
	start("a.sh");
	complete();
	CHECK(strstr(lines.text, "a.sh! success +leaked reason=left running: s"));
	stream_lines_clear(&lines);
	CHECK(gives("[ $SUBUNIT2_OUTPUT != $(cat before) ]", "a.sh! inprogress\na.sh! success\n"));
	CHECK(gives("echo $SUBUNIT2_OUTPUT >before", "a.sh! inprogress\na.sh! success\n"));
	CHECK_NAMED(
		"without a leak both are used again",
		gives("[ $SUBUNIT2_OUTPUT = $(cat before) ]", "a.sh! inprogress\na.sh! success\n"));
}

static void
check_timeout(void)
{
	reset();
	rules.job.timeout_auto = true;
	choice.longest_ns = 2 * EVENT_LOOP_S;
	CHECK(gives("exit 0",
	            "a.sh! inprogress\n"
	            "a.sh! - timeout=20.00s; the longest known time is 2.00s|.\na.sh! success\n"));
	rules.job.timeout_auto = false;
	CHECK(gives("exit 0", "a.sh! inprogress\na.sh! success\n"));
	rules.job.timeout_auto = true;
	choice.longest_ns = -1;
	CHECK(gives("exit 0", "a.sh! inprogress\na.sh! success\n"));
}

/* Calls attempts_stop at the output of the first attempt. */
static void
stop_at_output(void *context, const struct subunit2_event *event)
{
	if (subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stdout")))
		attempts_stop(attempts, SIGTERM, false, *(bool *)context);
}

static void
stop_at_stderr(void *context, const struct subunit2_event *event)
{
	if (subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stderr")))
		attempts_stop(attempts, SIGTERM, true, *(bool *)context);
}

static void
kill_at_output(void *context, const struct subunit2_event *event)
{
	(void)context;
	if (subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stdout")))
		attempts_kill(attempts);
}

/* Stops while the report of an attempt is written. */
static void
stop_at_report(void *context, const struct subunit2_event *event)
{
	(void)context;
	if (subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("attempt-1")))
		attempts_stop(attempts, SIGINT, false, false);
}

static void
check_stops(void)
{
	static const char script_text[] = "echo ready; exec sleep 100";
	bool over_time = false;
	reset();
	lines.on_event = stop_at_output;
	lines.context = &over_time;
	CHECK(gives(script_text, "a.sh! inprogress\na.sh! - stdout=ready|\n"
	                         "a.sh! fail reason=interrupted by SIGTERM|died of SIGTERM.\n"));
	over_time = true;
	CHECK(gives(script_text,
	            "a.sh! inprogress\na.sh! - stdout=ready|\n"
	            "a.sh! fail reason=ended: the run took longer than --max-time|died of "
	            "SIGTERM.\n"));
	lines.on_event = kill_at_output;
	CHECK(gives(script_text, "a.sh! inprogress\na.sh! - stdout=ready|\n"
	                         "a.sh! fail reason=died of SIGKILL.\n"));
	rules.retries = 1;
	lines.on_event = stop_at_report;
	CHECK_NAMED(
		"no attempt starts after a stop while the report of another is written",
		gives("echo >>ran; exit 1",
	              "a.sh! inprogress\n" ATTEMPT("1", REASON("exit status 1")) "a.sh! fail "
	                                                                         "reason=exit "
	                                                                         "status 1.\n"));
	rules.retries = 0;
	rules.repeat = 3;
	CHECK(gives("echo >>ran",
	            "a.sh! inprogress\n" PASSED("1") "a.sh! fail reason=interrupted by "
	                                             "SIGINT|ran 1 of 3 times.\n"));
	CHECK(system("[ $(wc -l <ran) = 2 ]") == 0);
	lines.on_event = NULL;
}

static struct event_loop_watch ready;

static void
stop_when_ready(void *context)
{
	bool kills = *(bool *)context;
	event_loop_unwatch(supervisor.loop, &ready);
	if (kills)
		attempts_kill(attempts);
	else
		attempts_stop(attempts, SIGTERM, false, false);
}

/* A stop or a kill while attempts are allowed: no further one begins. */
static void
check_no_more(void)
{
	bool kills = false;
	reset();
	rules.retries = 5;
	for (int i = 0; i < 2; i++, kills = true) {
		unlink("ready");
		if (mkfifo("ready", 0600) < 0)
			exit(99);
		int fd = open("ready", O_RDWR | O_CLOEXEC);
		event_loop_watch(supervisor.loop, &ready, fd, stop_when_ready, &kills);
		CHECK(gives("echo >ready; exec sleep 100",
		            kills ? "a.sh! inprogress\na.sh! fail reason=died of SIGKILL.\n"
		                  : "a.sh! inprogress\na.sh! fail reason=interrupted by "
		                    "SIGTERM|died of SIGTERM.\n"));
		close(fd);
	}
}

/* Events that cannot be kept, or read back, fail the test. */
static void
check_lost_events(void)
{
	reset();
	rules.retries = 1;
	script("a.sh", "head -c 9000000 /dev/zero | tr '\\0' x");
	fault_arm("pread", EIO, 0, 1);
	start("a.sh");
	complete();
	CHECK(fault_disarm() == 1 && end.status == SUBUNIT2_STATUS_FAIL &&
	      strstr(lines.text, "fail reason=its output could not be read back: "));
	stream_lines_clear(&lines);
	rules.retries = 0;
	rules.repeat = 2;
	fault_arm("pwrite", ENOSPC, 0, 9);
	start("a.sh");
	complete();
	CHECK(fault_disarm() > 0 && end.status == SUBUNIT2_STATUS_FAIL &&
	      strstr(lines.text, "reason=interrupted by SIGTERM") &&
	      strstr(lines.text, "|its output could not be kept: "));
	stream_lines_clear(&lines);
}

/* Writes the packet of a status of a.sh to the file "remote". */
static void
answer(enum subunit2_status status)
{
	const struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("a.sh"), .status = status};
	char bytes[64];
	size_t len;
	if (subunit2_packet_encode(&event, bytes, sizeof(bytes), &len, NULL) != SUBUNIT2_E_OK)
		exit(99);
	FILE *file = fopen("remote", "w");
	fwrite(bytes, 1, len, file);
	fclose(file);
}

static bool
shell(const char *command)
{
	return system(command) == 0;
}

/* Scripts that run elsewhere: the executor writes its arguments, and answers with packets. */
static void
check_executor(void)
{
	struct executor executor = {0};
	reset();
	script("engine", "echo \"$1\" >>at; shift; echo \"$*\" >command; $BEFORE; cat remote");
	executor_parse(&executor, "sh engine {instance} {argv}", false);
	string_list_add(&instances.names, "first");
	string_list_add(&instances.names, "second");
	rules.executor = &executor;
	rules.elsewhere.cwd = "/there";
	rules.job.process.timeout_ns = rules.job.process.silence_ns = 60 * EVENT_LOOP_S;
	rules.retries = 1;
	answer(SUBUNIT2_STATUS_XFAIL);
	CHECK(gives("exit 1", "a.sh! inprogress\na.sh! xfail\n"));
	CHECK(shell("[ $(cat at) = second ] && grep -q 'wrap .*/there.*-- .*sh .*a.sh' command"));
	answer(SUBUNIT2_STATUS_INPROGRESS);
	unlink("at");
	start("a.sh");
	complete();
	CHECK(stream_lines_have(&lines,
	                        "a.sh! fail +infrastructure reason=the stream ended without "
	                        "the test's final status.") &&
	      strstr(lines.text, "attempt-1=FAIL  a.sh  [infrastructure]"));
	stream_lines_clear(&lines);
	CHECK_NAMED("another attempt is one elsewhere",
	            shell("[ \"$(echo $(cat at))\" = 'second first' ]"));
	answer(SUBUNIT2_STATUS_SUCCESS);
	rules.job.process.timeout_ns = rules.job.process.silence_ns = EVENT_LOOP_MS;
	string_list_add(&environment, "BEFORE=sleep 0.1");
	CHECK_NAMED("time limits apply there",
	            gives("exit 0", "a.sh! inprogress\na.sh! success\n"));
	script("engine", "sleep 100 >/dev/null 2>&1 & echo $! >pid; cat remote");
	CHECK_NAMED("processes that the executor leaves here go on",
	            gives("exit 0", "a.sh! inprogress\na.sh! success\n") &&
	                    shell("kill $(cat pid)"));
	executor_clear(&executor);
	executor_parse(&executor, "sh engine x{instance} {argv}", false);
	string_list_clear(&instances.names);
	string_list_add(&instances.names, "a b");
	start("a.sh");
	complete();
	CHECK(end.status == SUBUNIT2_STATUS_FAIL &&
	      strstr(lines.text, "a.sh! fail reason=--executor: cannot put {instance}"));
	stream_lines_clear(&lines);
	string_list_clear(&instances.names);
	executor_clear(&executor);
}

/* The client of an executor is ended by its input, and else by SIGTERM. */
static void
check_remote_stop(void)
{
	struct executor executor = {0};
	bool over_time = true;
	reset();
	executor_parse(&executor, "sh engine {argv}", false);
	rules.executor = &executor;
	rules.job.process.grace_ns = 500 * EVENT_LOOP_MS;
	script("engine", "echo ready >&2; exec sleep 100");
	lines.on_event = stop_at_stderr;
	lines.context = &over_time;
	start("a.sh");
	complete();
	lines.on_event = NULL;
	CHECK(end.status == SUBUNIT2_STATUS_FAIL && strstr(lines.text, "|died of SIGTERM."));
	stream_lines_clear(&lines);
	executor_clear(&executor);
}

int
main(void)
{
	char top[] = "/tmp/attempts-XXXXXX", command[64];
	if (!mkdtemp(top) || chdir(top) < 0 || mkdir("tmp", 0700) < 0 ||
	    !supervisor_begin(&supervisor, NULL, NULL, NULL))
		return 1;
	setenv("KEPT", "yes", 1);
	string_list_add_all(&environment, environ);
	supervisor_expect_many(&supervisor, NULL);
	place.cleaner = cleaner_new(supervisor.loop, NULL, NULL);
	stream_lines_open(&lines);
	check_one();
	check_environment();
	check_fifo();
	check_retries();
	check_repeat();
	check_stopped_repetitions();
	check_expected();
	check_subtests();
	check_unstarted();
	check_folders();
	check_leaks();
	check_timeout();
	check_stops();
	check_no_more();
	check_lost_events();
	check_executor();
	check_remote_stop();
	stream_lines_close(&lines);
	cleaner_free(place.cleaner);
	supervisor_end(&supervisor);
	string_list_clear(&environment);
	snprintf(command, sizeof(command), "rm -r %s", top);
	return system(command) != 0 ? 1 : check_done();
}
