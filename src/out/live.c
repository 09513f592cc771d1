#include "live.h"

#include "memory.h"
#include "progress.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#define REDRAW_MS 100
#define LINES_MAX 9 /* of progress, the first among them */

struct live {
	struct subunit2_sink sink;
	struct destination *to;
	struct progress *progress;

	/* The report writes here, so that it is known whether it wrote. */
	struct destination inside;
	char *report;
	size_t report_len;
	struct subunit2_sink *text;

	unsigned columns, rows;
	unsigned drawn; /* lines of progress that stand on the terminal */
	int64_t now_ms, drawn_ms;
};

static void
measure(struct live *live)
{
	struct winsize size;
	bool known = ioctl(live->to->fd, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row;
	live->columns = known ? size.ws_col : 80;
	live->rows = known ? size.ws_row : 24;
}

/* Takes the progress away: the cursor goes to its first line, and all below it
 * is erased. */
static void
erase(struct live *live)
{
	if (live->drawn)
		fprintf(live->to->file, "\033[%uA\r\033[J", live->drawn);
	live->drawn = 0;
}

static void
draw(struct live *live)
{
	unsigned lines = live->rows / 2 < LINES_MAX ? live->rows / 2 : LINES_MAX;
	erase(live);
	/* The last column stays free: some terminals wrap when it is filled. */
	live->drawn = progress_put(live->progress, live->to->file, live->columns - 1, lines,
	                           live->now_ms);
	live->drawn_ms = live->now_ms;
	fflush(live->to->file);
}

/* What the report wrote goes to the terminal, above the progress. */
static void
pass_on(struct live *live)
{
	fflush(live->inside.file);
	if (!live->report_len)
		return;
	erase(live);
	fwrite(live->report, 1, live->report_len, live->to->file);
	rewind(live->inside.file);
}

static int
live_event(struct subunit2_sink *sink, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	struct live *live = (struct live *)sink;
	int result = subunit2_sink_event(live->text, event, error);
	progress_event(live->progress, event, live->now_ms);
	pass_on(live);
	if (!live->drawn)
		draw(live);
	return result == SUBUNIT2_OK ? destination_check(live->to, error) : result;
}

static int
live_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct live *live = (struct live *)sink;
	int result = subunit2_sink_finish(live->text, error);
	erase(live);
	pass_on(live);
	return result == SUBUNIT2_OK ? destination_check(live->to, error) : result;
}

static void
live_free(struct subunit2_sink *sink)
{
	struct live *live = (struct live *)sink;
	subunit2_sink_free(live->text);
	if (live->inside.file)
		fclose(live->inside.file);
	free(live->report);
	progress_free(live->progress);
	free(live);
}

struct live *
live_new(const struct writer_options *options, struct destination *to, int64_t now_ms,
         struct subunit2_error *error)
{
	struct live *live = memory_zeroed(1, sizeof(*live));
	live->sink = (struct subunit2_sink){live_event, live_finish, live_free};
	live->to = to;
	live->progress = progress_new(now_ms);
	live->now_ms = now_ms;
	live->inside = *to;
	live->inside.file = open_memstream(&live->report, &live->report_len);
	if (live->inside.file)
		live->text = writer_text(options, &live->inside, error);
	else
		subunit2_error_system(error, to->name, errno);
	if (!live->text) {
		live_free(&live->sink);
		return NULL;
	}
	measure(live);
	return live;
}

void
live_expect(struct live *live, uint64_t scripts)
{
	progress_expect(live->progress, scripts);
}

struct subunit2_sink *
live_sink(struct live *live)
{
	return &live->sink;
}

int64_t
live_deadline(const struct live *live)
{
	return live->drawn_ms + REDRAW_MS;
}

void
live_tick(struct live *live, int64_t now_ms)
{
	live->now_ms = now_ms;
	if (now_ms >= live_deadline(live))
		draw(live);
}

void
live_resize(struct live *live)
{
	unsigned before = live->columns;
	measure(live);
	/* A narrower window wrapped each line that was longer than it is now. */
	if (live->columns < before)
		live->drawn *= (before + live->columns - 1) / live->columns;
	draw(live);
}
