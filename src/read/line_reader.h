/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The base of inputs that read lines. Passes whole lines to a handler one by one. After a silence,
 * passes on the beginning of an incomplete line as text, unless it may become more than text.
 *
 * To use it, make this struct the first member of your own.
 */
#ifndef LINE_READER_H
#define LINE_READER_H

#include "input.h"
#include "lines.h"
#include "stray_text.h"

struct line_reader;

struct line_reader_handler {
	/* A line, or, where lines.within or lines.open says so, a part of one. */
	enum subunit2_result (*line)(struct line_reader *self, struct subunit2_view line,
	                             struct subunit2_error *error);
	/* The beginning of a line, which is passed on as text. */
	enum subunit2_result (*text)(struct line_reader *self, struct subunit2_view text,
	                             struct subunit2_error *error);
	/* Returns true if a line that begins with DETECT_HEAD may be more than text. */
	bool (*may_begin)(const struct line_reader *self, struct subunit2_view detect_head);
};

struct line_reader {
	struct input input; /* its deadline and tick are those below */
	const struct line_reader_handler *handler;
	struct stray_text stray_text;
	struct lines lines;
	int64_t fed_ms; /* when the last bytes came */
};

/* Lines are at most MAX bytes long; longer ones come in parts. */
void line_reader_init(struct line_reader *self, const struct line_reader_handler *handler,
                      size_t max, struct subunit2_sink *sink);
void line_reader_clear(struct line_reader *self);

int64_t line_reader_deadline(const struct input *input);
enum subunit2_result line_reader_tick(struct input *input, int64_t now_ms,
                                      struct subunit2_error *error);

/* Ends the input: the bytes that are held are a line. */
enum subunit2_result line_reader_end(struct line_reader *self, struct subunit2_error *error);

#endif
