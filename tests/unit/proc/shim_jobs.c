/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The descriptors of a shim, its jobs one after the other, its end with that of the program, and
 * messages that cannot be sent. */
#include "check.h"
#include "count_fds.h"
#include "shim_run.h"

#define FDS_MAX 64
#define FLOOD 300000 /* bytes: more than a pipe holds */

pid_t
fork(void)
{
	static pid_t (*real)(void);
	return fault_find("fork", &real) ? -1 : real();
}

int
socketpair(int family, int type, int protocol, int ends[2])
{
	static int (*real)(int family, int type, int protocol, int ends[2]);
	return fault_find("socketpair", &real) ? -1 : real(family, type, protocol, ends);
}

ssize_t
send(int fd, const void *bytes, size_t len, int flags)
{
	static ssize_t (*real)(int fd, const void *bytes, size_t len, int flags);
	return fault_find("send", &real) ? -1 : real(fd, bytes, len, flags);
}

ssize_t
recv(int fd, void *bytes, size_t size, int flags)
{
	static ssize_t (*real)(int fd, void *bytes, size_t size, int flags);
	return fault_find("recv", &real) ? -1 : real(fd, bytes, size, flags);
}

static unsigned pauses;

int
nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)left;
	pauses += time->tv_sec == 0 && time->tv_nsec == EVENT_LOOP_MS;
	return 0;
}

/* The open descriptors of the shim from 3 on, but for its socket, as "4 5 7 ". */
static const char *
list_fds(void)
{
	static char list[FDS_MAX * 4];
	char path[64], target[64];
	list[0] = '\0';
	for (int fd = 3; fd < FDS_MAX; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)shim.pid, fd);
		ssize_t len = readlink(path, target, sizeof(target) - 1);
		target[len > 0 ? len : 0] = '\0';
		if (len > 0 && strncmp(target, "socket:", 7) != 0)
			snprintf(list + strlen(list), sizeof(list) - strlen(list), "%d ", fd);
	}
	return list;
}

static bool
is_null(int fd)
{
	char path[64], target[64] = "";
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)shim.pid, fd);
	return readlink(path, target, sizeof(target) - 1) == 9 && strcmp(target, "/dev/null") == 0;
}

static void
check_fds(const char *name, const int *fds, size_t count)
{
	char expected[FDS_MAX * 4] = "";
	for (int fd = 3; fd < FDS_MAX; fd++)
		for (size_t i = 0; i < count; i++)
			if (fds[i] == fd) {
				snprintf(expected + strlen(expected),
				         sizeof(expected) - strlen(expected), "%d ", fd);
				break;
			}
	if (!CHECK_NAMED(name, strcmp(list_fds(), expected) == 0 && is_null(0) && is_null(1) &&
	                               is_null(2)))
		printf("# %s, not %s\n", list_fds(), expected);
}

/* A shim that ends with its first job keeps what it needs, and one that is parked what its later
 * commands inherit as well. */
static void
test_fds(bool old_kernel)
{
	/* Others are open below, between and above those that are kept. */
	int low = dup(2), low_end[2], high[2];
	if (low < 0 || pipe(low_end) < 0)
		exit(99);
	struct jobserver server = {
		.read_fd = dup(2), .write_fd = dup(2), .keep_fds = {dup(2), dup(2)}};
	for (int parked = 0; parked < 2; parked++) {
		struct shim_options options = prepare("exec sleep 1000");
		if (pipe(high) < 0)
			exit(99);
		options.jobserver = &server;
		options.parked = parked;
		world->old_kernel = old_kernel;
		start(&options);
		world->old_kernel = false;
		const int keep[] = {shim.keepalive[0], shim.output,        shim.error,
		                    server.write_fd,   server.keep_fds[0], server.keep_fds[1]};
		check_fds(old_kernel ? "descriptors are closed one by one"
		                     : "a shim closes all other descriptors",
		          keep, parked ? 6 : 4);
		close(high[0]);
		close(high[1]);
		order(SHIM_KILL, 0);
		if (parked)
			close_control();
		finish();
	}
	close(low);
	close(low_end[0]);
	close(low_end[1]);
	close(server.read_fd);
	close(server.write_fd);
	close(server.keep_fds[0]);
	close(server.keep_fds[1]);
}

