/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * live: what a person sees on a terminal while a run goes on, here or elsewhere. The text report
 * scrolls by as things happen, and below it stands how far the run has come.
 *
 * Nothing a test says reaches the terminal as it is: the report makes control
 * bytes visible, so no test moves the cursor.
 */
#ifndef LIVE_VIEW_H
#define LIVE_VIEW_H

#include "writer.h"

#define LIVE_VIEW_REDRAW_NS 100000000

struct live_view;

/* The view on a terminal, as a sink; see writer.h. finish takes the progress away
 * and leaves the report. */
writer_open writer_live;

/* The view that writer_live returned. */
struct live_view *live_view_of_sink(struct subunit2_sink *sink);

/* How many scripts there will be. */
void live_view_expect(struct live_view *live, uint64_t scripts);

/* Draws anew: to be called every LIVE_VIEW_REDRAW_NS, with CLOCK_MONOTONIC's time.
 * Events are taken to happen at the time of the last call, unless they say that
 * it was before. */
void live_view_tick(struct live_view *live, int64_t now_ns);

#endif
