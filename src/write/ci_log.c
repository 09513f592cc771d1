/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "ci_log.h"

#include "history.h"
#include "run_facts.h"
#include "verdict.h"

#include <stdlib.h>

#define SHOWN_MAX (256 << 10) /* bytes of each file, the last ones */

static void
ci_log_begin_text(struct ci_log *log)
{
	if (log->markup->begin_text)
		log->markup->begin_text(log);
}

static bool
ci_log_has_output(const struct subunit2_test *test)
{
	for (size_t i = 0; i < test->attachment_count; i++)
		if (test->attachments[i].bytes.len > 0 || test->attachments[i].dropped > 0)
			return true;
	return false;
}

/* Prints the first line of TEST, and its results in earlier runs if they were read. */
static void
ci_log_put_line(struct ci_log *log, const struct subunit2_test *test)
{
	const char *marks = history_marks(log->options->history, test);
	ci_log_begin_text(log);
	test_text_label(log->to->file, &log->counter.labels, test);
	test_text_line(log->to, test, NULL);
	if (marks)
		fprintf(log->to->file, "  past: %s\n", marks);
}

static void
ci_log_put_bad(struct ci_log *log, const struct subunit2_test *test)
{
	struct cause cause;
	cause_find(&cause, test);
	if (log->markup->on_bad)
		log->markup->on_bad(log, test, &cause);
	bool grouped = ci_log_has_output(test);
	if (grouped)
		log->markup->begin_group(log, test, &cause);
	cause_clear(&cause);
	ci_log_put_line(log, test);
	test_text_files(log->to->file, test, log->colors);
	if (grouped)
		log->markup->end_group(log);
}

static enum subunit2_result
ci_log_on_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct ci_log *log = context;
	bool bad = test_text_is_bad(test->status);
	slowest_add(log->slowest, test);
	printable_lines_end(&log->output);
	if (bad)
		ci_log_put_bad(log, test);
	else if (log->options->verbose >= 0)
		ci_log_put_line(log, test);
	if (!bad && log->markup->on_good)
		log->markup->on_good(log, test);
	return output_file_check(log->to, error);
}

static enum subunit2_result
ci_log_on_file(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct ci_log *log = context;
	if (run_facts_has(event)) {
		printable_lines_end(&log->output);
		ci_log_begin_text(log);
		test_text_put_fact(log->to->file, event);
	} else if (log->options->verbose >= 0 && event->file_bytes.len > 0) {
		ci_log_begin_text(log);
		printable_lines_put(&log->output, event->file_bytes);
	}
	return output_file_check(log->to, error);
}

static enum subunit2_result
ci_log_event(struct subunit2_sink *sink, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	return test_counter_event(&((struct ci_log *)sink)->counter, event, error);
}

static enum subunit2_result
ci_log_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct ci_log *log = (struct ci_log *)sink;
	enum subunit2_result result = test_counter_finish(&log->counter, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	printable_lines_end(&log->output);
	if (!slowest_is_empty(log->slowest) &&
	    (!log->options->slowest_if_more || slowest_has_more(log->slowest))) {
		ci_log_begin_text(log);
		slowest_put(log->slowest, log->to->file, log->counter.labels.differ);
	}
	if (log->options->history) {
		ci_log_begin_text(log);
		history_put_trend(log->options->history, log->to->file);
	}
	verdict_put(log->to, test_counter_counts(&log->counter), log->options);
	if (log->markup->finish)
		result = log->markup->finish(log, error);
	return result == SUBUNIT2_E_OK ? output_file_check(log->to, error) : result;
}

static void
ci_log_free(struct subunit2_sink *sink)
{
	struct ci_log *log = (struct ci_log *)sink;
	if (log->markup->clear)
		log->markup->clear(log);
	test_counter_end(&log->counter);
	slowest_free(log->slowest);
	free(log);
}

void
ci_log_begin(struct ci_log *log, const struct ci_log_markup *markup,
             const struct writer_options *options, struct output_file *to,
             enum printable_colors colors)
{
	log->sink = (struct subunit2_sink){ci_log_event, ci_log_finish, ci_log_free};
	log->markup = markup;
	log->options = options;
	log->to = to;
	log->colors = colors;
	log->slowest = slowest_new(options->slowest);
	log->output = (struct printable_lines){
		.file = to->file, .prefix = "| ", .crlf = true, .colors = colors};
	test_counter_begin(&log->counter, SHOWN_MAX, ci_log_on_test, ci_log_on_file, log);
	log->counter.labels.differ = options->labels_differ;
}
