/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "interactive_input.h"

#include "clock.h"
#include "event_loop.h"
#include "live_view.h"
#include "signals.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define LOOK_MS 100 /* between two checks of a file that is followed */

bool
interactive_input_begin(struct interactive_input *interactive)
{
	interactive->signals = signals_catch();
	return interactive->signals >= 0;
}

static void
interactive_input_on_signals(struct interactive_input *interactive,
                             const struct input_file *input_file)
{
	struct signals_seen seen = signals_take();
	bool piped = input_file && !interactive->follow && !isatty(input_file_fd(input_file));
	if (seen.stop)
		signals_stop_self();
	if (!seen.ending)
		return;
	bool shared = seen.ending == SIGINT && seen.from_terminal && piped;
	interactive->over = !shared || interactive->interrupts++ > 0;
}

static void
interactive_input_draw(struct interactive_input *interactive)
{
	int64_t now_ns = clock_ns();
	if (!interactive->draw || now_ns - interactive->drawn_ns < LIVE_VIEW_REDRAW_NS)
		return;
	interactive->drawn_ns = now_ns;
	interactive->draw(interactive->context, now_ns);
}

/* Returns the smaller of both; a negative TIMEOUT_MS is infinite. */
static int
interactive_input_at_most(int timeout_ms, int ms)
{
	return timeout_ms < 0 || timeout_ms > ms ? ms : timeout_ms;
}

bool
interactive_input_wait(struct interactive_input *interactive, const struct input_file *input_file,
                       int timeout_ms)
{
	bool looks = !input_file || (interactive->follow && input_file_can_wait(input_file));
	bool ready = input_file && input_file_wait(input_file, 0);
	struct pollfd fds[] = {
		{.fd = interactive->signals, .events = POLLIN},
		{.fd = input_file && !looks ? input_file_fd(input_file) : -1, .events = POLLIN},
	};
	interactive_input_draw(interactive);
	if (interactive->draw)
		timeout_ms =
			interactive_input_at_most(timeout_ms, LIVE_VIEW_REDRAW_NS / EVENT_LOOP_MS);
	if (looks)
		timeout_ms = interactive_input_at_most(timeout_ms, LOOK_MS);
	if (interactive->over)
		return false;
	if (poll(fds, 2, ready ? 0 : timeout_ms) > 0 && fds[0].revents)
		interactive_input_on_signals(interactive, input_file);
	return !interactive->over && input_file && (ready || input_file_wait(input_file, 0));
}
