/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Callbacks that fail. A scenario passes its events to a failing_sink; each call of the sink
 * fails once, with an error and with SUBUNIT2_E_STOP. The scenario must return that result and
 * make no further call.
 */
#ifndef FAILING_SINK_H
#define FAILING_SINK_H

#include "check.h"

#include <stddef.h>
#include <string.h>
#include <subunit2.h>

struct failing_sink {
	struct subunit2_sink sink; /* the first member */
	size_t count;              /* calls so far */
	size_t fail_at;            /* the call that fails; 0: none */
	enum subunit2_result result;
	size_t after; /* calls after the one that failed */
};

/* Count a call of a callback and return its result. */
static inline enum subunit2_result
failing_sink_call(struct failing_sink *sink, struct subunit2_error *error)
{
	sink->count++;
	if (sink->fail_at == 0 || sink->count < sink->fail_at)
		return SUBUNIT2_E_OK;
	if (sink->count > sink->fail_at) {
		sink->after++;
		return SUBUNIT2_E_OK;
	}
	if (sink->result < 0)
		return subunit2_error_set(error, sink->result, "sink", "is full");
	return sink->result;
}

static inline enum subunit2_result
failing_sink_event(struct subunit2_sink *self, const struct subunit2_event *event,
                   struct subunit2_error *error)
{
	(void)event;
	return failing_sink_call((struct failing_sink *)self, error);
}

static inline enum subunit2_result
failing_sink_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return failing_sink_call((struct failing_sink *)self, error);
}

/*
 * Run SCENARIO once without a failure, and once for each call of its sink and each result. It
 * returns the first result that is not SUBUNIT2_E_OK.
 */
static inline void
failing_sink_run(const char *name, enum subunit2_result (*scenario)(struct failing_sink *sink,
                                                                    struct subunit2_error *error))
{
	static const enum subunit2_result results[] = {SUBUNIT2_E_SYSTEM, SUBUNIT2_E_STOP};
	struct failing_sink sink = {.sink = {failing_sink_event, failing_sink_finish, NULL}};
	size_t wrong = 0, step = getenv("CHECK_VALGRIND") ? 7 : 1;
	bool whole = scenario(&sink, NULL) == SUBUNIT2_E_OK;
	const size_t total = sink.count;
	for (size_t at = 1; at <= total; at += step)
		for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++) {
			struct subunit2_error error = {.message = ""};
			sink.count = sink.after = 0;
			sink.fail_at = at;
			sink.result = results[i];
			enum subunit2_result result = scenario(&sink, &error);
			bool good = result == results[i] && sink.after == 0 &&
			            (result > 0 || strcmp(error.message, "is full") == 0);
			if (!good && !wrong++)
				printf("# %s: call %zu of %zu fails with %d: returned %d (%s), "
				       "%zu further calls\n",
				       name, at, total, results[i], result, error.message,
				       sink.after);
		}
	printf("# %s: %zu calls\n", name, total);
	check_report(whole, __FILE__, __LINE__, name);
	CHECK_NAMED("each failed call ends it", wrong == 0);
}

#endif
