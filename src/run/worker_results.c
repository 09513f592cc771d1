/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "worker_results.h"

#include "attempt_report.h"
#include "event_buffer.h"
#include "memory.h"
#include "subtest_answers.h"
#include "timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <subunit2/utf8.h>

#define CAUSE_MAX 4096 /* bytes of a cause */

struct worker_result {
	const char *id;
	struct subtest_answers answers;
	char *code; /* of its first attempt; NULL: none has started */
	char *base; /* of the attempt that runs; NULL: none does */
	unsigned attempts;
	bool failed;                /* an attempt has */
	char *cause;                /* of the first one that has; NULL: not known */
	struct subunit2_error lost; /* why events were not held; code 0: all were */
};

struct worker_results {
	struct subunit2_sink *sink;
	const struct string_list *expected;
	struct event_buffer *event_buffer; /* NULL: events pass */
	struct worker_result *tests;
	size_t count, room;
	char *route; /* of an event that is rewritten */
};

struct worker_results *
worker_results_new(struct subunit2_sink *sink, bool hold, const struct string_list *expected)
{
	struct worker_results *results = memory_zeroed(1, sizeof(*results));
	results->sink = sink;
	results->expected = expected;
	if (hold)
		results->event_buffer = event_buffer_new();
	return results;
}

static void
worker_results_clear(struct worker_result *test)
{
	subtest_answers_clear(&test->answers);
	free(test->code);
	free(test->base);
	free(test->cause);
	test->code = test->base = test->cause = NULL;
}

void
worker_results_clear_all(struct worker_results *results)
{
	for (size_t i = 0; i < results->count; i++)
		worker_results_clear(&results->tests[i]);
	results->count = 0;
}

void
worker_results_free(struct worker_results *results)
{
	worker_results_clear_all(results);
	event_buffer_free(results->event_buffer);
	free(results->tests);
	free(results->route);
	free(results);
}

size_t
worker_results_add(struct worker_results *results, const char *id,
                   const struct string_list *subtests)
{
	results->tests = memory_grow(results->tests, &results->room, results->count + 1,
	                             sizeof(*results->tests));
	struct worker_result *test = &results->tests[results->count];
	*test = (struct worker_result){.id = id};
	subtest_answers_begin(&test->answers, subtests);
	return results->count++;
}

const char *
worker_results_id(const struct worker_results *results, size_t test)
{
	return results->tests[test].id;
}

bool
worker_results_is_under(const struct worker_results *results, size_t test,
                        struct subunit2_view code)
{
	const char *base = results->tests[test].base;
	return base && subunit2_route_is_under(code, subunit2_view_of(base), NULL);
}

bool
worker_results_has_slot(const struct worker_results *results, size_t test)
{
	const char *base = results->tests[test].base;
	return base && strchr(base, '/');
}

/* Returns whether CODE is longer than that of the running attempt of TEST, which has a slot. */
static bool
worker_results_is_below(const struct worker_results *results, size_t test,
                        struct subunit2_view code)
{
	return worker_results_has_slot(results, test) &&
	       worker_results_is_under(results, test, code) &&
	       code.len > strlen(results->tests[test].base);
}

bool
worker_results_owns(const struct worker_results *results, size_t test,
                    const struct subunit2_event *event, bool *own)
{
	const char *name = results->tests[test].id;
	struct subunit2_view id = event->test_id;
	size_t len = strlen(name);
	*own = false;
	if (id.len < len || memcmp(id.data, name, len) != 0)
		return false;
	if (id.len > len)
		return id.len > len + 2 && memcmp(id.data + len, "::", 2) == 0;
	*own = !worker_results_is_below(results, test, event->route_code);
	return true;
}

/* Returns the test in the event buffer that holds the events of TEST. */
static struct event_buffer_test *
worker_results_held(struct worker_results *results, size_t test)
{
	/* The code makes the key unique: a test may run more than once. */
	char code[24];
	snprintf(code, sizeof(code), "%zu", test);
	struct subunit2_event event = {
		.test_id = subunit2_view_of(results->tests[test].id),
		.route_code = subunit2_view_of(code),
	};
	return event_buffer_test(results->event_buffer, &event);
}

