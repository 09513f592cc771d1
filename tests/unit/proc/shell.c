/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Shell commands: their output, status and signals. */
#include "shell.h"
#include "check.h"

#include "fault.h"
#include "fill_stack.h"
#include "in_fork.h"
#include "pty.h"
#include "signals.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *output;
static int signo;

ssize_t
read(int fd, void *bytes, size_t size)
{
	errno = EINTR; /* of an earlier call */
	return syscall(SYS_read, fd, bytes, size);
}

static unsigned destroyed; /* actions of a shell that was started */

int
posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *files)
{
	static int (*real)(posix_spawn_file_actions_t * files);
	destroyed++;
	return fault_find("posix_spawn_file_actions_destroy", &real) ? errno : real(files);
}

static int
run(const char *command)
{
	free(output);
	output = NULL;
	return shell_read(command, &output, &signo);
}

static bool
exited(int status, int expected)
{
	return status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == expected;
}

static bool
died(int status, int expected)
{
	return status >= 0 && WIFSIGNALED(status) && WTERMSIG(status) == expected;
}

static void
check_reading(void)
{
	CHECK(exited(run("echo out; exit 3"), 3) && strcmp(output, "out\n") == 0 && signo == 0);
	CHECK(exited(run("printf x"), 0) && strcmp(output, "x") == 0);
	CHECK(exited(run("head -c 300000 /dev/zero | tr '\\0' x"), 0) && strlen(output) == 300000);
	CHECK_NAMED("the output ends when the command does, not when a process that it left does",
	            exited(run("sleep 1000 & echo $!"), 0) && kill(atoi(output), SIGKILL) == 0);
	CHECK_NAMED("output that is closed early is no end",
	            exited(run("echo early; exec >&-; sleep 0.05; exit 4"), 4) &&
	                    strcmp(output, "early\n") == 0);
	CHECK_NAMED("standard input is empty", exited(run("cat"), 0) && strcmp(output, "") == 0);
	CHECK(died(run("kill -KILL $$"), SIGKILL) && signo == 0);
	CHECK_NAMED("SIGPIPE has its default action", died(run("kill -PIPE $$"), SIGPIPE));
}

static void
check_running(void)
{
	CHECK(exited(shell_run("exit 4"), 4) && destroyed == 1);
	CHECK_NAMED("standard input is not that of this program",
	            exited(shell_run("read line && exit 5; exit 6"), 6));
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	CHECK(died(shell_run("kill -XFSZ $$"), SIGXFSZ));
	fill_stack();
	CHECK_NAMED("a signal that the caller of this program ignores stays ignored",
	            exited(shell_run("kill -HUP $$; exit 3"), 3));
	signal(SIGHUP, SIG_DFL);
	CHECK(died(shell_run("kill -TERM $$"), SIGTERM));
}

static void
check_signals(void)
{
	CHECK_NAMED("a signal is passed on to the command",
	            died(run("kill -TERM $PPID; exec sleep 1000"), SIGTERM) && signo == SIGTERM);
	CHECK_NAMED("a second one kills it",
	            died(run("trap '' HUP TERM; kill -HUP $PPID; "
	                     "while :; do sleep 0.02; kill -TERM $PPID; done"),
	                 SIGKILL) &&
	                    signo == SIGHUP);
	CHECK(exited(run("trap 'exit 5' INT; kill -INT $PPID; while :; do sleep 0.01; done"), 5) &&
	      signo == SIGINT);
}

/* In a session of its own: ^C reaches the command from the terminal, and is not sent again. The
 * command has left the session, so that it gets no signal, until a second one kills it. */
static int
interrupt_by_terminal(void)
{
	static const char command[] =
		"exec setsid sh -c 'trap \"exit 5\" INT; trap \"\" TERM; printf \"\\003\" >&9;"
		" while :; do sleep 0.02; kill -TERM $PPID; done'";
	const struct pty_options options = {.size = {.ws_row = 10, .ws_col = 20}};
	int ends[2];
	if (setsid() < 0 || !pty_open(&options, ends) || ioctl(ends[1], TIOCSCTTY, 0) < 0 ||
	    dup2(ends[0], 9) < 0)
		return 90;
	return died(run(command), SIGKILL) && signo == SIGINT ? 3 : 4;
}

static void
check_terminal(void)
{
	CHECK_NAMED("a signal of the terminal is not passed on",
	            in_fork(interrupt_by_terminal) == 3);
}

/* The command sees that this program is stopped, and continues it. */
static int
stop(void)
{
	setpgid(0, 0);
	int status = run("kill -TSTP $PPID; until grep -q 'State:.T' /proc/$PPID/status; "
	                 "do :; done; kill -CONT $PPID; exit 3");
	return exited(status, 3) ? 3 : 4;
}

static void
check_stop(void)
{
	CHECK_NAMED("this program stops as usual", in_fork(stop) == 3);
}

static void
check_no_descriptor(void)
{
	struct rlimit before, none;
	getrlimit(RLIMIT_NOFILE, &before);
	none = (struct rlimit){3, before.rlim_max};
	setrlimit(RLIMIT_NOFILE, &none);
	errno = 0;
	int status = run("echo");
	int errnum = errno;
	setrlimit(RLIMIT_NOFILE, &before);
	CHECK(status == -1 && errnum == EMFILE && signo == 0);
}

int
main(void)
{
	int input[2];
	signal(SIGPIPE, SIG_IGN);
	if (pipe(input) < 0 || write(input[1], "line\n", 5) != 5 ||
	    dup2(input[0], STDIN_FILENO) < 0)
		return 99;
	check_running();
	check_reading();
	check_signals();
	check_terminal();
	if (!getenv("CHECK_VALGRIND")) /* which does not stop */
		check_stop();
	if (!getenv("CHECK_VALGRIND")) /* which has limits of its own */
		check_no_descriptor();
	free(output);
	return check_done();
}
