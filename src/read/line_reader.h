/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A line input: what inputs of lines with text between them have in common. Whole lines
 * are taken one by one; what there is of a line that has not ended is let go as text after
 * a silence, unless it may become more than that.
 *
 * To use it, embed this struct as the first member of your own.
 */
#ifndef LINE_READER_H
#define LINE_READER_H

#include "input.h"
#include "lines.h"
#include "stray_text.h"

struct line_input;

struct line_input_handler {
	/* A line, or, where lines.within or lines.open says so, a part of one. */
	int (*line)(struct line_input *self, struct subunit2_view line,
	            struct subunit2_error *error);
	/* The beginning of a line, which was let go. */
	int (*text)(struct line_input *self, struct subunit2_view text,
	            struct subunit2_error *error);
	/* True when a line that begins with HEAD may be more than text. */
	bool (*may_begin)(const struct line_input *self, struct subunit2_view head);
};

struct line_input {
	struct input input; /* its deadline and tick are those below */
	const struct line_input_handler *handler;
	struct loose_text loose;
	struct lines lines;
	int64_t fed_ms; /* when the last bytes came */
};

/* Lines are at most MAX bytes long; longer ones come in parts. */
void line_input_init(struct line_input *self, const struct line_input_handler *handler, size_t max,
                     struct subunit2_sink *sink);
void line_input_clear(struct line_input *self);

int64_t line_input_deadline(const struct input *input);
int line_input_tick(struct input *input, int64_t now_ms, struct subunit2_error *error);

/* The input has ended: what is held is a line. */
int line_input_end(struct line_input *self, struct subunit2_error *error);

#endif
