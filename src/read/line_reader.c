/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "line_reader.h"

#define SILENCE_MS 1000

void
line_input_init(struct line_input *self, const struct line_input_handler *handler, size_t max,
                struct subunit2_sink *sink)
{
	self->handler = handler;
	self->lines.max = max;
	loose_text_init(&self->loose, SUBUNIT2_ABSENT, sink);
}

void
line_input_clear(struct line_input *self)
{
	loose_text_clear(&self->loose);
	lines_clear(&self->lines);
}

/* When what is held of a line is let go. */
static int64_t
line_deadline(const struct line_input *self)
{
	struct subunit2_view held = {self->lines.held, self->lines.len};
	bool waits = held.len == 0 || (!self->lines.open && self->handler->may_begin(self, held));
	return waits ? INT64_MAX : self->fed_ms + SILENCE_MS;
}

int64_t
line_input_deadline(const struct input *input)
{
	const struct line_input *self = (const struct line_input *)input;
	int64_t text = subunit2_text_deadline(self->loose.text);
	int64_t line = line_deadline(self);
	return text < line ? text : line;
}

int
line_input_tick(struct input *input, int64_t now_ms, struct subunit2_error *error)
{
	struct line_input *self = (struct line_input *)input;
	struct subunit2_view line;
	int result = SUBUNIT2_OK;
	if (now_ms >= line_deadline(self) && lines_take_held(&self->lines, &line))
		result = self->handler->text(self, line, error);
	return result == SUBUNIT2_OK ? subunit2_text_tick(self->loose.text, now_ms, error) : result;
}

int
line_input_end(struct line_input *self, struct subunit2_error *error)
{
	struct subunit2_view line;
	if (!lines_take_held(&self->lines, &line))
		return SUBUNIT2_OK;
	self->lines.open = false; /* nothing follows: this is all of the line */
	return self->handler->line(self, line, error);
}
