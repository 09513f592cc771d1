/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "live_view.h"

#include "clock.h"
#include "memory.h"
#include "memory_file.h"
#include "message.h"
#include "progress.h"
#include "timestamp.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define AGE_MAX_NS (24 * 3600 * 1000000000LL)
#define LINES_MAX 9            /* of progress, with the first */
#define HELD_MAX (1024 * 1024) /* bytes of the report while the view is paused */

struct live_view {
	struct subunit2_sink sink;
	struct writer_options options; /* of the report */
	struct output_file *to;
	pid_t pid; /* of the process that draws */
	struct progress *progress;
	live_view_put *put_panel; /* NULL: the progress is drawn */
	void *panel;
	bool paused;

	/* The report writes to memory, so that its output can be put above the progress. */
	struct output_file inside;
	char *report;
	size_t report_len;
	struct subunit2_sink *text;

	unsigned columns, rows;
	unsigned drawn;             /* lines of progress on the terminal */
	unsigned widths[LINES_MAX]; /* of these lines */
	int64_t now_ns;
	struct subunit2_time now; /* the same moment */
};

static void
live_view_measure(struct live_view *live)
{
	struct winsize size;
	bool known = ioctl(live->to->fd, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row;
	live->columns = known ? size.ws_col : 80;
	live->rows = known ? size.ws_row : 24;
}

/* Erases the progress, line by line: some terminals keep a screen that is erased at once as
 * history. The line of the cursor may hold the ^C that was typed. A window that became narrower
 * since has wrapped each line that is wider than the window. */
static void
live_view_erase(struct live_view *live)
{
	if (!live->drawn)
		return;
	live_view_measure(live);
	fputs("\r\033[2K", live->to->file);
	for (; live->drawn; live->drawn--) {
		unsigned width = live->widths[live->drawn - 1];
		unsigned rows = width ? (width + live->columns - 1) / live->columns : 1;
		for (; rows > 0; rows--)
			fputs("\033[A\033[2K", live->to->file);
	}
}

/* Makes room for a message on the same terminal. A child process leaves the progress, which its
 * parent erases. */
static void
live_view_before_message(void *context)
{
	struct live_view *live = context;
	if (live->drawn == 0 || getpid() != live->pid)
		return;
	live_view_erase(live);
	fflush(live->to->file);
}

static void
live_view_draw(struct live_view *live)
{
	if (live->paused)
		return;
	live_view_erase(live);
	live_view_measure(live);
	unsigned lines = live->rows / 2 < LINES_MAX ? live->rows / 2 : LINES_MAX;
	/* The last column stays free: some terminals wrap when it is filled. */
	if (live->put_panel)
		live->drawn = live->put_panel(live->panel, live->to->file, live->columns - 1, lines,
		                              live->now_ns / CLOCK_MS, live->widths);
	else
		live->drawn = progress_put(live->progress, live->to->file, live->columns - 1, lines,
		                           live->now_ns / CLOCK_MS, live->widths);
	fflush(live->to->file);
}

/* Writes the output of the report to the terminal, in place of the progress. */
static void
live_view_forward(struct live_view *live)
{
	fflush(live->inside.file);
	if (!live->report_len || (live->paused && live->report_len < HELD_MAX))
		return;
	live_view_erase(live);
	fwrite(live->report, 1, live->report_len, live->to->file);
	rewind(live->inside.file);
}

/* Returns the time of EVENT. A test that began before this program has run since then. The time of
 * an event from an old stream, or from a machine with another clock, is the time of its arrival. */
static int64_t
live_view_moment_ms(const struct live_view *live, const struct subunit2_event *event)
{
	int64_t age_ns = 0;
	if (event->has_timestamp)
		age_ns = subunit2_time_since(live->now, event->timestamp);
	if (age_ns < 0 || age_ns > AGE_MAX_NS)
		age_ns = 0;
	return (live->now_ns - age_ns) / CLOCK_MS;
}

static enum subunit2_result
live_view_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                struct subunit2_error *error)
{
	struct live_view *live = (struct live_view *)sink;
	enum subunit2_result result = subunit2_sink_event(live->text, event, error);
	progress_event(live->progress, event, live_view_moment_ms(live, event));
	live_view_forward(live);
	if (!live->drawn)
		live_view_draw(live);
	return result == SUBUNIT2_E_OK ? output_file_check(live->to, error) : result;
}

static enum subunit2_result
live_view_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct live_view *live = (struct live_view *)sink;
	enum subunit2_result result = subunit2_sink_finish(live->text, error);
	live->paused = false;
	live_view_erase(live);
	live_view_forward(live);
	return result == SUBUNIT2_E_OK ? output_file_check(live->to, error) : result;
}

static void
live_view_free(struct subunit2_sink *sink)
{
	struct live_view *live = (struct live_view *)sink;
	message_call_before(NULL, NULL);
	subunit2_sink_free(live->text);
	if (live->inside.file)
		fclose(live->inside.file);
	free(live->report);
	progress_free(live->progress);
	free(live);
}

struct subunit2_sink *
writer_live(const struct writer_options *options, struct output_file *to,
            struct subunit2_error *error)
{
	struct live_view *live = memory_zeroed(1, sizeof(*live));
	struct writer_options quiet = *options;
	/* Tests that pass are only counted. */
	if (quiet.verbose == 0)
		quiet.verbose = -1;
	live->options = quiet;
	live->sink = (struct subunit2_sink){live_view_event, live_view_finish, live_view_free};
	live->to = to;
	live->now_ns = clock_ns();
	live->now = timestamp_now();
	live->progress = progress_new(live->now_ns / CLOCK_MS);
	if (options->labels_differ)
		progress_expect_labels(live->progress);
	live->inside = *to;
	live->inside.file = memory_file(&live->report, &live->report_len);
	live->text = writer_text(&live->options, &live->inside, error);
	if (!live->text) {
		live_view_free(&live->sink);
		return NULL;
	}
	live_view_measure(live);
	live->pid = getpid();
	message_call_before(live_view_before_message, live);
	return &live->sink;
}

struct live_view *
live_view_of_sink(struct subunit2_sink *sink)
{
	return (struct live_view *)sink;
}

void
live_view_expect(struct live_view *live, uint64_t scripts)
{
	progress_expect(live->progress, scripts);
}

void
live_view_expect_time(struct live_view *live, const char *id, int64_t ns)
{
	progress_expect_time(live->progress, subunit2_view_of(id), ns / CLOCK_MS);
}

void
live_view_tick(struct live_view *live, int64_t now_ns)
{
	live->now_ns = now_ns;
	live->now = timestamp_now();
	live_view_draw(live);
}

void
live_view_set_panel(struct live_view *live, live_view_put *put, void *context)
{
	live->put_panel = put;
	live->panel = context;
	live_view_draw(live);
}

void
live_view_pause(struct live_view *live)
{
	live_view_erase(live);
	fflush(live->to->file);
	live->paused = true;
}

void
live_view_resume(struct live_view *live)
{
	live->paused = false;
	live_view_forward(live);
	live_view_draw(live);
}
