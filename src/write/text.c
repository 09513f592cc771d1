/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * text: the report for people. Prints a line for each test as it ends, the files of a test
 * that ended badly, and output without a test in order of arrival. At the end it prints the
 * slowest tests, the failures again if options->list_ends is set, and the summary.
 *
 *     pass  t/a.t  0.012s
 *     FAIL  t/b.t  1.20s
 *       stdout:
 *         | its output
 *
 * -q leaves out tests that ended well, and output without a test. -v shows the files of
 * every test and how busy each route was.
 */
#include "end_list.h"
#include "history.h"
#include "load_balance.h"
#include "memory.h"
#include "printable.h"
#include "run_facts.h"
#include "slowest.h"
#include "test_counter.h"
#include "test_text.h"
#include "verdict.h"

#include <stdlib.h>

#define SHOWN_MAX (1 << 20) /* the last bytes of each file; -v shows all */

struct text_writer {
	struct subunit2_sink sink;
	const struct writer_options *options;
	struct output_file *to;
	struct test_counter counter;
	struct slowest *slowest;
	struct end_list *end_list; /* NULL: the end names no failures */
	struct load_balance *balance;
	bool has_time;
	struct subunit2_time now;      /* the latest time of an event */
	struct printable_lines output; /* without a test */
};

/* Prints output without a test: from before a test began or after it ended. */
static enum subunit2_result
text_writer_file_event(void *context, const struct subunit2_event *event,
                       struct subunit2_error *error)
{
	struct text_writer *self = context;
	if (run_facts_has(event)) {
		printable_lines_end(&self->output);
		test_text_put_fact(self->to->file, event);
	} else if (self->options->verbose >= 0)
		printable_lines_put(&self->output, event->file_bytes);
	return output_file_check(self->to, error);
}

static enum subunit2_result
text_writer_test_ended(void *context, const struct subunit2_test *test,
                       struct subunit2_error *error)
{
	struct text_writer *self = context;
	bool bad = test_text_is_bad(test->status);
	const char *marks = history_marks(self->options->history, test);
	slowest_add(self->slowest, test);
	if (self->end_list)
		end_list_add(self->end_list, test);
	load_balance_add(self->balance, test);
	if (bad || self->options->verbose >= 0) {
		printable_lines_end(&self->output);
		test_text_label(self->to->file, &self->counter.labels, test);
		test_text_line(self->to, test, self->has_time ? &self->now : NULL);
		if (marks)
			fprintf(self->to->file, "  past: %s\n", marks);
	}
	if (bad || self->options->verbose > 0)
		test_text_files(self->to->file, test, test_text_colors(self->to));
	return output_file_check(self->to, error);
}

static enum subunit2_result
text_writer_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                  struct subunit2_error *error)
{
	struct text_writer *self = (struct text_writer *)sink;
	if (event->has_timestamp &&
	    (!self->has_time || subunit2_time_compare(event->timestamp, self->now) > 0)) {
		self->has_time = true;
		self->now = event->timestamp;
	}
	return test_counter_event(&self->counter, event, error);
}

static enum subunit2_result
text_writer_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct text_writer *self = (struct text_writer *)sink;
	enum subunit2_result result = test_counter_finish(&self->counter, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	printable_lines_end(&self->output);
	if (!self->options->slowest_if_more || slowest_has_more(self->slowest))
		slowest_put(self->slowest, self->to->file, self->counter.labels.differ);
	if (self->end_list)
		end_list_put(self->end_list, self->to, self->counter.labels.differ);
	load_balance_put(self->balance, self->to->file, self->options->verbose > 0);
	if (self->options->history)
		history_put_trend(self->options->history, self->to->file);
	verdict_put(self->to, test_counter_counts(&self->counter), self->options);
	return output_file_check(self->to, error);
}

static void
text_writer_free(struct subunit2_sink *sink)
{
	struct text_writer *self = (struct text_writer *)sink;
	test_counter_end(&self->counter);
	slowest_free(self->slowest);
	end_list_free(self->end_list);
	load_balance_free(self->balance);
	free(self);
}

struct subunit2_sink *
writer_text(const struct writer_options *options, struct output_file *to,
            struct subunit2_error *error)
{
	(void)error;
	struct text_writer *self = memory_zeroed(1, sizeof(*self));
	self->sink =
		(struct subunit2_sink){text_writer_event, text_writer_finish, text_writer_free};
	self->options = options;
	self->to = to;
	self->output = (struct printable_lines){
		.file = to->file, .prefix = "| ", .crlf = true, .colors = test_text_colors(to)};
	self->slowest = slowest_new(options->slowest);
	self->end_list = options->list_ends ? end_list_new(options->verbose > 0) : NULL;
	self->balance = load_balance_new();
	test_counter_begin(&self->counter, options->verbose > 0 ? SIZE_MAX : SHOWN_MAX,
	                   text_writer_test_ended, text_writer_file_event, self);
	self->counter.labels.differ = options->labels_differ;
	return &self->sink;
}
