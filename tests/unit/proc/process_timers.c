/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A process by the reports of its shim: the test is the shim, and time passes only while nothing
 * else happens. */
#include "check.h"
#include "count_fds.h"
#include "process.h"

#include "fault.h"
#include "still_clock.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define S EVENT_LOOP_S
#define MS EVENT_LOOP_MS

static struct supervisor supervisor;
static pid_t shim_pid = 5000001; /* above the pid of any process */

/* The shim: its end of the socket, the command's descriptors, and the orders. */
static struct {
	int socket, fds[3];
	bool parked;
	unsigned orders;
	enum shim_request request; /* of the last order */
	int signo;
	unsigned kills;
} shim;

/* The process, and what it has called. */
static struct {
	struct process *process;
	struct process_options options;
	unsigned over;
	struct process_result result; /* but for its strings */
	char leaked[128], survivors[128], output[64];
} heard;

int
ppoll(struct pollfd *polls, nfds_t count, const struct timespec *wait, const sigset_t *mask)
{
	(void)mask;
	int ready = poll(polls, count, 0);
	if (!ready && wait)
		now_ns += wait->tv_sec * S + wait->tv_nsec;
	return ready;
}

int
kill(pid_t pid, int signo)
{
	shim.kills += pid == shim_pid && signo == SIGKILL;
	return 0;
}

pid_t
shim_start(const struct shim_options *options, int *control)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		exit(99);
	*control = ends[0];
	shim.socket = ends[1];
	shim.parked = options->parked;
	for (int i = 0; i < 3; i++)
		shim.fds[i] = fcntl(options->job.spawn.fds[i], F_DUPFD_CLOEXEC, 3);
	return shim_pid;
}

void
shim_send_order(int control, enum shim_request request, int signo)
{
	(void)control;
	shim.orders++;
	shim.request = request;
	shim.signo = signo;
}

enum shim_received
shim_receive(int control, struct shim_report *report)
{
	ssize_t got = recv(control, report, sizeof(*report), MSG_DONTWAIT);
	return got > 0 ? SHIM_REPORT : got < 0 ? SHIM_SILENT : SHIM_CLOSED;
}

static void
on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	size_t len = strlen(heard.output);
	(void)context;
	snprintf(heard.output + len, sizeof(heard.output) - len, "%c%.*s",
	         stream == PROCESS_STDOUT ? 'o' : 'e', (int)bytes.len, bytes.data);
}

static void
copy_text(char to[128], const char *text)
{
	snprintf(to, 128, "%s", text ? text : "");
}

static void
on_over(void *context, const struct process_result *result)
{
	(void)context;
	heard.over++;
	heard.result = *result;
	copy_text(heard.leaked, result->leaked_names);
	copy_text(heard.survivors, result->survivors);
}

/* Starts a process with a leak timeout of 400 ms and a grace of 5 s, or with OPTIONS. */
static void
begin_with(struct process_options options)
{
	static const struct process_handler handler = {on_output, on_over};
	static char *const words[] = {(char *)"command", NULL};
	memset(&shim, 0, sizeof(shim));
	memset(&heard, 0, sizeof(heard));
	options.argv = words;
	options.envp = words + 1;
	if (!options.stdin_buffer)
		options.stdin_fd = -1;
	options.grace_ns = 5 * S;
	options.leak_ns = 400 * MS;
	heard.options = options;
	heard.process = process_start(&supervisor, &heard.options, &handler, NULL);
	if (!heard.process)
		exit(99);
}

static void
begin(void)
{
	begin_with((struct process_options){.leaked = PROCESS_KILL});
}

static void
close_outputs(void)
{
	for (int i = 0; i < 3; i++)
		if (shim.fds[i] >= 0)
			close(shim.fds[i]);
	memset(shim.fds, -1, sizeof(shim.fds));
}

static void
note_end(void *context)
{
	*(bool *)context = true;
}

/* Lets NS pass, with all that happens until then. */
static void
pass(int64_t ns)
{
	bool over = false;
	struct event_loop_timer limit = {0};
	event_loop_timer_start(supervisor.loop, &limit, now_ns + ns - 1, note_end, &over);
	while (!over)
		event_loop_turn(supervisor.loop);
}

