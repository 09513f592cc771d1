/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* System calls that fail: each failure is reported with its errno, and no descriptor stays open. */
#include "check.h"
#include "count_fds.h"
#include "process_run.h"

#include "fault.h"
#include "jobserver.h"
#include "pty.h"
#include "rlimits.h"
#include "shell.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>

/* A function of libc that fails when it is armed, or returns what libc's does. */
#define FAILING(type, name, parameters, arguments)                                                 \
	type name parameters                                                                       \
	{                                                                                          \
		static type(*real) parameters;                                                     \
		return fault_find(#name, &real) ? (type)-1 : real arguments;                       \
	}

FAILING(int, posix_openpt, (int flags), (flags))
FAILING(int, grantpt, (int fd), (fd))
FAILING(int, unlockpt, (int fd), (fd))
FAILING(int, tcgetattr, (int fd, struct termios *modes), (fd, modes))
FAILING(int, tcsetattr, (int fd, int when, const struct termios *modes), (fd, when, modes))
FAILING(int, pipe2, (int fds[2], int flags), (fds, flags))
FAILING(int, socketpair, (int family, int type, int protocol, int ends[2]),
        (family, type, protocol, ends))
FAILING(pid_t, fork, (void), ())
FAILING(pid_t, waitpid, (pid_t pid, int *status, int options), (pid, status, options))
FAILING(ssize_t, send, (int fd, const void *bytes, size_t len, int flags), (fd, bytes, len, flags))
FAILING(ssize_t, recv, (int fd, void *bytes, size_t size, int flags), (fd, bytes, size, flags))
FAILING(ssize_t, pread, (int fd, void *bytes, size_t size, off_t at), (fd, bytes, size, at))
FAILING(ssize_t, pwrite, (int fd, const void *bytes, size_t len, off_t at), (fd, bytes, len, at))
FAILING(int, ftruncate, (int fd, off_t len), (fd, len))
FAILING(void *, mmap, (void *start, size_t len, int protection, int flags, int fd, off_t offset),
        (start, len, protection, flags, fd, offset))

ssize_t
read(int fd, void *bytes, size_t size)
{
	return fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, size);
}

ssize_t
write(int fd, const void *bytes, size_t len)
{
	return fault_hits("write") ? -1 : syscall(SYS_write, fd, bytes, len);
}

int
ptsname_r(int fd, char *path, size_t size)
{
	static int (*real)(int fd, char *path, size_t size);
	return fault_find("ptsname_r", &real) ? errno : real(fd, path, size);
}

int
posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files,
            const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	static int (*real)(pid_t * pid, const char *path, const posix_spawn_file_actions_t *files,
	                   const posix_spawnattr_t *attributes, char *const argv[],
	                   char *const envp[]);
	return fault_find("posix_spawn", &real) ? errno
	                                        : real(pid, path, files, attributes, argv, envp);
}

