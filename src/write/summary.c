/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* summary: the counts, the time, the verdict; with --slowest, the slowest tests. */
#include "memory.h"
#include "route_label.h"
#include "slowest.h"
#include "verdict.h"

#include <stdlib.h>

struct summary_writer {
	struct subunit2_sink sink;
	const struct writer_options *options;
	struct output_file *to;
	struct subunit2_summary *own; /* counts the events; NULL: OPTIONS->summary does */
	struct slowest *slowest;
	struct subunit2_sink *tests; /* a collect sink that feeds slowest; NULL without --slowest */
	struct route_labels labels;  /* of these tests */
};

static enum subunit2_result
summary_writer_test_ended(void *context, const struct subunit2_test *test,
                          struct subunit2_error *error)
{
	struct summary_writer *self = context;
	(void)error;
	slowest_add(self->slowest, test);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
summary_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                     struct subunit2_error *error)
{
	struct summary_writer *self = (struct summary_writer *)sink;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (self->tests) {
		route_labels_add_event(&self->labels, event);
		result = subunit2_sink_event(self->tests, event, error);
	}
	if (result == SUBUNIT2_E_OK && self->own)
		result = subunit2_sink_event(subunit2_summary_sink(self->own), event, error);
	return result;
}

static enum subunit2_result
summary_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct summary_writer *self = (struct summary_writer *)sink;
	const struct subunit2_summary *summary = self->own ? self->own : self->options->summary;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (self->own)
		result = subunit2_sink_finish(subunit2_summary_sink(self->own), error);
	if (result == SUBUNIT2_E_OK && self->tests)
		result = subunit2_sink_finish(self->tests, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	slowest_put(self->slowest, self->to->file, self->labels.differ);
	verdict_put(self->to, subunit2_summary_result(summary), self->options);
	return output_file_check(self->to, error);
}

static void
summary_writer_free(struct subunit2_sink *sink)
{
	struct summary_writer *self = (struct summary_writer *)sink;
	subunit2_sink_free(self->tests);
	subunit2_summary_free(self->own);
	slowest_free(self->slowest);
	route_labels_clear(&self->labels);
	free(self);
}

struct subunit2_sink *
writer_summary(const struct writer_options *options, struct output_file *to,
               struct subunit2_error *error)
{
	(void)error;
	unsigned most = options->slowest_if_more ? 0 : options->slowest;
	struct summary_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){summary_writer_event, summary_writer_finish,
	                                    summary_writer_free};
	self->options = options;
	self->to = to;
	self->slowest = slowest_new(most);
	self->own = options->summary ? NULL : memory_have(subunit2_summary_new());
	if (most > 0) {
		struct subunit2_collect_options nothing = {.size = sizeof(nothing)};
		self->tests = memory_have(
			subunit2_collect_new(&nothing, summary_writer_test_ended, NULL, self));
	}
	return &self->sink;
}