/* A kernel without close_range, and no /proc: nothing can be closed. */
static void
test_open_fds(void)
{
	struct shim_options options = prepare("exec sleep 1000");
	world->old_kernel = world->no_proc = true;
	start(&options);
	world->old_kernel = world->no_proc = false;
	close_keepalive();
	CHECK_NAMED("no shim holds its own keepalive pipe open",
	            finish() == 0 && shim.last[SHIM_EXITED].status == SIGTERM);
}

static void
test_ignored(void)
{
	signal(SIGPIPE, SIG_IGN);
	start_script("kill -PIPE $$; exit 4");
	signal(SIGPIPE, SIG_DFL);
	CHECK_NAMED("no signal is ignored in a command because this program ignores it",
	            finish() == 0 && shim.last[SHIM_EXITED].status == SIGPIPE);
}

static void
test_process(void)
{
	sigset_t mask, after;
	char path[64], name[32] = "";
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	int before = count_fds();
	struct shim_options options = prepare("exec sleep 1000");
	start(&options);
	sigprocmask(SIG_SETMASK, NULL, &after);
	CHECK_NAMED("a start leaves the mask of signals as it was",
	            sigismember(&after, SIGUSR2) == 1 && sigismember(&after, SIGTERM) == 0 &&
	                    sigismember(&after, SIGCHLD) == 0);
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)shim.pid);
	FILE *file = fopen(path, "r");
	CHECK_NAMED("a shim has a name and a session of its own",
	            file && fgets(name, sizeof(name), file) &&
	                    strcmp(name, "subunit2-shim\n") == 0 && getsid(shim.pid) == shim.pid);
	fclose(file);
	for (int signo = 1; signo <= SIGSYS && !getenv("CHECK_VALGRIND"); signo++)
		if (signo != SIGKILL && signo != SIGSTOP)
			kill(shim.pid, signo); /* valgrind dies of some */
	let_work();
	CHECK_NAMED("no signal but two ends or stops a shim", !is_done());
	close_keepalive();
	CHECK(finish() == 0 && count_fds() == before);
	sigemptyset(&mask);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

/* If this program is gone, the output of a command is dropped, so that it can clean up. The number
 * is printed by the child of the shell: until then it has the trap of the shell, and loses a TERM.
 */
static void
test_orphan(bool standard_error)
{
	struct shim_options options = prepare(
		standard_error ? "trap 'head -c 300000 /dev/zero >&2 && echo 7; exit 0' TERM;"
				 "sh -c 'echo 5; exec sleep 1000' & wait"
			       : "trap 'head -c 300000 /dev/zero && echo 7 >&2; exit 0' TERM;"
				 "sh -c 'echo 5 >&2; exec sleep 1000' & wait");
	int *read_here = standard_error ? &shim.output : &shim.error;
	int *dropped = standard_error ? &shim.error : &shim.output;
	options.job.output_fds[!standard_error] = -1;
	start(&options);
	int number = read_number(*read_here);
	check_fds("a shim may have one output only", (const int[]){shim.keepalive[0], *dropped}, 2);
	order(SHIM_STOP, 0);
	close(*dropped);
	*dropped = -1;
	close_control();
	CHECK_NAMED("a command without its program may write and end",
	            number == 5 && read_number(*read_here) == 7);
	CHECK(finish() == 0 && count_signals(SIGTERM) == 1 && count_signals(SIGCONT) == 2 &&
	      count_signals(SIGKILL) == 0);
}

static struct jobserver server;
static struct jobserver_loan *loan;
static int tokens; /* to read from */

/* Returns true if a token was given back. */
static bool
has_token(void)
{
	char token;
	return read(tokens, &token, 1) == 1 && token == 't';
}

