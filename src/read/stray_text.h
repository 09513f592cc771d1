/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Stray text: the bytes of an input between its events, as the file "stdout". They are
 * emitted before the event that follows, and otherwise as text.h says.
 */
#ifndef STRAY_TEXT_H
#define STRAY_TEXT_H

#include <subunit2/sink.h>
#include <subunit2/text.h>

struct stray_text {
	struct subunit2_sink sink; /* for the events */
	struct subunit2_sink *next;
	struct subunit2_text *text;
	bool has_text; /* TEXT got bytes since it was flushed */
};

/* Events and text go to NEXT, which is not finished; the text is that of the
 * runnable test ID, or of none where that is absent. */
void stray_text_init(struct stray_text *stray_text, struct subunit2_view id,
                     struct subunit2_sink *next);
void stray_text_clear(struct stray_text *stray_text);

/* CONTEXT is a struct stray_text. */
enum subunit2_result stray_text_feed(void *context, struct subunit2_view bytes, int64_t now_ms,
                                     struct subunit2_error *error);

#endif
