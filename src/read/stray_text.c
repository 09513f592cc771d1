/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stray_text.h"

#include "memory.h"

/* Not inlined, so that the function below needs no stack frame in the common case. */
static __attribute__((noinline)) enum subunit2_result
stray_text_event_after_text(struct stray_text *stray_text, const struct subunit2_event *event,
                            struct subunit2_error *error)
{
	stray_text->has_text = false;
	enum subunit2_result result = subunit2_text_flush(stray_text->text, error);
	return result == SUBUNIT2_E_OK ? subunit2_sink_event(stray_text->next, event, error)
	                               : result;
}

static enum subunit2_result
stray_text_event(struct subunit2_sink *self, const struct subunit2_event *event,
                 struct subunit2_error *error)
{
	struct stray_text *stray_text = (struct stray_text *)self;
	return stray_text->has_text ? stray_text_event_after_text(stray_text, event, error)
	                            : subunit2_sink_event(stray_text->next, event, error);
}

static enum subunit2_result
stray_text_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return subunit2_text_flush(((struct stray_text *)self)->text, error);
}

void
stray_text_init(struct stray_text *stray_text, struct subunit2_view id, struct subunit2_sink *next)
{
	stray_text->sink = (struct subunit2_sink){stray_text_event, stray_text_finish, NULL};
	stray_text->next = next;
	stray_text->has_text = false;
	stray_text->text = memory_have(
		subunit2_text_new(next, SUBUNIT2_LITERAL("stdout"), id, SUBUNIT2_ABSENT,
	                          subunit2_view_present(id) ? SUBUNIT2_TEXT_RUNNABLE : 0));
}

void
stray_text_clear(struct stray_text *stray_text)
{
	subunit2_text_free(stray_text->text);
}

enum subunit2_result
stray_text_feed(void *context, struct subunit2_view bytes, int64_t now_ms,
                struct subunit2_error *error)
{
	struct stray_text *stray_text = context;
	stray_text->has_text = true;
	return subunit2_text_feed(stray_text->text, bytes, now_ms, error);
}