static struct shim_options
prepare_with_token(const char *script)
{
	struct shim_options options = prepare(script);
	loan->token = 't';
	loan->keeper = 0;
	options.jobserver = &server;
	options.job.loan = loan;
	return options;
}

static void
test_tokens(void)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0 || !(loan = jobserver_loans_new(1)))
		exit(99);
	tokens = ends[0];
	server = (struct jobserver){-1, ends[1], {-1, -1}, 2};
	struct shim_options options = prepare_with_token("exit 0");
	start(&options);
	CHECK(finish() == 0 && loan->keeper == shim.pid);
	CHECK_NAMED("a shim gives no token back while this program can", !has_token());
	options = prepare_with_token("exec sleep 1000");
	start(&options);
	close_keepalive();
	finish();
	CHECK_NAMED("a shim without its program does", has_token() && !jobserver_is_lent(loan));
	for (int later = 0; later < 2; later++) {
		options = prepare_with_token("exit 0");
		options.parked = true;
		start(&options);
		await_report(SHIM_PARKED);
		bool early = has_token();
		close_control();
		CHECK(finish() == 0 && !early);
		CHECK_NAMED("also one that is parked", has_token() && !jobserver_is_lent(loan));
	}
	close(ends[0]);
	close(ends[1]);
	jobserver_loans_free(loan, 1);
}

/* Sends a parked shim its next job: the shell's SCRIPT; NULL: a command that does not exist. */
static void
send_job(const char *script)
{
	static char *const nothing[] = {(char *)"/nonexistent", NULL};
	struct shim_message job;
	int output = shim.output, error = shim.error;
	prepare_job(&job, script);
	if (!script)
		job.spawn.argv = nothing;
	job.loan = NULL;
	memset(shim.count, 0, sizeof(shim.count));
	if (!shim_message_send(shim.control, &job))
		exit(99);
	close_command_fds(&job);
	close(output);
	close(error);
}

static unsigned
count_blanks(const char *text)
{
	unsigned count = 0;
	for (; *text; text++)
		count += *text == ' ';
	return count;
}

static void
test_jobs(void)
{
	char parked_fds[FDS_MAX * 4], running_fds[FDS_MAX * 4];
	struct shim_options options = prepare("sleep 1000 >/dev/null 2>&1 & exit 3");
	options.parked = true;
	start(&options);
	await_report(SHIM_EXITED);
	order(SHIM_KILL, 0);
	await_report(SHIM_PARKED);
	CHECK(shim.last[SHIM_EXITED].status == 3 << 8 && shim.count[SHIM_LEAKED] == 1 &&
	      !shim.count[SHIM_GONE]);
	snprintf(parked_fds, sizeof(parked_fds), "%s", list_fds());
	send_job("echo 4; sleep 1000 & kill $$");
	CHECK(read_number(shim.output) == 4);
	await_report(SHIM_EXITED);
	let_work();
	CHECK_NAMED("the next job of a shim begins without a deadline", world->wait_ns == -1);
	snprintf(running_fds, sizeof(running_fds), "%s", list_fds());
	CHECK_NAMED("a job brings its outputs, and no other descriptor",
	            count_blanks(running_fds) == count_blanks(parked_fds) + 2);
	order(SHIM_KILL, 0);
	await_report(SHIM_PARKED);
	CHECK_NAMED("its leaks are its own",
	            shim.count[SHIM_LEAKED] == 1 && shim.last[SHIM_EXITED].status == SIGTERM);
	CHECK(strcmp(list_fds(), parked_fds) == 0);
	send_job(NULL);
	await_report(SHIM_PARKED);
	CHECK_NAMED("a command that cannot be started ends no shim",
	            shim.count[SHIM_NOT_STARTED] == 1 && strcmp(list_fds(), parked_fds) == 0);
	CHECK(is_null(0) && is_null(1) && is_null(2));
	send_job("exec sleep 1000");
	order(SHIM_END, SIGUSR1);
	await_report(SHIM_PARKED);
	CHECK_NAMED("later jobs obey orders", shim.last[SHIM_EXITED].status == SIGUSR1);
	send_job("exec sleep 1000");
	let_work();
	close_keepalive();
	CHECK_NAMED("a shim whose program ends during a later job waits for no other",
	            finish() == 0 && shim.count[SHIM_GONE] == 1 && !shim.count[SHIM_PARKED]);
}

