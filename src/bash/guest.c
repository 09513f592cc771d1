/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "guest.h"

#include "command.h"
#include "eintr_hook.h"
#include "message.h"
#include "std_fds.h"

#include <locale.h>
#include <signal.h>

/* The command has no locale: errors have the same words here. */
static locale_t plain;

bool
guest_begin(void)
{
	plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	return plain;
}

void
guest_end(void)
{
	freelocale(plain);
}

/* Ignored: writing tells. */
static const int told_by_writing[] = {SIGPIPE, SIGXFSZ};
#define COUNT (sizeof(told_by_writing) / sizeof(*told_by_writing))

static void
guest_ignore(struct sigaction before[COUNT])
{
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	for (size_t i = 0; i < COUNT; i++)
		sigaction(told_by_writing[i], &ignored, &before[i]);
}

static void
guest_ignore_no_more(const struct sigaction before[COUNT])
{
	for (size_t i = 0; i < COUNT; i++)
		sigaction(told_by_writing[i], &before[i], NULL);
}

static bool
guest_on_eintr(void *context)
{
	bool (*const *interrupted)(void) = context;
	return !(*interrupted)();
}

int
guest_status(int argc, const char **argv, bool (*interrupted)(void))
{
	struct sigaction before[COUNT];
	guest_ignore(before);
	eintr_hook_set(guest_on_eintr, &interrupted);
	locale_t locale = uselocale(plain);
	unsigned occupied = std_fds_occupy();

	argv[0] = "subunit2 status";
	message_begin(argv[0]);
	int status = std_fds_flush(cmd_status(argc, argv));

	std_fds_release(occupied);
	uselocale(locale);
	eintr_hook_set(NULL, NULL);
	guest_ignore_no_more(before);
	return status;
}

void
guest_refuse(const char *reason)
{
	message_begin("subunit2");
	message("%s", reason);
}
