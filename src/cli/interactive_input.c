/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "interactive_input.h"

#include "clock.h"
#include "event_loop.h"
#include "live_view.h"
#include "signals.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define LOOK_MS 100 /* how often a file that is followed is looked at */

bool
watch_begin(struct watch *watch)
{
	watch->signals = signals_catch();
	return watch->signals >= 0;
}

static void
take_signals(struct watch *watch, const struct source *source)
{
	struct signals_seen seen = signals_take();
	bool piped = source && !watch->follow && !isatty(source_fd(source));
	if (seen.stop)
		signals_stop_self();
	if (!seen.ending)
		return;
	bool shared = seen.ending == SIGINT && seen.from_terminal && piped;
	watch->over = !shared || watch->interrupts++ > 0;
}

static void
draw(struct watch *watch)
{
	int64_t now_ns = clock_ns();
	if (!watch->draw || now_ns - watch->drawn_ns < LIVE_REDRAW_NS)
		return;
	watch->drawn_ns = now_ns;
	watch->draw(watch->context, now_ns);
}

/* MS, where TIMEOUT_MS is for ever or longer. */
static int
at_most(int timeout_ms, int ms)
{
	return timeout_ms < 0 || timeout_ms > ms ? ms : timeout_ms;
}

bool
watch_wait(struct watch *watch, const struct source *source, int timeout_ms)
{
	bool looks = !source || (watch->follow && source_can_wait(source));
	bool ready = source && source_wait(source, 0);
	struct pollfd fds[] = {
		{.fd = watch->signals, .events = POLLIN},
		{.fd = source && !looks ? source_fd(source) : -1, .events = POLLIN},
	};
	draw(watch);
	if (watch->draw)
		timeout_ms = at_most(timeout_ms, LIVE_REDRAW_NS / LOOP_MS);
	if (looks)
		timeout_ms = at_most(timeout_ms, LOOK_MS);
	if (watch->over)
		return false;
	if (poll(fds, 2, ready ? 0 : timeout_ms) > 0 && fds[0].revents)
		take_signals(watch, source);
	return !watch->over && source && (ready || source_wait(source, 0));
}
