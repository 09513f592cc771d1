/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "line_reader.h"

#define SILENCE_MS 1000

void
line_reader_init(struct line_reader *self, const struct line_reader_handler *handler, size_t max,
                 struct subunit2_sink *sink)
{
	self->handler = handler;
	self->lines.max = max;
	stray_text_init(&self->stray_text, SUBUNIT2_ABSENT, sink);
}

void
line_reader_clear(struct line_reader *self)
{
	stray_text_clear(&self->stray_text);
	lines_clear(&self->lines);
}

/* Returns when the beginning of a line that is held is passed on as text. */
static int64_t
line_reader_held_deadline(const struct line_reader *self)
{
	struct subunit2_view held = {self->lines.held, self->lines.len};
	bool waits = held.len == 0 || (!self->lines.open && self->handler->may_begin(self, held));
	return waits ? INT64_MAX : self->fed_ms + SILENCE_MS;
}

int64_t
line_reader_deadline(const struct input *input)
{
	const struct line_reader *self = (const struct line_reader *)input;
	int64_t text = subunit2_text_deadline(self->stray_text.text);
	int64_t line = line_reader_held_deadline(self);
	return text < line ? text : line;
}

enum subunit2_result
line_reader_tick(struct input *input, int64_t now_ms, struct subunit2_error *error)
{
	struct line_reader *self = (struct line_reader *)input;
	struct subunit2_view line;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (now_ms >= line_reader_held_deadline(self) && lines_take_held(&self->lines, &line))
		result = self->handler->text(self, line, error);
	return result == SUBUNIT2_E_OK ? subunit2_text_tick(self->stray_text.text, now_ms, error)
	                               : result;
}

enum subunit2_result
line_reader_end(struct line_reader *self, struct subunit2_error *error)
{
	struct subunit2_view line;
	if (!lines_take_held(&self->lines, &line))
		return SUBUNIT2_E_OK;
	self->lines.open = false; /* nothing follows: this is all of the line */
	return self->handler->line(self, line, error);
}