int
open(const char *path, int flags, ...)
{
	va_list values;
	va_start(values, flags);
	mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(values, mode_t) : 0;
	va_end(values);
	return fault_hits("open") ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int
fcntl(int fd, int command, ...)
{
	va_list values;
	va_start(values, command);
	void *value = va_arg(values, void *);
	va_end(values);
	return fault_hits(command == F_SETFD           ? "F_SETFD"
	                  : command == F_SETFL         ? "F_SETFL"
	                  : command == F_DUPFD_CLOEXEC ? "F_DUPFD"
	                                               : "fcntl")
	               ? -1
	               : (int)syscall(SYS_fcntl, fd, command, value);
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list values;
	va_start(values, request);
	void *value = va_arg(values, void *);
	va_end(values);
	return fault_hits("ioctl") ? -1 : (int)syscall(SYS_ioctl, fd, request, value);
}

FAILING(int, poll, (struct pollfd * fds, nfds_t count, int timeout_ms), (fds, count, timeout_ms))
FAILING(int, getrlimit, (__rlimit_resource_t resource, struct rlimit *limit), (resource, limit))
FAILING(int, epoll_create1, (int flags), (flags))

static void
check_limits(void)
{
	unsigned long needed, limit;
	int before = count_fds();
	fault_arm("getrlimit", EPERM, 0, 1);
	CHECK(!rlimits_raise(1) && fault_disarm() == 1);
	fault_arm("getrlimit", EPERM, 0, 1);
	rlimits_raise_all();
	CHECK(fault_disarm() == 1);
	fault_arm("getrlimit", EPERM, 0, 1);
	limit = 7;
	CHECK(rlimits_make_room(1, &needed, &limit) && limit == 0 && fault_disarm() == 1);
	fault_arm("epoll_create1", EMFILE, 0, 1);
	CHECK(!event_loop_new() && errno == EMFILE && fault_disarm() == 1);
	event_loop_free(NULL);
	CHECK(count_fds() == before);
}

static void
check_pty(void)
{
	static const char *const calls[] = {"posix_openpt", "grantpt",   "unlockpt",  "ptsname_r",
	                                    "open",         "tcgetattr", "tcsetattr", "ioctl",
	                                    "F_SETFD",      "F_SETFL"};
	const struct pty_options options = {.size = {.ws_row = 10, .ws_col = 20}};
	int other = dup(STDIN_FILENO), before = count_fds();
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		int ends[3] = {7, 7, other};
		fault_arm(calls[i], EIO, 0, 1);
		bool opened = pty_open(&options, ends);
		int errnum = errno;
		CHECK_NAMED(calls[i], fault_disarm() == 1 && !opened && errnum == EIO &&
		                              ends[0] == -1 && ends[1] == -1 &&
		                              count_fds() == before);
	}
	close(other);
}

/* Returns true if shell_read of COMMAND returns -1 with ERRNUM when CALL fails. */
static bool
shell_fails(const char *command, const char *call, int errnum)
{
	char *output;
	int signo, before = count_fds();
	fault_arm(call, errnum, 0, 1);
	int status = shell_read(command, &output, &signo);
	int got = errno;
	free(output);
	return fault_disarm() == 1 && status == -1 && got == errnum && signo == 0 &&
	       count_fds() == before;
}

