/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stray_text.h"

#include "memory.h"

static int
loose_event(struct subunit2_sink *self, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct loose_text *loose = (struct loose_text *)self;
	int result = subunit2_text_flush(loose->text, error);
	return result == SUBUNIT2_OK ? subunit2_sink_event(loose->next, event, error) : result;
}

static int
loose_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return subunit2_text_flush(((struct loose_text *)self)->text, error);
}

void
loose_text_init(struct loose_text *loose, struct subunit2_view id, struct subunit2_sink *next)
{
	loose->sink = (struct subunit2_sink){loose_event, loose_finish, NULL};
	loose->next = next;
	loose->text = memory_have(subunit2_text_new(next, SUBUNIT2_LITERAL("stdout"), id,
	                                            SUBUNIT2_ABSENT, subunit2_view_present(id)));
}

void
loose_text_clear(struct loose_text *loose)
{
	subunit2_text_free(loose->text);
}

int
loose_text_feed(void *context, struct subunit2_view bytes, int64_t now_ms,
                struct subunit2_error *error)
{
	struct loose_text *loose = context;
	return subunit2_text_feed(loose->text, bytes, now_ms, error);
}
