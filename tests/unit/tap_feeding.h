/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * One TAP consumer that a test feeds bit by bit, and what it emits at each step.
 */
#ifndef TAP_FEEDING_H
#define TAP_FEEDING_H

#include "tap_transcript.h"

#include <string.h>

static struct tap_transcript transcript;
static struct tap_events *tap;

static inline void
begin(void)
{
	tap = tap_transcript_begin(&transcript, false, false);
}

static inline void
feed(const char *text, int64_t now_ms)
{
	if (tap_events_feed(tap, subunit2_view_of(text), now_ms, NULL) != SUBUNIT2_E_OK)
		abort();
}

static inline void
feed_stderr(const char *text, int64_t now_ms)
{
	if (tap_events_stderr(tap, subunit2_view_of(text), now_ms, NULL) != SUBUNIT2_E_OK)
		abort();
}

/* Drop what was emitted so far. */
static inline void
forget(void)
{
	fflush(transcript.out);
	transcript.in_text = false;
	rewind(transcript.out);
}

/* Returns whether LINES were emitted since the last call. */
static inline bool
told(const char *lines)
{
	fflush(transcript.out);
	bool equal = transcript.len == strlen(lines) &&
	             memcmp(transcript.lines, lines, transcript.len) == 0;
	if (!equal)
		printf("# got: %.*s\n", (int)transcript.len, transcript.lines);
	forget();
	return equal;
}

/* The end adds LINES. */
static inline bool
ends_with(const char *lines)
{
	char *all = tap_transcript_finish(&transcript, tap);
	bool equal = strcmp(all, lines) == 0;
	if (!equal)
		printf("# got: %s\n", all);
	free(all);
	return equal;
}

/* Nothing follows what was fed. */
static inline void
pause_at(int64_t now_ms)
{
	while (tap_events_deadline(tap) <= now_ms)
		tap_events_tick(tap, tap_events_deadline(tap), NULL);
}

#endif