static void
test_starts_that_fail(void)
{
	sigset_t after;
	int control = 77, before = count_fds();
	struct shim_options options = prepare("exit 0");
	int prepared = count_fds();
	fault_arm("socketpair", EMFILE, 0, 1);
	CHECK(shim_start(&options, &control) == -1 && errno == EMFILE && fault_disarm() == 1);
	fault_arm("fork", EAGAIN, 0, 1);
	CHECK(shim_start(&options, &control) == -1 && errno == EAGAIN && fault_disarm() == 1);
	sigprocmask(SIG_SETMASK, NULL, &after);
	CHECK_NAMED("a start that fails leaves nothing",
	            control == 77 && count_fds() == prepared && sigismember(&after, SIGTERM) == 0);
	close_command_fds(&options.job);
	int fds[] = {shim.output, shim.error, shim.keepalive[0], shim.keepalive[1]};
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	CHECK(count_fds() == before);
}

/* Sends an order while TIMES calls fail. Returns true if it arrives. */
static bool
arrives(const int ends[2], int errnum, unsigned times)
{
	char bytes[64];
	pauses = 0;
	fault_arm("send", errnum, 0, times);
	shim_send_order(ends[0], SHIM_KILL, 0);
	return fault_disarm() == times &&
	       recv(ends[1], bytes, sizeof(bytes), MSG_DONTWAIT) == 2 * (ssize_t)sizeof(int);
}

static void
test_messages(void)
{
	struct shim_report report = {.kind = SHIM_EXITED, .status = 5}, got;
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		exit(99);
	CHECK(arrives(ends, 0, 0) && pauses == 0);
	CHECK_NAMED("a message is sent again after a pause if the kernel has no memory",
	            arrives(ends, ENOMEM, 1) && pauses == 1 && arrives(ends, ENOBUFS, 99) &&
	                    pauses == 99);
	CHECK_NAMED("up to a limit", !arrives(ends, ENOBUFS, 100) && pauses == 100);
	CHECK_NAMED("at once after a signal", arrives(ends, EINTR, 3) && pauses == 0);
	CHECK_NAMED("not at all to a full queue", !arrives(ends, EAGAIN, 1) && pauses == 0);

	CHECK(shim_receive(ends[1], &got) == SHIM_SILENT);
	send(ends[0], &report, sizeof(report), 0);
	fault_arm("recv", EINTR, 0, 2);
	CHECK(shim_receive(ends[1], &got) == SHIM_REPORT && fault_disarm() == 2 && got.status == 5);
	send(ends[0], &report, sizeof(report), 0);
	fault_arm("recv", ECONNRESET, 0, 1);
	CHECK(shim_receive(ends[1], &got) == SHIM_REPORT && fault_disarm() == 1);
	fault_arm("recv", EIO, 0, 1);
	CHECK(shim_receive(ends[1], &got) == SHIM_CLOSED && fault_disarm() == 1);
	send(ends[0], &report, sizeof(report) - 1, 0);
	CHECK_NAMED("a report that is cut is no report",
	            shim_receive(ends[1], &got) == SHIM_CLOSED);
	close(ends[0]);
	CHECK(shim_receive(ends[1], &got) == SHIM_CLOSED);
	close(ends[1]);
}

int
main(void)
{
	begin_world();
	test_starts_that_fail();
	test_messages();
	test_ignored();
	test_process();
	test_open_fds();
	test_fds(false);
	test_fds(true);
	test_orphan(false);
	test_orphan(true);
	test_tokens();
	test_jobs();
	return check_done();
}
