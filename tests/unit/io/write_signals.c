/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Which signals of a failed write were ignored before. */
#include "write_signals.h"
#include "check.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static void
check_before(void (*pipe_action)(int), void (*size_action)(int))
{
	signal(SIGPIPE, pipe_action);
	signal(SIGXFSZ, size_action);
	signal(SIGHUP, SIG_IGN);
	write_signals_ignore();
	CHECK(write_signals_was_ignored(SIGPIPE) == (pipe_action == SIG_IGN));
	CHECK(write_signals_was_ignored(SIGXFSZ) == (size_action == SIG_IGN));
	CHECK_NAMED("other signals are not looked at", !write_signals_was_ignored(SIGHUP));
	CHECK_NAMED("both are ignored", raise(SIGPIPE) == 0 && raise(SIGXFSZ) == 0);
}

int
main(void)
{
	int fds[2];
	check_before(SIG_DFL, SIG_DFL);
	check_before(SIG_IGN, SIG_DFL);
	check_before(SIG_DFL, SIG_IGN);
	check_before(SIG_IGN, SIG_IGN);
	if (pipe(fds) < 0)
		return 99;
	close(fds[0]);
	CHECK(write(fds[1], "x", 1) < 0 && errno == EPIPE);
	close(fds[1]);
	return check_done();
}