static void
check_shell(void)
{
	char *output;
	int signo, status, before;
	free(shell_read("", &output, &signo) == 0 ? output : NULL); /* opens the pipe of signals */
	before = count_fds();
	CHECK(shell_fails("exit 3", "posix_spawn", EAGAIN));
	CHECK(shell_fails("exit 3", "pipe2", ENFILE));
	CHECK(shell_fails("exit 3", "waitpid", ECHILD));
	fault_arm("posix_spawn", EAGAIN, 0, 1);
	CHECK(shell_run("exit 3") == -1 && errno == EAGAIN && fault_disarm() == 1);
	fault_arm("waitpid", ECHILD, 0, 1);
	CHECK(shell_run("exit 3") == -1 && errno == ECHILD && fault_disarm() == 1);
	fault_arm("waitpid", EINTR, 0, 3);
	status = shell_run("exit 3");
	CHECK_NAMED("a wait that is interrupted goes on", fault_disarm() == 3 && status == 3 << 8);
	for (int errnum = 0; errnum < 2; errnum++) {
		/* The first read is that of the output, or of signals, which ends at once. */
		fault_arm("read", errnum ? EINTR : EIO, 0, errnum ? 2 : 1);
		status = shell_read("echo out; exec >&-; exit 3", &output, &signo);
		unsigned failed = fault_disarm();
		CHECK_NAMED(errnum ? "a read that is interrupted goes on"
		                   : "a read that fails does not end the command",
		            failed > 0 && status == 3 << 8 && signo == 0 &&
		                    (!errnum || strcmp(output, "out\n") == 0));
		free(output);
	}
	bool good = true;
	unsigned failed;
	do {
		fault_arm("poll", EINTR, 0, 1);
		status = shell_read("echo out; exit 3", &output, &signo);
		failed = fault_disarm();
		good = good && status == 3 << 8 && strcmp(output, "out\n") == 0;
		free(output);
	} while (!failed); /* if the command has ended before the first wait */
	CHECK_NAMED("so does a wait for output", good);
	CHECK(count_fds() == before);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static void
check_jobserver(void)
{
	char folder[] = "/tmp/subunit2-jobserver-XXXXXX", path[64], flags[128];
	struct jobserver server;
	struct jobserver_loan *loan = jobserver_loans_new(1);
	if (!loan || !mkdtemp(folder))
		exit(99);
	snprintf(path, sizeof(path), "%s/fifo", folder);
	snprintf(flags, sizeof(flags), "-j2 --jobserver-auth=fifo:%s", path);
	if (mkfifo(path, 0600) < 0)
		exit(99);
	int fifo = open(path, O_RDWR | O_CLOEXEC), before = count_fds();
	for (unsigned skip = 0; skip < 2; skip++) {
		fault_arm("open", EMFILE, skip, 1);
		CHECK(jobserver_open(&server, flags) == JOBSERVER_FAILED && errno == EMFILE);
		CHECK(fault_disarm() == 1 && server.read_fd == -1 && server.write_fd == -1 &&
		      count_fds() == before);
	}
	int ends[2];
	char pipe_flags[64];
	if (pipe2(ends, O_CLOEXEC) < 0)
		exit(99);
	snprintf(pipe_flags, sizeof(pipe_flags), "--jobserver-auth=%d,%d", ends[0], ends[1]);
	fault_arm("open", EMFILE, 0, 1);
	CHECK(jobserver_open(&server, pipe_flags) == JOBSERVER_FAILED && errno == EMFILE &&
	      fault_disarm() == 1 && server.keep_fds[0] == -1 && server.keep_fds[1] == -1);
	close(ends[0]);
	close(ends[1]);
	CHECK(jobserver_open(&server, flags) == JOBSERVER_USABLE && write(fifo, "t", 1) == 1);
	fault_arm("read", EINTR, 0, 2);
	CHECK(jobserver_take(&server, loan) && loan->token == 't' && fault_disarm() == 2);
	fault_arm("write", EINTR, 0, 2);
	jobserver_give(&server, loan);
	CHECK(fault_disarm() == 2 && jobserver_take(&server, loan));
	fault_arm("read", EIO, 0, 1);
	CHECK(!jobserver_take(&server, loan) && fault_disarm() == 1);
	jobserver_give(&server, loan);
	CHECK(jobserver_take(&server, loan));
	fault_arm("write", EPIPE, 0, 1);
	jobserver_give(&server, loan);
	CHECK_NAMED("a token that cannot be given back is not lent any more",
	            fault_disarm() == 1 && !jobserver_is_lent(loan));
	jobserver_close(&server);
	jobserver_loans_free(loan, 1);
	jobserver_loans_free(NULL, 1);
	fault_arm("mmap", ENOMEM, 0, 1);
	CHECK(!jobserver_loans_new(1) && fault_disarm() == 1);
	close(fifo);
	unlink(path);
	rmdir(folder);
}

/* A buffer with a command that runs, and the end of its pipe. */
static struct stdin_buffer *
open_buffer(int *fd)
{
	struct stdin_buffer *buffer = stdin_buffer_new(supervisor.loop, "/tmp");
	*fd = stdin_buffer_open(buffer);
	fcntl(*fd, F_SETFL, O_NONBLOCK);
	return buffer;
}

static void
close_buffer(struct stdin_buffer *buffer, int fd)
{
	close(fd);
	stdin_buffer_close(buffer);
	stdin_buffer_free(buffer);
}

static void
do_nothing(void *context)
{
	(void)context;
}

/* Reads from FD until nothing can be read. Returns the number of bytes; *ENDED, if the end came. */
static size_t
read_all(struct stdin_buffer *buffer, int fd, bool *ended)
{
	static char piece[1 << 16];
	size_t all = 0;
	*ended = false;
	for (int idle = 0; idle < 2;) {
		ssize_t got = read(fd, piece, sizeof(piece));
		*ended = got == 0;
		if (got == 0)
			break;
		idle = got < 0 ? idle + 1 : 0;
		all += got > 0 ? (size_t)got : 0;
		stdin_buffer_put(buffer, (struct subunit2_view){"", 0});
		struct event_loop_timer now = {0};
		event_loop_timer_start(supervisor.loop, &now, 0, do_nothing, NULL);
		event_loop_turn(supervisor.loop);
	}
	return all;
}

#define FLOOD 200000 /* bytes: more than a pipe holds */

static void
check_input(void)
{
	static const char flood[FLOOD];
	const struct subunit2_view bytes = {flood, FLOOD};
	bool ended;
	int fd, before = count_fds();
	struct stdin_buffer *buffer = stdin_buffer_new(supervisor.loop, "/tmp");
	fault_arm("pipe2", EMFILE, 0, 1);
	CHECK(stdin_buffer_open(buffer) == -1 && errno == EMFILE && fault_disarm() == 1);
	fault_arm("F_DUPFD", EMFILE, 0, 1);
	CHECK(!stdin_buffer_open_terminal(buffer, 0) && errno == EMFILE && fault_disarm() == 1);
	CHECK(!stdin_buffer_is_open(buffer));
	stdin_buffer_free(buffer);
	stdin_buffer_free(NULL);

	buffer = open_buffer(&fd);
	fault_arm("write", EINTR, 0, 2);
	CHECK(stdin_buffer_put(buffer, subunit2_view_of("abc")) && fault_disarm() == 2);
	fault_arm("pwrite", EINTR, 0, 2);
	CHECK(stdin_buffer_put(buffer, bytes) && fault_disarm() == 2);
	fault_arm("pread", EINTR, 0, 1);
	CHECK_NAMED("calls that are interrupted lose nothing",
	            read_all(buffer, fd, &ended) == FLOOD + 3 && fault_disarm() == 1 && !ended);
	close_buffer(buffer, fd);

	buffer = open_buffer(&fd);
	fault_arm("pwrite", ENOSPC, 0, 1);
	CHECK(!stdin_buffer_put(buffer, bytes) && errno == ENOSPC && fault_disarm() == 1);
	CHECK_NAMED("bytes after those that were lost are dropped",
	            stdin_buffer_put(buffer, subunit2_view_of("more")) &&
	                    read_all(buffer, fd, &ended) < FLOOD && ended);
	close_buffer(buffer, fd);

	buffer = open_buffer(&fd);
	CHECK(stdin_buffer_put(buffer, bytes));
	fault_arm("pread", EIO, 0, 1);
	CHECK_NAMED("waiting bytes that cannot be read are dropped",
	            read_all(buffer, fd, &ended) < FLOOD && fault_disarm() == 1);
	close_buffer(buffer, fd);

	buffer = open_buffer(&fd);
	CHECK(stdin_buffer_put(buffer, bytes));
	fault_arm("ftruncate", EIO, 0, 1);
	close(fd);
	stdin_buffer_close(buffer);
	CHECK(fault_disarm() == 1 && stdin_buffer_unread(buffer) == 0);
	fd = stdin_buffer_open(buffer);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	CHECK_NAMED("a file that cannot be cut has no bytes for the next command",
	            stdin_buffer_put(buffer, subunit2_view_of("next")) &&
	                    read_all(buffer, fd, &ended) == 4);
	close_buffer(buffer, fd);

	buffer = open_buffer(&fd);
	stdin_buffer_put(buffer, subunit2_view_of("a"));
	stdin_buffer_cut(buffer);
	CHECK_NAMED("input that is cut ends", read_all(buffer, fd, &ended) == 1 && ended);
	CHECK(stdin_buffer_put(buffer, subunit2_view_of("b")));
	stdin_buffer_close(buffer);
	close(fd);
	fd = stdin_buffer_open(buffer);
	CHECK_NAMED("for all later commands too", read(fd, &(char){0}, 1) == 0);
	close_buffer(buffer, fd);

	buffer = open_buffer(&fd);
	stdin_buffer_set_end(buffer, subunit2_view_of("END"));
	stdin_buffer_put(buffer, subunit2_view_of("a"));
	stdin_buffer_end(buffer);
	CHECK_NAMED("an end may be bytes", read_all(buffer, fd, &ended) == 4 && !ended);
	stdin_buffer_put(buffer, subunit2_view_of("late"));
	CHECK(read_all(buffer, fd, &ended) == 0 && !ended);
	close_buffer(buffer, fd);
	CHECK(count_fds() == before);
}

/* Returns true if a process cannot be started while CALL fails after SKIP good calls. */
static bool
start_fails(const struct run *run, const char *call, unsigned skip)
{
	static const struct process_handler handler = {on_output, on_end};
	int before = count_fds();
	fault_arm(call, EMFILE, skip, 1);
	errno = 0;
	bool failed = !process_start(&supervisor, &run->options, &handler, NULL);
	return failed && errno == EMFILE && fault_disarm() == 1 && count_fds() == before;
}

static void
check_start(void)
{
	struct run run;
	const struct pty_options pty = {.size = {.ws_row = 10, .ws_col = 20}};
	begin(&run, "exit 3");
	CHECK_NAMED("without an input", start_fails(&run, "open", 0));
	CHECK_NAMED("without a standard output", start_fails(&run, "pipe2", 0));
	CHECK_NAMED("without a standard error", start_fails(&run, "pipe2", 1));
	CHECK_NAMED("without a socket", start_fails(&run, "socketpair", 0));
	CHECK_NAMED("without a process", start_fails(&run, "fork", 0));
	run.options.stdin_fd = STDIN_FILENO;
	CHECK(start_fails(&run, "F_DUPFD", 0));
	run.options.merge = true;
	CHECK(start_fails(&run, "fork", 0));
	run.options.stdin_buffer = stdin_buffer_new(supervisor.loop, "/tmp");
	CHECK(start_fails(&run, "pipe2", 0) && start_fails(&run, "pipe2", 1));
	run.options.pty = &pty;
	CHECK_NAMED("without a terminal", start_fails(&run, "posix_openpt", 0));
	CHECK(start_fails(&run, "F_DUPFD", 0) && start_fails(&run, "fork", 0));
	stdin_buffer_free((struct stdin_buffer *)run.options.stdin_buffer);
	begin(&run, "echo good; exit 3");
	run.options.pipe_size = 1 << 16;
	fault_arm("fcntl", EPERM, 0, 1);
	launch(&run);
	CHECK_NAMED("a pipe may keep the size that it has", fault_disarm() == 1);
	complete(&run);
	CHECK(exited(&run, 3) && strcmp(run.out, "good\n") == 0);
}

/* Plays a script whose shim is started while CALL fails TIMES; the fault is the shim's, too. */
static void
play_with(struct run *run, const char *script, const char *call, int errnum, unsigned times)
{
	begin(run, script);
	fault_arm(call, errnum, 0, times);
	launch(run);
	fault_disarm();
	complete(run);
}

static void
check_messages(void)
{
	static const int passing[] = {ENOBUFS, ENOMEM, EINTR};
	struct run run;
	for (size_t i = 0; i < sizeof(passing) / sizeof(*passing); i++) {
		play_with(&run, "echo out; exit 3", "send", passing[i], 3);
		CHECK_NAMED("a report is sent again",
		            exited(&run, 3) && !run.result.lost && strcmp(run.out, "out\n") == 0);
	}
	play_with(&run, "exit 3", "send", EAGAIN, 1);
	CHECK_NAMED("a report that is lost leaves the wait status unknown", !run.result.exited);
	play_with(&run, "exit 3", "send", ENOBUFS, 100);
	CHECK_NAMED("the tries of a report have a limit", !run.result.exited);
	static const int again[] = {EINTR, ECONNRESET};
	for (int i = 0; i < 2; i++) {
		begin(&run, "exit 3");
		launch(&run);
		fault_arm("recv", again[i], 0, 2);
		complete(&run);
		CHECK(fault_disarm() == 2 && exited(&run, 3) && !run.result.lost);
	}
	begin(&run, "exec sleep 1000");
	fault_arm("recv", EIO, 0, 1);
	launch(&run);
	fault_disarm();
	shim_pool_send(&supervisor.pool, SHIM_CONTINUE);
	complete(&run);
	CHECK_NAMED("a shim that cannot read its orders ends its tree", died(&run, SIGTERM));
	begin(&run, "echo out; exit 3");
	launch(&run);
	fault_arm("read", EINTR, 0, 3);
	complete(&run);
	CHECK(fault_disarm() == 3 && exited(&run, 3) && strcmp(run.out, "out\n") == 0);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	check_limits();
	check_pty();
	check_shell();
	check_jobserver();
	if (!supervisor_begin(&supervisor, NULL, NULL, NULL))
		return 99;
	check_input();
	check_start();
	check_messages();
	struct run run;
	play(&run, "exit 3");
	CHECK_NAMED("a process can be started afterwards", exited(&run, 3));
	supervisor_end(&supervisor);
	return check_done();
}
