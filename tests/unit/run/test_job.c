/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A job: its output as events, the lines that it waits for, its limits, and how it ends. */
#include "test_job.h"
#include "check.h"
#include "fault.h"
#include "stream_lines.h"

#include "pty.h"
#include "regex.h"
#include "tty_proxy.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct supervisor supervisor;
static struct job_options options;
static struct stream_lines lines;
static struct test_job *job;
static struct test_job_end end;
static char reason[256], copied[256];
static bool over, had_result;
static const char *argv[4] = {"/bin/sh", "-c", NULL, NULL};

/* In place of libc's functions: fail if the test asks for it. */
int
pipe2(int fds[2], int flags)
{
	return fault_hits("pipe2") ? -1 : (int)syscall(SYS_pipe2, fds, flags);
}

ssize_t
read(int fd, void *bytes, size_t len)
{
	bool fifo = options.fifo && fd == options.fifo->read_fd;
	return fifo && fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, len);
}

static void
reset(void)
{
	options = (struct job_options){
		.process = {.argv = (char *const *)argv,
	                    .envp = environ,
	                    .stdin_fd = -1,
	                    .grace_ns = 10 * EVENT_LOOP_S,
	                    .leak_ns = 20 * EVENT_LOOP_MS,
	                    .leaked = PROCESS_KILL},
		.id = SUBUNIT2_LITERAL("t"),
		.rules = {.skip_exit = 77},
	};
	copied[0] = '\0';
	lines.result = SUBUNIT2_E_OK;
	stream_lines_clear(&lines);
}

static void
on_over(void *context, const struct test_job_end *ended)
{
	(void)context;
	end = *ended;
	had_result = ended->result != NULL;
	snprintf(reason, sizeof(reason), "%s", ended->outcome.reason ? ended->outcome.reason : "");
	over = true;
	test_job_free(job);
	job = NULL;
}

static void
start(const char *script)
{
	argv[2] = script;
	over = false;
	job = test_job_start(&supervisor, &options, &lines.sink, on_over, NULL);
}

static void
complete(void)
{
	while (!over)
		event_loop_turn(supervisor.loop);
}

/* Runs SCRIPT. Returns true if it ends with STATUS for the reason WHY, after the events EVENTS. */
static bool
gives(const char *script, enum subunit2_status status, const char *why, const char *events)
{
	start(script);
	complete();
	bool good = end.outcome.status == status && strcmp(reason, why) == 0;
	if (!good)
		printf("# %s: %s\n", subunit2_status_name(end.outcome.status), reason);
	return stream_lines_are(&lines, events) && good;
}

static void
check_ends(void)
{
	reset();
	CHECK(gives("echo a; exit 3", SUBUNIT2_STATUS_FAIL, "exit status 3", "t! - stdout=a|\n"));
	CHECK(!end.matched && had_result);
	CHECK(gives("echo a >&2; exit 0", SUBUNIT2_STATUS_SUCCESS, "", "t! - stderr=a|\n"));
	start("exit 0");
	CHECK_NAMED("the end comes after the start", !over);
	complete();
	test_job_stop(NULL, SIGTERM, false);
	test_job_kill(NULL);
	test_job_free(NULL);
	fault_arm("pipe2", EMFILE, 0, 9);
	start("exit 0");
	CHECK(fault_disarm() > 0 && !over);
	test_job_stop(job, SIGTERM, false);
	test_job_kill(job);
	complete();
	CHECK(!had_result && end.outcome.status == SUBUNIT2_STATUS_FAIL && !end.matched &&
	      strcmp(reason, "cannot be started: Too many open files") == 0);
}

static void
check_until(void)
{
	char why[REGEX_REASON_SIZE];
	reset();
	options.until = regex_new("^ready", why);
	CHECK(gives("echo ready; exec sleep 100", SUBUNIT2_STATUS_SUCCESS, "",
	            "t! - stdout=ready|\n"));
	CHECK(end.matched);
	CHECK(gives("echo ready >&2; exec sleep 100", SUBUNIT2_STATUS_SUCCESS, "",
	            "t! - stderr=ready|\n"));
	CHECK_NAMED("a prompt is seen before its line ends",
	            gives("printf ready; exec sleep 100", SUBUNIT2_STATUS_SUCCESS, "",
	                  "t! - stdout=ready\n") &&
	                    end.matched);
	CHECK_NAMED("the last line needs no newline",
	            gives("printf ready", SUBUNIT2_STATUS_SUCCESS, "", "t! - stdout=ready\n") &&
	                    end.matched);
	CHECK(gives("echo not ready", SUBUNIT2_STATUS_FAIL,
	            "ended without the output that was waited for", "t! - stdout=not ready|\n"));
	CHECK(!end.matched);
	CHECK(gives("exec 2>/dev/null; trap 'echo ready; exit 5' TERM; echo ready; while :; do "
	            "sleep 0.01; done",
	            SUBUNIT2_STATUS_SUCCESS, "", "t! - stdout=ready|ready|\n"));
	regex_free(options.until);
}

