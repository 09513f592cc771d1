/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "write_signals.h"

#include <signal.h>

static bool pipe_was_ignored, size_was_ignored;

void
write_signals_ignore(void)
{
	pipe_was_ignored = signal(SIGPIPE, SIG_IGN) == SIG_IGN;
	size_was_ignored = signal(SIGXFSZ, SIG_IGN) == SIG_IGN;
}

bool
write_signals_was_ignored(int signo)
{
	return (signo == SIGPIPE && pipe_was_ignored) || (signo == SIGXFSZ && size_was_ignored);
}
