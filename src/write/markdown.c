/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* markdown: a job summary for a CI service; see markdown_report.h. */
#include "markdown_report.h"
#include "memory.h"
#include "test_counter.h"
#include "test_text.h"

#include <stdlib.h>

#define SHOWN_MAX (256 << 10) /* bytes of each file, the last ones */

struct markdown_writer {
	struct subunit2_sink sink;
	struct output_file *to;
	struct test_counter counter;
	struct markdown_report *report;
};

static enum subunit2_result
markdown_writer_on_test(void *context, const struct subunit2_test *test,
                        struct subunit2_error *error)
{
	struct markdown_writer *self = context;
	(void)error;
	struct cause cause;
	bool bad = test_text_is_bad(test->status);
	if (bad)
		cause_find(&cause, test);
	markdown_report_add(self->report, test, bad ? &cause : NULL,
	                    route_labels_shown(&self->counter.labels, test->route_code));
	if (bad)
		cause_clear(&cause);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
markdown_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                      struct subunit2_error *error)
{
	struct markdown_writer *self = (struct markdown_writer *)sink;
	return test_counter_event(&self->counter, event, error);
}

static enum subunit2_result
markdown_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct markdown_writer *self = (struct markdown_writer *)sink;
	enum subunit2_result result = test_counter_finish(&self->counter, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	markdown_report_put(self->report, self->to->file, test_counter_counts(&self->counter),
	                    &self->counter.labels);
	return output_file_check(self->to, error);
}

static void
markdown_writer_free(struct subunit2_sink *sink)
{
	struct markdown_writer *self = (struct markdown_writer *)sink;
	test_counter_end(&self->counter);
	markdown_report_free(self->report);
	free(self);
}

struct subunit2_sink *
writer_markdown(const struct writer_options *options, struct output_file *to,
                struct subunit2_error *error)
{
	(void)error;
	struct markdown_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){markdown_writer_event, markdown_writer_finish,
	                                    markdown_writer_free};
	self->to = to;
	self->report = markdown_report_new(options);
	test_counter_begin(&self->counter, SHOWN_MAX, markdown_writer_on_test, NULL, self);
	self->counter.labels.differ = options->labels_differ;
	return &self->sink;
}
