/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/sink.h>

#include <stdlib.h>

struct fail_fast {
	struct subunit2_sink sink;
	enum subunit2_result (*failed)(void *context, const struct subunit2_event *event,
	                               struct subunit2_error *error);
	void *context;
	bool done;
};

static enum subunit2_result
fail_fast_event(struct subunit2_sink *self, const struct subunit2_event *event,
                struct subunit2_error *error)
{
	struct fail_fast *fail_fast = (struct fail_fast *)self;

	if (fail_fast->done || !subunit2_status_is_bad(event->status))
		return SUBUNIT2_E_OK;
	fail_fast->done = true;
	return fail_fast->failed(fail_fast->context, event, error);
}

static enum subunit2_result
fail_fast_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	(void)self;
	(void)error;
	return SUBUNIT2_E_OK;
}

static void
fail_fast_free(struct subunit2_sink *self)
{
	free(self);
}

struct subunit2_sink *
subunit2_fail_fast_new(enum subunit2_result (*failed)(void *context,
                                                      const struct subunit2_event *event,
                                                      struct subunit2_error *error),
                       void *context)
{
	struct fail_fast *fail_fast = malloc(sizeof(*fail_fast));

	if (!fail_fast)
		return NULL;
	*fail_fast = (struct fail_fast){
		.sink = {fail_fast_event, fail_fast_finish, fail_fast_free},
		.failed = failed,
		.context = context,
	};
	return &fail_fast->sink;
}
