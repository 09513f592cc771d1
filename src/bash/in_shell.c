/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "in_shell.h"

#include "command.h"
#include "eintr_hook.h"
#include "message.h"
#include "std_fds.h"

#include <locale.h>
#include <signal.h>

/* The program sets no locale. Use the C locale here, so that messages are the same. */
static locale_t plain;

bool
in_shell_begin(void)
{
	plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return plain;
}

void
in_shell_end(void)
{
	freelocale(plain);
}

/* Signals that are ignored during the command, since write() returns an error as well. */
static const int write_signals[] = {SIGPIPE, SIGXFSZ};
#define COUNT (sizeof(write_signals) / sizeof(*write_signals))

static void
in_shell_ignore_signals(struct sigaction before[COUNT])
{
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	for (size_t i = 0; i < COUNT; i++)
		sigaction(write_signals[i], &ignored, &before[i]);
}

static void
in_shell_restore_signals(const struct sigaction before[COUNT])
{
	for (size_t i = 0; i < COUNT; i++)
		sigaction(write_signals[i], &before[i], NULL);
}

static bool
in_shell_on_eintr(void *context)
{
	bool (*const *interrupted)(void) = context;
	return !(*interrupted)();
}

int
in_shell_status(int argc, const char **argv, bool (*interrupted)(void))
{
	struct sigaction before[COUNT];
	in_shell_ignore_signals(before);
	eintr_hook_set(in_shell_on_eintr, &interrupted);
	locale_t locale = uselocale(plain);
	unsigned occupied = std_fds_occupy();

	argv[0] = "subunit2 status";
	message_begin(argv[0]);
	int status = std_fds_flush(cmd_status(argc, argv));

	std_fds_release(occupied);
	uselocale(locale);
	eintr_hook_set(NULL, NULL);
	in_shell_restore_signals(before);
	return status;
}

void
in_shell_refuse(const char *reason)
{
	message_begin("subunit2");
	message("%s", reason);
}
