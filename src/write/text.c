/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * text: for people. A line a test as it ends; under one that is bad its files;
 * output that belongs to no test, where it came; the slowest; where asked for,
 * the bad ones again; the summary.
 *
 *     pass  t/a.t  0.012s
 *     FAIL  t/b.t  1.20s
 *       stdout:
 *         | what it said
 *
 * -q leaves out tests that are not bad, and output of no test; -v shows the
 * files of every test, and how busy each route was.
 */
#include "end_list.h"
#include "load_balance.h"
#include "memory.h"
#include "printable.h"
#include "slowest.h"
#include "test_counter.h"
#include "test_text.h"
#include "verdict.h"

#include <stdlib.h>

#define SHOWN_MAX (1 << 20) /* bytes of each file, the last ones; -v shows all */

struct text_writer {
	struct subunit2_sink sink;
	const struct writer_options *options;
	struct destination *to;
	struct tally tally;
	struct slowest *slowest;
	struct recall *recall; /* NULL: nothing is named again */
	struct balance *balance;
	bool has_time;
	struct subunit2_time now;    /* the latest that was said */
	struct visible_lines output; /* of no test */
};

/* What was said before a test began or after it ended. */
static int
file_event(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct text_writer *self = context;
	if (self->options->verbose >= 0)
		visible_lines_put(&self->output, event->file_bytes);
	return destination_check(self->to, error);
}

static int
test_ended(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct text_writer *self = context;
	bool bad = test_text_is_bad(test->status);
	slowest_add(self->slowest, test);
	if (self->recall)
		recall_add(self->recall, test);
	balance_add(self->balance, test);
	if (bad || self->options->verbose >= 0) {
		visible_lines_end(&self->output);
		test_text_line(self->to, test, self->has_time ? &self->now : NULL);
	}
	if (bad || self->options->verbose > 0)
		test_text_files(self->to->file, test);
	return destination_check(self->to, error);
}

static int
text_event(struct subunit2_sink *sink, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	struct text_writer *self = (struct text_writer *)sink;
	if (event->has_timestamp &&
	    (!self->has_time || subunit2_time_compare(event->timestamp, self->now) > 0)) {
		self->has_time = true;
		self->now = event->timestamp;
	}
	return tally_event(&self->tally, event, error);
}

static int
text_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct text_writer *self = (struct text_writer *)sink;
	int result = tally_finish(&self->tally, error);
	if (result != SUBUNIT2_OK)
		return result;
	visible_lines_end(&self->output);
	slowest_put(self->slowest, self->to->file);
	if (self->recall)
		recall_put(self->recall, self->to);
	balance_put(self->balance, self->to->file, self->options->verbose > 0);
	verdict_put(self->to, tally_counts(&self->tally), self->options);
	return destination_check(self->to, error);
}

static void
text_free(struct subunit2_sink *sink)
{
	struct text_writer *self = (struct text_writer *)sink;
	tally_end(&self->tally);
	slowest_free(self->slowest);
	recall_free(self->recall);
	balance_free(self->balance);
	free(self);
}

struct subunit2_sink *
writer_text(const struct writer_options *options, struct destination *to,
            struct subunit2_error *error)
{
	(void)error;
	struct text_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink = (struct subunit2_sink){text_event, text_finish, text_free};
	self->options = options;
	self->to = to;
	self->output = (struct visible_lines){.file = to->file, .prefix = "| ", .crlf = true};
	self->slowest = slowest_new(options->slowest);
	self->recall = options->recall ? recall_new() : NULL;
	self->balance = balance_new();
	tally_begin(&self->tally, options->verbose > 0 ? SIZE_MAX : SHOWN_MAX, test_ended,
	            file_event, self);
	return &self->sink;
}
