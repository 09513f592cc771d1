/*
 * live: what a person sees on a terminal while a run goes on. The text report
 * scrolls by as things happen, and below it stands how far the run has come.
 *
 * Nothing a test says reaches the terminal as it is: the report makes control
 * bytes visible, so no test moves the cursor.
 */
#ifndef LIVE_H
#define LIVE_H

#include "writer.h"

struct live;

/* TO is a terminal. Both outlive the live view. NULL with ERROR filled on failure. */
struct live *live_new(const struct writer_options *options, struct destination *to, int64_t now_ms,
                      struct subunit2_error *error);

/* How many scripts there will be. */
void live_expect(struct live *live, uint64_t scripts);

/* The view as a sink; freeing it frees the view. finish takes the progress away
 * and leaves the report. */
struct subunit2_sink *live_sink(struct live *live);

/* When tick wants to be called, and the call: it draws anew. Milliseconds of a
 * monotonic clock; events are taken to happen at the time of the last tick. */
int64_t live_deadline(const struct live *live);
void live_tick(struct live *live, int64_t now_ms);

/* The window has another size now. */
void live_resize(struct live *live);

#endif
