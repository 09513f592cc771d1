/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Commands that are started, and each step that fails. */
#include "spawn.h"
#include "check.h"
#include "count_fds.h"

#include "fault.h"
#include "forbid.h"
#include "in_fork.h"
#include "pty.h"
#include "rlimits.h"
#include "signals.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int
pipe2(int fds[2], int flags)
{
	return fault_hits("pipe2") ? -1 : (int)syscall(SYS_pipe2, fds, flags);
}

/* spawn_start, in this process, is the only caller of read before a command is started. */
ssize_t
read(int fd, void *bytes, size_t size)
{
	return fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, size);
}

static int output;    /* read end of the command's standard output */
static int opened[3]; /* the command's descriptors */

static struct spawn
make_spawn(char *const *argv)
{
	int fds[2];
	struct spawn spawn = {.argv = argv, .envp = environ};
	if (pipe2(fds, O_CLOEXEC) < 0)
		exit(99);
	output = fds[0];
	spawn.fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	spawn.fds[1] = fds[1];
	spawn.fds[2] = fcntl(fds[1], F_DUPFD_CLOEXEC, 3);
	memcpy(opened, spawn.fds, sizeof(opened));
	return spawn;
}

/* Waits for PID, and reads its output. Returns its wait status. */
static int
end_spawn(pid_t pid, char text[64])
{
	int status = -1;
	for (int i = 0; i < 3; i++)
		close(opened[i]);
	if (pid > 0)
		waitpid(pid, &status, 0);
	ssize_t got = read(output, text, 63);
	text[got > 0 ? got : 0] = '\0';
	close(output);
	return status;
}

static char *shell[] = {(char *)"sh", (char *)"-c", NULL, NULL};

/* Runs SCRIPT as *SPAWN says after CHANGE. Returns true if it exits with 3 after it wrote
 * EXPECTED, and no descriptor stays open. */
static bool
prints(const char *script, void (*change)(struct spawn *spawn), const char *expected)
{
	char text[64];
	struct spawn_failure failure;
	char **before_environ = environ;
	int before = count_fds();
	shell[2] = (char *)script;
	struct spawn spawn = make_spawn(shell);
	if (change)
		change(&spawn);
	pid_t pid = spawn_start(&spawn, &failure);
	environ = before_environ;
	int status = end_spawn(pid, text);
	return pid > 0 && failure.errnum == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 3 &&
	       strcmp(text, expected) == 0 && count_fds() == before;
}

static void
in_usr(struct spawn *spawn)
{
	spawn->cwd = "/usr";
}

static void
with_environment(struct spawn *spawn)
{
	static char *const envp[] = {(char *)"PATH=/usr/bin:/bin", (char *)"only=this", NULL};
	spawn->envp = envp;
}

static void
with_session(struct spawn *spawn)
{
	spawn->own_session = true;
}

static void
with_input(struct spawn *spawn)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0 || write(fds[1], "in\n", 3) != 3)
		exit(99);
	close(fds[1]);
	dup2(fds[0], spawn->fds[0]);
	fcntl(spawn->fds[0], F_SETFD, FD_CLOEXEC);
	close(fds[0]);
}

static int terminal[2];

/* Only standard input is the terminal. */
static void
at_terminal(struct spawn *spawn)
{
	spawn->own_session = spawn->terminal = true;
	dup2(terminal[1], spawn->fds[0]);
	fcntl(spawn->fds[0], F_SETFD, FD_CLOEXEC);
}

static void
check_terminal(void)
{
	const struct pty_options options = {.size = {.ws_row = 10, .ws_col = 20}};
	if (!pty_open(&options, terminal))
		exit(99);
	CHECK_NAMED("standard input becomes the terminal of the session",
	            prints(": >/dev/tty && exit 3", at_terminal, ""));
	close(terminal[0]);
	close(terminal[1]);
}

static void
check_limit(void)
{
	struct rlimit before, few;
	getrlimit(RLIMIT_NOFILE, &before);
	few = (struct rlimit){200, before.rlim_max};
	setrlimit(RLIMIT_NOFILE, &few);
	CHECK(rlimits_raise(210) && prints("ulimit -n; exit 3", NULL, "200\n"));
	setrlimit(RLIMIT_NOFILE, &before);
}

static void
check_commands(void)
{
	char text[64];
	CHECK(prints("echo out; echo err >&2; exit 3", NULL, "out\nerr\n"));
	CHECK_NAMED("standard input is the first descriptor",
	            prints("read line; echo $?; exit 3", NULL, "1\n") &&
	                    prints("read line; echo $line; exit 3", with_input, "in\n"));
	CHECK_NAMED("no other descriptor is open",
	            prints("exec 5<&0; [ -e /proc/$$/fd/3 ] || echo no; exit 3", NULL, "no\n"));
	CHECK(prints("pwd; exit 3", in_usr, "/usr\n"));
	CHECK(prints("echo $only; exit 3", with_environment, "this\n"));
	CHECK_NAMED(
		"a session of its own is one if it is asked for",
		prints("[ \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ ] && exit 3", with_session, ""));
	snprintf(text, sizeof(text), "[ \"$(cut -d' ' -f6 /proc/$$/stat)\" = %d ] && exit 3",
	         (int)getsid(0));
	CHECK_NAMED("and else that of this program", prints(text, NULL, ""));
	fault_arm("read", EINTR, 0, 2);
	CHECK(prints("exit 3", NULL, "") && fault_disarm() == 2);
}

