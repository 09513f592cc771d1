/*
 * subunit: packets of version 2, amid text and damage; JSON events that stand
 * alone on a line of that text are events too.
 */
#include "input.h"
#include "loose_text.h"
#include "memory.h"
#include "mixed.h"

#include <stdlib.h>

struct subunit_input {
	struct input input;
	struct mixed *mixed;
	struct loose_text loose;
};

static int
subunit_feed(struct input *input, const void *data, size_t len, int64_t now_ms,
             struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	return mixed_feed(self->mixed, (struct subunit2_view){data, len}, now_ms, error);
}

static int64_t
subunit_deadline(const struct input *input)
{
	const struct subunit_input *self = (const struct subunit_input *)input;
	int64_t mixed = mixed_deadline(self->mixed);
	int64_t text = subunit2_text_deadline(self->loose.text);
	return mixed < text ? mixed : text;
}

static int
subunit_tick(struct input *input, int64_t now_ms, struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	int result = mixed_tick(self->mixed, now_ms, error);
	return result == SUBUNIT2_OK ? subunit2_text_tick(self->loose.text, now_ms, error) : result;
}

static int
subunit_finish(struct input *input, struct subunit2_error *error)
{
	struct subunit_input *self = (struct subunit_input *)input;
	int result = mixed_finish(self->mixed, error);
	return result == SUBUNIT2_OK ? subunit2_text_flush(self->loose.text, error) : result;
}

static void
subunit_free(struct input *input)
{
	struct subunit_input *self = (struct subunit_input *)input;
	mixed_free(self->mixed);
	loose_text_clear(&self->loose);
	free(self);
}

struct input *
input_subunit(const struct input_options *options, struct subunit2_sink *sink,
              struct subunit2_error *error)
{
	(void)error;
	struct subunit_input *self = memory_zeroed(1, sizeof(*self));
	self->input = (struct input){subunit_feed, subunit_deadline, subunit_tick, subunit_finish,
	                             subunit_free};
	loose_text_init(&self->loose, SUBUNIT2_ABSENT, sink);
	self->mixed =
		mixed_new(&self->loose.sink, options->declared, loose_text_feed, &self->loose);
	return &self->input;
}