static void
check_limit(void)
{
	reset();
	options.max_output = options.rules.max_output = 6;
	CHECK(gives("printf 'a\\nb\\nc\\n'", SUBUNIT2_STATUS_SUCCESS, "", "t! - stdout=a|b|c|\n"));
	CHECK(gives("echo aa; echo bbb; exec sleep 100", SUBUNIT2_STATUS_FAIL,
	            "wrote more than 6 bytes\ndied of SIGTERM", "t! - stdout=aa|bbb\n"));
	CHECK_NAMED("nothing after the limit is kept",
	            gives("exec 2>/dev/null; trap 'echo end; exit 0' TERM; echo aa; echo bbb; "
	                  "while :; do sleep "
	                  "0.01; done",
	                  SUBUNIT2_STATUS_FAIL, "wrote more than 6 bytes", "t! - stdout=aa|bbb\n"));
	CHECK_NAMED("both streams count",
	            gives("trap '' TERM; printf aaa >&2; printf bbbb", SUBUNIT2_STATUS_FAIL,
	                  "wrote more than 6 bytes", "t! - stderr=aaa\nt! - stdout=bbb\n"));
}

static void
on_copy(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	size_t len = strlen(copied);
	(void)stream;
	snprintf(copied + len, sizeof(copied) - len, "%.*s", (int)bytes.len, bytes.data);
	CHECK(context == &options);
}

/* A sink that takes no more ends the command, whose output is still copied. */
static void
check_broken(void)
{
	reset();
	options.copy = on_copy;
	options.copy_context = &options;
	lines.result = SUBUNIT2_E_STOP;
	CHECK(gives("exec 2>/dev/null; trap 'echo b; exit 0' TERM; echo a; while :; do sleep 0.01; "
	            "done",
	            SUBUNIT2_STATUS_FAIL, "interrupted by SIGTERM", "t! - stdout=a|\n"));
	CHECK(strcmp(copied, "a\nb\n") == 0);
	CHECK_NAMED("also at a line that does not end",
	            gives("printf a; exec sleep 100", SUBUNIT2_STATUS_FAIL,
	                  "interrupted by SIGTERM\ndied of SIGTERM", "t! - stdout=a\n"));
	start("printf a");
	complete();
	CHECK_NAMED("a command whose last output is lost has not passed",
	            end.outcome.status == SUBUNIT2_STATUS_FAIL);
	options.rules.expect_fail = true;
	start("printf a; exit 1");
	complete();
	CHECK(end.outcome.status == SUBUNIT2_STATUS_FAIL);
	options.rules.expect_fail = false;
	lines.result = SUBUNIT2_E_OK;
	stream_lines_clear(&lines);
	copied[0] = '\0';
	options.max_output = 1;
	gives("printf abc", SUBUNIT2_STATUS_FAIL, "wrote more than 0 bytes", "t! - stdout=a\n");
	CHECK_NAMED("copied output has no limit", strcmp(copied, "abc") == 0);
}