/* The command is no shell, since a shell may unblock signals itself. */
static void
check_unblocked(void)
{
	char *const grep[] = {(char *)"grep", (char *)"^SigBlk:[[:space:]]*0*$",
	                      (char *)"/proc/self/status", NULL};
	struct spawn_failure failure;
	struct spawn spawn = make_spawn(grep);
	char text[64];
	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid_t pid = spawn_start(&spawn, &failure);
	sigprocmask(SIG_SETMASK, &before, NULL);
	CHECK_NAMED("no signal is blocked in a command", end_spawn(pid, text) == 0);
}

/* Returns the failure of a command that is as *SPAWN says after CHANGE. HAS_CHILD: its child exits
 * with 127. */
static struct spawn_failure
failure_of(char *const *argv, void (*change)(struct spawn *spawn), bool has_child)
{
	char text[64];
	struct spawn_failure failure;
	int before = count_fds();
	struct spawn spawn = make_spawn(argv);
	if (change)
		change(&spawn);
	pid_t pid = spawn_start(&spawn, &failure);
	int status = end_spawn(pid, text);
	bool good =
		has_child ? pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127 : pid == 0;
	/* Valgrind writes about a failed exec itself. */
	if (!good || (*text && !getenv("CHECK_VALGRIND")) || count_fds() != before)
		failure.errnum = -1;
	return failure;
}

static void
without_stderr(struct spawn *spawn)
{
	spawn->fds[2] = -1;
}

static void
with_terminal(struct spawn *spawn)
{
	spawn->own_session = spawn->terminal = true;
}

static void
in_nowhere(struct spawn *spawn)
{
	spawn->cwd = "/nonexistent";
}

/* A pipe can be opened after SKIP others. */
static struct spawn_failure
failure_without_pipe(unsigned skip)
{
	fault_arm("pipe2", EMFILE, skip, 1);
	struct spawn_failure failure = failure_of(shell, NULL, false);
	return fault_disarm() == 1 ? failure : (struct spawn_failure){0};
}

static void
check_refusals(void)
{
	char *const missing[] = {(char *)"/nonexistent/command", NULL};
	char *const folder[] = {(char *)"/usr", NULL};
	struct spawn_failure failure = failure_of(missing, NULL, true);
	CHECK(failure.stage == SPAWN_EXEC && failure.errnum == ENOENT);
	fault_arm("read", EINTR, 0, 1);
	failure = failure_of(missing, NULL, true);
	CHECK(failure.stage == SPAWN_EXEC && failure.errnum == ENOENT && fault_disarm() == 1);
	failure = failure_of(folder, NULL, true);
	CHECK(failure.stage == SPAWN_EXEC && failure.errnum == EACCES);
	failure = failure_of(shell, in_nowhere, true);
	CHECK(failure.stage == SPAWN_CHDIR && failure.errnum == ENOENT);
	failure = failure_of(shell, without_stderr, true);
	CHECK(failure.stage == SPAWN_SETUP && failure.errnum == EBADF);
	failure = failure_of(shell, with_terminal, true);
	CHECK_NAMED("a pipe cannot be the terminal of a session",
	            failure.stage == SPAWN_SETUP && failure.errnum == ENOTTY);
	failure = failure_without_pipe(1);
	CHECK(failure.stage == SPAWN_SETUP && failure.errnum == EMFILE);
}

static void
with_ignored(struct spawn *spawn)
{
	spawn->keep_ignored = true;
}

/* A caller of this program ignores SIGUSR2. */
static int
keeps_ignored(void)
{
	signal(SIGUSR2, SIG_IGN);
	signals_catch();
	signals_reset();
	return prints("kill -USR2 $$; exit 3", with_ignored, "") &&
	       !prints("kill -USR2 $$; exit 3", NULL, "");
}

static void
check_ignored(void)
{
	CHECK(in_fork(keeps_ignored) == 1);
}

/* In a process that cannot fork any more. */
static int
fails_without_process(void)
{
#ifdef SYS_vfork
	forbid(SYS_vfork);
#endif
	forbid(SYS_clone);
	struct spawn_failure failure = failure_of(shell, NULL, false);
	return failure.stage == SPAWN_SETUP && failure.errnum == ENOSYS;
}

static void
check_no_process(void)
{
	CHECK(in_fork(fails_without_process) == 1);
}

int
main(void)
{
	/* Descriptors that the caller of this program left open would be those of its commands,
	 * too. */
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	check_commands();
	check_terminal();
	check_unblocked();
	if (!getenv("CHECK_VALGRIND")) /* which has limits of its own */
		check_limit();
	check_refusals();
	check_ignored();
	if (!getenv("CHECK_VALGRIND")) /* which makes other calls */
		check_no_process();
	return check_done();
}
