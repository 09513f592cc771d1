/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * live: the report on a terminal while a run goes on, here or elsewhere: the text report as it
 * grows, and below it the progress of the run.
 *
 * The report escapes control bytes, so output of a test cannot move the cursor.
 */
#ifndef LIVE_VIEW_H
#define LIVE_VIEW_H

#include "writer.h"

#define LIVE_VIEW_REDRAW_NS 100000000

struct live_view;

/* Returns the view as a sink; see writer.h. finish erases the progress and leaves the report. */
writer_open writer_live;

/* Returns the view that writer_live returned as a sink. */
struct live_view *live_view_of_sink(struct subunit2_sink *sink);

/* Sets the number of scripts of the run; 0: not known. */
void live_view_expect(struct live_view *live, uint64_t scripts);

/* Adds the duration of the script ID in an earlier run, for the estimate of the time left. */
void live_view_expect_time(struct live_view *live, const char *id, int64_t ns);

/* Redraws the progress. Call it every LIVE_VIEW_REDRAW_NS with the time of CLOCK_MONOTONIC. An
 * event happens at the time of the last call, unless its timestamp is earlier. */
void live_view_tick(struct live_view *live, int64_t now_ns);

/* Writes lines for a panel, as progress_put does. */
typedef unsigned live_view_put(void *context, FILE *file, unsigned columns, unsigned lines,
                               int64_t now_ms, unsigned *widths);

/* Draws a panel, written by PUT, in place of the progress. NULL: draws the progress again. */
void live_view_set_panel(struct live_view *live, live_view_put *put, void *context);

/* Leaves the terminal to others: erases the progress, and holds the report back, up to a MiB. */
void live_view_pause(struct live_view *live);
void live_view_resume(struct live_view *live);

#endif