static void
report_with(struct shim_report report)
{
	if (send(shim.socket, &report, sizeof(report), MSG_NOSIGNAL) < 0)
		exit(99);
}

static void
report(enum shim_report_kind kind)
{
	report_with((struct shim_report){.kind = kind, .status = 3 << 8});
	pass(1);
}

static void
report_process(enum shim_report_kind kind, pid_t pid, const char *name)
{
	struct shim_report process = {.kind = kind, .pid = pid};
	snprintf(process.name, sizeof(process.name), "%s", name);
	report_with(process);
	pass(1);
}

/* Ends the process, if it is not over, and frees it. */
static void
end(void)
{
	close_outputs();
	if (!heard.over) {
		report(SHIM_GONE);
		pass(S);
	}
	process_free(heard.process);
	shim_pool_reaped(&supervisor.pool, shim_pid);
	close(shim.socket);
}

static bool
has_order(unsigned number, enum shim_request request, int signo)
{
	bool same = shim.orders == number && shim.request == request && shim.signo == signo;
	if (!same)
		printf("# order %u: %d %d\n", shim.orders, (int)shim.request, shim.signo);
	return same;
}

static void
test_exit(void)
{
	int before = count_fds();
	begin();
	CHECK(!shim.parked);
	if (write(shim.fds[1], "1", 1) != 1)
		exit(99);
	report(SHIM_EXITED);
	close_outputs();
	pass(1);
	CHECK(!heard.over && strcmp(heard.output, "o1") == 0);
	report(SHIM_GONE);
	CHECK_NAMED("a process is over when its shim is",
	            heard.over == 1 && heard.result.exited && heard.result.status == 3 << 8);
	CHECK(!heard.result.leaked && !heard.result.lost && !heard.result.timed_out &&
	      !heard.result.failure.errnum && !*heard.leaked && !*heard.survivors);
	const struct shim_pool_worker *worker = supervisor.pool.workers;
	CHECK_NAMED("a shim that ends is not parked",
	            worker->leaving && !worker->parked && worker->control == -1);
	pass(100 * S);
	CHECK(heard.over == 1 && shim.orders == 0 && shim.kills == 0);
	end();
	CHECK(count_fds() == before && !supervisor.pool.workers);
}

/* The command has exited; processes of its tree may run. */
static void
test_leaks(void)
{
	begin();
	report(SHIM_EXITED);
	pass(400 * MS - 2);
	CHECK(shim.orders == 0);
	pass(2);
	CHECK_NAMED("after the leak timeout, the tree is killed", has_order(1, SHIM_KILL, 0));
	report_process(SHIM_LEAKED, 7, "one");
	report_process(SHIM_LEAKED, 0, "");
	report_process(SHIM_SURVIVOR, 7, "one");
	report_process(SHIM_SURVIVOR, 8, "two");
	close_outputs();
	pass(1);
	report(SHIM_GONE);
	CHECK_NAMED("leaks and survivors are named",
	            heard.over == 1 && heard.result.leaked &&
	                    strcmp(heard.leaked, "one (7), processes that come and go") == 0 &&
	                    strcmp(heard.survivors, "one (7), two (8)") == 0);
	end();
	begin_with((struct process_options){.leaked = PROCESS_KEEP});
	close_outputs();
	pass(1);
	report(SHIM_EXITED);
	pass(100 * MS - 2);
	CHECK(shim.orders == 0);
	pass(2);
	CHECK_NAMED("without output, after a quarter of it; a tree may stay",
	            has_order(1, SHIM_RELEASE, 0));
	report(SHIM_GONE);
	CHECK(heard.over == 1 && !heard.result.leaked);
	end();
	begin();
	report(SHIM_EXITED);
	pass(350 * MS);
	close_outputs();
	pass(50 * MS - 3);
	CHECK(shim.orders == 0);
	pass(3);
	CHECK_NAMED("the end of the output does not make it longer", has_order(1, SHIM_KILL, 0));
	end();
}

