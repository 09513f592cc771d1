#include "bash/guest.h"

#include "command.h"
#include "message.h"
#include "standard.h"

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

int
guest_status(int argc, const char **argv, bool (*interrupted)(void))
{
	const struct sigaction ignored = {.sa_handler = SIG_IGN};
	struct sigaction on_pipe;
	sigaction(SIGPIPE, &ignored, &on_pipe);
	locale_t locale = uselocale(plain);
	unsigned occupied = standard_occupy();

	argv[0] = "subunit2 status";
	message_begin(argv[0]);
	int status = standard_flush(status_interruptible(argc, argv, interrupted));

	standard_release(occupied);
	uselocale(locale);
	sigaction(SIGPIPE, &on_pipe, NULL);
	return status;
}

void
guest_refuse(const char *reason)
{
	message_begin("subunit2");
	message("%s", reason);
}