static struct subunit2_view
worker_results_code(const struct worker_result *test)
{
	return subunit2_view_of(test->code);
}

/* Replaces the routing code of the running attempt in EVENT by that of the first attempt. */
static void
worker_results_reroute(struct worker_results *results, size_t index, struct subunit2_event *event)
{
	const struct worker_result *test = &results->tests[index];
	struct subunit2_view rest;
	if (subunit2_view_equal(event->test_id, subunit2_view_of(test->id)) &&
	    !worker_results_is_below(results, index, event->route_code)) {
		event->route_code = worker_results_code(test);
		return;
	}
	if (test->attempts < 2 ||
	    !subunit2_route_is_under(event->route_code, subunit2_view_of(test->base), &rest))
		return;
	free(results->route);
	results->route = memory_format("%s%s%.*s", test->code, rest.len ? "/" : "", (int)rest.len,
	                               rest.data ? rest.data : "");
	event->route_code = subunit2_view_of(results->route);
}

void
worker_results_start(struct worker_results *results, size_t test,
                     const struct subunit2_event *event)
{
	struct worker_result *t = &results->tests[test];
	free(t->base);
	t->base = memory_copy_len(event->route_code.data, event->route_code.len);
	t->attempts++;
	if (t->code)
		return;
	t->code = memory_copy(t->base);
	if (event->status == SUBUNIT2_STATUS_INPROGRESS)
		subunit2_sink_event(results->sink, event, NULL);
}

void
worker_results_event(struct worker_results *results, size_t test,
                     const struct subunit2_event *event)
{
	struct worker_result *t = &results->tests[test];
	struct subunit2_event changed = *event;
	worker_results_reroute(results, test, &changed);
	subtest_answers_add(&t->answers, event);
	if (!results->event_buffer)
		subunit2_sink_event(results->sink, &changed, NULL);
	else if (!t->lost.code)
		event_buffer_add(results->event_buffer, worker_results_held(results, test),
		                 &changed, &t->lost);
}

enum subunit2_status
worker_results_judge(const struct worker_results *results, size_t test,
                     const struct subunit2_event *event)
{
	const char *id = results->tests[test].id;
	bool has_reason = subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason"));
	if (string_list_find(results->expected, id, strlen(id)) < 0)
		return event->status;
	if (event->status == SUBUNIT2_STATUS_SUCCESS)
		return SUBUNIT2_STATUS_UXSUCCESS;
	return event->status == SUBUNIT2_STATUS_FAIL &&
	                       !(has_reason && outcome_was_disturbed(event->file_bytes))
	               ? SUBUNIT2_STATUS_XFAIL
	               : event->status;
}

/* Returns an event about TEST that this program makes, at the present time. */
static struct subunit2_event
worker_results_own_event(const struct worker_result *test)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(test->id),
		.route_code = worker_results_code(test),
		.runnable = true,
		.has_timestamp = true,
		.timestamp = timestamp_now(),
	};
}

/* Sends the final status of an attempt to SINK: that of EVENT, or else of OUTCOME. */
static void
worker_results_emit_end(struct worker_results *results, size_t test,
                        const struct subunit2_event *event, const struct outcome *outcome,
                        bool flaky, struct subunit2_sink *sink)
{
	struct worker_result *t = &results->tests[test];
	struct subunit2_event end = event ? *event : worker_results_own_event(t);
	struct subunit2_tagset tags = {0};
	end.route_code = worker_results_code(t);
	end.status = event ? worker_results_judge(results, test, event) : outcome->status;
	if (outcome && outcome->reason)
		outcome_attach_reason(&end, outcome->reason);
	subunit2_tagset_add_all(&tags, end.tags, NULL);
	if (outcome && outcome->infrastructure)
		subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("infrastructure"), NULL);
	if (flaky)
		subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("flaky"), NULL);
	end.tags = subunit2_tagset_view(&tags);
	subunit2_sink_event(sink, &end, NULL);
	subunit2_tagset_clear(&tags);
}

