/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Shell commands: their output, status and signals. */
#include "shell.h"
#include "check.h"

#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char *output;
static int signo;

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
	CHECK(exited(shell_run("exit 4"), 4));
	CHECK(exited(shell_run("cat"), 0));
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
	signal(SIGPIPE, SIG_IGN);
	check_running();
	check_reading();
	check_signals();
	if (!getenv("CHECK_VALGRIND")) /* which has limits of its own */
		check_no_descriptor();
	free(output);
	return check_done();
}