/* Packets that a command writes to its FIFO. */
static void
check_fifo(void)
{
	const struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("x"),
	                                     .status = SUBUNIT2_STATUS_SUCCESS};
	struct packet_fifo fifo = {0};
	char bytes[64];
	size_t len;
	reset();
	if (!packet_fifo_make(&fifo, ".") ||
	    subunit2_packet_encode(&event, bytes, sizeof(bytes), &len, NULL) != SUBUNIT2_E_OK)
		exit(99);
	FILE *file = fopen("packet", "w");
	fwrite(bytes, 1, len, file);
	fclose(file);
	setenv("FIFO", fifo.path, 1);
	options.fifo = &fifo;
	options.process.envp = environ;
	CHECK(gives("cat packet >$FIFO", SUBUNIT2_STATUS_SUCCESS, "", "x!? success\n"));
	CHECK_NAMED("packets come before a line that was written after them",
	            gives("cat packet >$FIFO; echo a", SUBUNIT2_STATUS_SUCCESS, "",
	                  "x!? success\nt! - stdout=a|\n"));
	start("until [ -e go ]; do sleep 0.01; done");
	if (write(fifo.write_fd, bytes, len) != (ssize_t)len)
		exit(98);
	while (!lines.len)
		event_loop_turn(supervisor.loop);
	CHECK_NAMED("a packet is read while its command runs", !over);
	fclose(fopen("go", "w"));
	complete();
	CHECK(stream_lines_are(&lines, "x!? success\n"));
	fault_arm("read", EINTR, 0, 2);
	CHECK(gives("cat packet >$FIFO", SUBUNIT2_STATUS_SUCCESS, "", "x!? success\n") &&
	      fault_disarm() == 2);
	options.max_output = options.rules.max_output = 5;
	start("cat packet >$FIFO; exec sleep 100");
	complete();
	CHECK_NAMED("packets count as output",
	            strncmp(reason, "wrote more than 5 bytes\ndied of SIGTERM", 39) == 0 &&
	                    !strstr(lines.text, "success"));
	packet_fifo_remove(&fifo);
}

/* The standard input of the jobs of one place. */
static void
check_inputs(void)
{
	struct tty_proxy *proxy = (struct tty_proxy *)&options; /* is only compared */
	char byte;
	reset();
	CHECK(!test_job_new_stdin_buffer(&options, supervisor.loop, "."));
	for (int i = 0; i < 4; i++) {
		options.stdin_stream = i & 1;
		options.process.pty = i == 0 || i > 1 ? &options.pty : NULL;
		options.proxy = i == 2 ? proxy : NULL;
		struct stdin_buffer *buffer =
			test_job_new_stdin_buffer(&options, supervisor.loop, ".");
		int fd = stdin_buffer_open(buffer);
		fcntl(fd, F_SETFL, O_NONBLOCK);
		bool ended = read(fd, &byte, 1) == 0;
		CHECK_NAMED("a terminal without a user has no input", ended == (i == 0));
		close(fd);
		stdin_buffer_free(buffer);
	}
}

/* A command that has the user's terminal. */
static void
check_terminal(void)
{
	struct pty_options user_options = {0};
	int user[2], saved = dup(STDIN_FILENO);
	char got[64] = "";
	reset();
	if (!pty_open(&user_options, user) || dup2(user[1], STDIN_FILENO) < 0)
		exit(99);
	options.proxy = tty_proxy_new();
	if (!options.proxy)
		exit(97);
	options.pty = tty_proxy_pty(options.proxy);
	options.process.pty = &options.pty;
	options.process.stdin_buffer = test_job_new_stdin_buffer(&options, supervisor.loop, ".");
	start("read line; echo got $line; exit 4");
	CHECK(supervisor.terminal.context == options.proxy);
	if (write(user[0], "typed\n", 6) != 6)
		exit(96);
	complete();
	CHECK(!supervisor.terminal.resized && strcmp(reason, "exit status 4") == 0 &&
	      strstr(lines.text, "got typed"));
	fcntl(user[0], F_SETFL, O_NONBLOCK);
	CHECK(read(user[0], got, sizeof(got) - 1) > 0 && strstr(got, "got typed"));
	tty_proxy_free(options.proxy);
	stdin_buffer_free(options.process.stdin_buffer);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(user[0]);
	close(user[1]);
}

int
main(void)
{
	char top[] = "/tmp/test_job-XXXXXX", command[64];
	if (!mkdtemp(top) || chdir(top) < 0 || !supervisor_begin(&supervisor, NULL, NULL, NULL))
		return 1;
	supervisor_expect_many(&supervisor, NULL);
	stream_lines_open(&lines);
	check_ends();
	check_until();
	check_limit();
	check_broken();
	check_fifo();
	check_inputs();
	check_terminal();
	stream_lines_close(&lines);
	supervisor_end(&supervisor);
	snprintf(command, sizeof(command), "rm -r %s", top);
	return system(command) != 0 ? 1 : check_done();
}