/* Starts a process that has a child. Returns when both are there. */
static pid_t
start_tree(void)
{
	int ends[2];
	char byte;
	if (pipe2(ends, O_CLOEXEC) < 0)
		exit(99);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0 && (fork() != 0 || write(ends[1], "x", 1) == 1))
		for (;;)
			pause();
	if (pid < 0 || read(ends[0], &byte, 1) != 1)
		exit(99);
	close(ends[0]);
	close(ends[1]);
	return pid;
}

/* The supervisor may not kill a tree that is kept, if it kills the orphans of another shim. */
static void
test_exempt(void)
{
	pid_t fake = shim_pid;
	shim_pid = start_tree();
	for (int keep = 0; keep < 2; keep++) {
		begin_with((struct process_options){.leaked = keep ? PROCESS_KEEP : PROCESS_KILL});
		report(SHIM_EXITED);
		pass(401 * MS);
		CHECK_NAMED("a tree that is kept is exempt from the end of orphans",
		            shim.orders == 1 && supervisor.exempt.count == (size_t)keep);
		end();
	}
	syscall(SYS_kill, supervisor.exempt.items[0].pid, SIGKILL);
	syscall(SYS_kill, shim_pid, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
	shim_pid = fake;
}

/* Another program holds the output. */
static void
test_held_output(void)
{
	begin();
	report(SHIM_EXITED);
	pass(100 * MS);
	report(SHIM_GONE);
	pass(300 * MS - 3);
	CHECK(!heard.over);
	pass(5);
	CHECK_NAMED("output is waited for until the leak timeout, and has leaked then",
	            heard.over == 1 && heard.result.leaked && shim.orders == 0);
	end();
	begin();
	report_with(
		(struct shim_report){.kind = SHIM_NOT_STARTED, .failure = {SPAWN_EXEC, ENOENT}});
	report(SHIM_GONE);
	CHECK(!heard.over);
	pass(400 * MS + 2);
	CHECK_NAMED("also if there was no command",
	            heard.over == 1 && heard.result.failure.errnum == ENOENT &&
	                    heard.result.failure.stage == SPAWN_EXEC && !heard.result.exited);
	end();
	begin();
	report(SHIM_EXITED);
	report(SHIM_GONE);
	process_end(heard.process, SIGTERM, false);
	pass(2);
	CHECK_NAMED("an ending ends that wait",
	            heard.over == 1 && shim.orders == 0 && heard.result.ended_by == 0);
	end();
}

static void
test_watchdog(void)
{
	begin();
	process_kill(heard.process);
	CHECK(has_order(1, SHIM_KILL, 0));
	pass(3 * S);
	CHECK(shim.kills == 0);
	pass(2);
	CHECK_NAMED("a shim that is late with a kill is killed", shim.kills == 1);
	end();
	begin();
	process_end(heard.process, SIGINT, false);
	process_end(heard.process, SIGTERM, false);
	CHECK_NAMED("only the first ending counts", has_order(1, SHIM_END, SIGINT));
	pass(8 * S);
	CHECK(shim.kills == 0);
	pass(2);
	CHECK_NAMED("as is one that is late with an end", shim.kills == 1);
	end();
	begin();
	process_kill(heard.process);
	shim_pool_reaped(&supervisor.pool, shim_pid);
	pass(4 * S);
	CHECK_NAMED("but not one that was reaped", shim.kills == 0);
	end();
	begin();
	process_kill(heard.process);
	report(SHIM_EXITED);
	close_outputs();
	report(SHIM_GONE);
	pass(4 * S);
	CHECK_NAMED("nor one that is done", heard.over == 1 && shim.kills == 0);
	end();
}

/* The socket is at its end without a last report. */
static void
test_lost(void)
{
	for (int reaped = 0; reaped < 2; reaped++) {
		begin();
		close(shim.socket);
		shim.socket = -1;
		if (reaped)
			shim_pool_reaped(&supervisor.pool, shim_pid);
		close_outputs();
		pass(2 * S - 40 * MS);
		CHECK_NAMED("orphans are looked for until the shim was reaped",
		            heard.over == (unsigned)reaped);
		pass(60 * MS);
		CHECK_NAMED("for two seconds", heard.over == 1 && heard.result.lost);
		pass(10 * S);
		CHECK(heard.over == 1 && shim.orders == 0);
		end();
	}
}

static void
test_ending(void)
{
	begin_with((struct process_options){.timeout_ns = 60 * S});
	pass(60 * S);
	CHECK(shim.orders == 0);
	pass(2);
	CHECK_NAMED("a timeout ends the process", has_order(1, SHIM_END, SIGTERM));
	process_end(heard.process, SIGINT, false);
	report(SHIM_EXITED);
	close_outputs();
	report(SHIM_GONE);
	CHECK(heard.over == 1 && heard.result.timed_out && !heard.result.silent &&
	      !heard.result.ended_by && shim.orders == 1);
	end();
	begin_with((struct process_options){.timeout_ns = 60 * S, .silence_ns = 50 * S});
	report(SHIM_EXITED);
	pass(300 * MS);
	close_outputs();
	report(SHIM_GONE);
	pass(100 * S);
	CHECK_NAMED("a process that has exited has no timeout",
	            heard.over == 1 && !heard.result.timed_out && shim.orders == 0);
	end();
	begin_with((struct process_options){.silence_ns = 60 * S});
	pass(40 * S);
	if (write(shim.fds[2], "x", 1) != 1)
		exit(99);
	pass(60 * S);
	CHECK(shim.orders == 0 && strcmp(heard.output, "ex") == 0);
	pass(2);
	CHECK_NAMED("so does silence", has_order(1, SHIM_END, SIGTERM));
	report(SHIM_EXITED);
	close_outputs();
	report(SHIM_GONE);
	CHECK(heard.over == 1 && heard.result.timed_out && heard.result.silent);
	end();
	begin();
	process_end(heard.process, SIGINT, true);
	CHECK_NAMED("a tree that has its signal gets no other", has_order(1, SHIM_END, 0));
	process_kill(heard.process);
	CHECK(has_order(2, SHIM_KILL, 0));
	end();
	begin();
	report(SHIM_EXITED);
	process_end(heard.process, SIGHUP, false);
	CHECK(has_order(1, SHIM_END, SIGHUP));
	pass(6 * S);
	CHECK_NAMED("after the exit, an ending takes the place of the leak timeout",
	            shim.orders == 1);
	end();
}

static void
test_remote_client(void)
{
	const struct process_options options = {.remote_client = true};
	begin_with(options);
	process_end(heard.process, SIGINT, true);
	pass(6 * S);
	CHECK(shim.orders == 0);
	pass(2);
	CHECK_NAMED("a client has the grace and a second to end with its input",
	            has_order(1, SHIM_END, SIGTERM));
	end();
	begin_with(options);
	process_end(heard.process, SIGINT, true);
	process_kill(heard.process);
	CHECK_NAMED("or until it is to be killed", has_order(1, SHIM_END, SIGTERM));
	process_kill(heard.process);
	CHECK(has_order(2, SHIM_KILL, 0));
	end();
	begin_with(options);
	process_end(heard.process, SIGINT, false);
	CHECK(has_order(1, SHIM_END, SIGINT));
	end();
	begin_with(options);
	report(SHIM_EXITED);
	process_end(heard.process, SIGINT, true);
	pass(5 * S);
	CHECK_NAMED("its leak timeout does not count then", shim.orders == 0 && !heard.over);
	end();
}

static void
test_parked(void)
{
	supervisor_expect_many(&supervisor, NULL);
	begin_with((struct process_options){.inherit = true});
	CHECK_NAMED("no shim is parked that keeps the session", !shim.parked);
	end();
	begin();
	report(SHIM_EXITED);
	close_outputs();
	report(SHIM_PARKED);
	CHECK(heard.over == 1 && shim.parked && supervisor.pool.workers->parked);
	process_free(heard.process);
	CHECK_NAMED("a parked shim outlives its process",
	            supervisor.pool.workers && supervisor.pool.workers->control >= 0);
	close(shim.socket);
	shim_pool_reaped(&supervisor.pool, shim_pid);
	CHECK(!supervisor.pool.workers);
}

int
main(void)
{
	if (!supervisor_begin(&supervisor, NULL, NULL, NULL))
		return 99;
	test_exit();
	test_leaks();
	test_exempt();
	test_held_output();
	test_watchdog();
	test_lost();
	test_ending();
	test_remote_client();
	test_parked();
	supervisor_end(&supervisor);
	return check_done();
}