void
worker_results_retry(struct worker_results *results, size_t test,
                     const struct subunit2_event *event, const struct outcome *outcome)
{
	struct worker_result *t = &results->tests[test];
	struct attempt_report report;
	struct subunit2_view id = subunit2_view_of(t->id);
	attempt_report_begin(&report, id, worker_results_code(t));
	event_buffer_release(results->event_buffer, worker_results_held(results, test), report.sink,
	                     &t->lost);
	worker_results_emit_end(results, test, event, outcome, false, report.sink);
	struct subunit2_sink *stamp =
		memory_have(subunit2_stamp_new(results->sink, timestamp_clock, NULL));
	char *cause =
		attempt_report_attach(&report, id, worker_results_code(t), t->attempts, stamp);
	if (t->cause)
		free(cause);
	else
		t->cause = cause;
	subunit2_sink_free(stamp);
	t->failed = true;
}

/* Attaches the file "worker", unless the last attempt ran where the first one did. */
static void
worker_results_attach_worker(struct worker_results *results, struct worker_result *test)
{
	struct subunit2_event event = worker_results_own_event(test);
	if (test->attempts < 2 || strcmp(test->base, test->code) == 0)
		return;
	event.file_name = SUBUNIT2_LITERAL("worker");
	event.file_bytes = subunit2_view_of(test->base);
	event.mime_type = SUBUNIT2_TEXT_TYPE;
	event.eof = true;
	subunit2_sink_event(results->sink, &event, NULL);
}

/* Attaches the cause of the first attempt that failed to TEST, which passed. */
static void
worker_results_attach_cause(struct worker_results *results, struct worker_result *test)
{
	char text[CAUSE_MAX];
	struct subunit2_event event = worker_results_own_event(test);
	if (!test->cause)
		return;
	event.file_name = SUBUNIT2_LITERAL("reason");
	event.file_bytes = (struct subunit2_view){
		text, subunit2_utf8_escape(subunit2_view_of(test->cause), text, sizeof(text) - 1)};
	text[event.file_bytes.len++] = '\n';
	event.mime_type = SUBUNIT2_TEXT_TYPE;
	subunit2_sink_event(results->sink, &event, NULL);
}

/* Sends the subtests that were asked for and are missing. */
static void
worker_results_complete_answers(struct worker_results *results, struct worker_result *test)
{
	struct subunit2_sink *next = results->sink, *route = NULL;
	if (!test->answers.wanted.count)
		return;
	if (test->code)
		next = route = memory_have(
			subunit2_add_route_new(results->sink, worker_results_code(test)));
	struct subunit2_sink *stamp = memory_have(subunit2_stamp_new(next, timestamp_clock, NULL));
	subtest_answers_complete(&test->answers, stamp, NULL);
	subunit2_sink_free(stamp);
	subunit2_sink_free(route);
}

enum subunit2_status
worker_results_finish(struct worker_results *results, size_t test,
                      const struct subunit2_event *event, struct outcome *outcome)
{
	struct worker_result *t = &results->tests[test];
	struct outcome lost = {0};
	if (results->event_buffer)
		event_buffer_release(results->event_buffer, worker_results_held(results, test),
		                     results->sink, &t->lost);
	if (t->lost.code) {
		outcome_fail(&lost, "its output could not be kept: %s", t->lost.message);
		event = NULL;
		outcome = &lost;
	}
	enum subunit2_status status =
		event ? worker_results_judge(results, test, event) : outcome->status;
	worker_results_attach_worker(results, t);
	worker_results_complete_answers(results, t);
	bool flaky = t->failed && !subunit2_status_is_bad(status);
	if (flaky)
		worker_results_attach_cause(results, t);
	worker_results_emit_end(results, test, event, outcome, flaky, results->sink);
	outcome_clear(&lost);
	worker_results_clear(t);
	return status;
}
