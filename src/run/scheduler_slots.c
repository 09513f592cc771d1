/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "scheduler_state.h"

#include "duration.h"
#include "memory.h"
#include "message.h"
#include "regex.h"
#include "timestamp.h"

#include <stdio.h>
#include <stdlib.h>

const struct script *
scheduler_script_of(const struct scheduler *scheduler, size_t choice)
{
	return &scheduler->suite->scripts[scheduler->selection->choices[choice].script];
}

size_t
scheduler_left(const struct scheduler *scheduler)
{
	return test_queue_left(&scheduler->parallel) + test_queue_left(&scheduler->serial);
}

void
scheduler_enqueue(struct scheduler *scheduler, size_t choice)
{
	struct regex *serial = scheduler->options->serial;
	struct subunit2_view id = subunit2_view_of(scheduler_script_of(scheduler, choice)->id);
	bool alone = serial && regex_matches(serial, id);
	test_queue_add(alone ? &scheduler->serial : &scheduler->parallel, choice);
}

static struct test_queue *
scheduler_next_queue(struct scheduler *scheduler)
{
	return test_queue_left(&scheduler->parallel) ? &scheduler->parallel : &scheduler->serial;
}

static void
scheduler_slot_open(struct scheduler *scheduler, unsigned number, struct subunit2_sink *sink)
{
	struct slot *slot = &scheduler->slots[number];
	char code[16];
	snprintf(code, sizeof(code), "%u", number);
	slot->scheduler = scheduler;
	slot->number = number;
	slot->loan = scheduler->loans ? &scheduler->loans[number] : NULL;
	slot->route = memory_have(subunit2_add_route_new(sink, subunit2_view_of(code)));
	slot->stamp = memory_have(subunit2_stamp_new(slot->route, timestamp_clock, NULL));
}

static void
scheduler_slot_close(struct slot *slot)
{
	subunit2_sink_free(slot->stamp);
	subunit2_sink_free(slot->route);
}

static void
scheduler_report_slow(void *context)
{
	struct slot *slot = context;
	struct event_loop *loop = slot->scheduler->supervisor->loop;
	char text[DURATION_SIZE];
	int64_t ran_ns = event_loop_now_ns(loop) - attempts_start_ns(slot->attempts);
	message("%s: still running after %s", attempts_id(slot->attempts),
	        duration_text(ran_ns, text));
	event_loop_timer_start(loop, &slot->slow,
	                       event_loop_now_ns(loop) + slot->scheduler->options->slow_ns,
	                       scheduler_report_slow, slot);
}

void
scheduler_stop_starting(struct scheduler *scheduler, const char *why)
{
	if (!scheduler->stopped)
		scheduler->stopped = why;
}

static void
scheduler_on_attempts_end(void *context, const struct attempts_end *end)
{
	struct slot *slot = context;
	struct scheduler *scheduler = slot->scheduler;
	event_loop_timer_stop(scheduler->supervisor->loop, &slot->slow);
	attach_end_test(slot->attach);
	slot->attach = NULL;
	attempts_free(slot->attempts);
	slot->attempts = NULL;
	scheduler->running--;
	scheduler->running_serial = false;
	if (slot->loan)
		jobserver_give(scheduler->options->jobserver, slot->loan);
	scheduler->end.bad += subunit2_status_is_bad(end->status);
	if (end->bailed_out && !scheduler->options->no_bail)
		scheduler_stop_starting(scheduler, "not run: a test bailed out");
	if (scheduler->options->max_fail && scheduler->end.bad >= scheduler->options->max_fail)
		scheduler_stop_starting(scheduler, "not run: enough has failed");
}

static bool
scheduler_holds_token(const struct slot *slot)
{
	return slot->loan && jobserver_is_lent(slot->loan);
}

bool
scheduler_signal_reaches(const struct scheduler *scheduler)
{
	return scheduler->options->keepalive ||
	       (scheduler->end_from_terminal && scheduler->options->attempts.job.process.inherit);
}

static void
scheduler_type(void *context, struct subunit2_view bytes, bool end)
{
	struct slot *slot = context;
	slot_inputs_type(&slot->scheduler->inputs, slot->number, bytes, end);
}

/* Lets the user's terminal be attached to the test CHOICE. */
static void
scheduler_begin_attach(struct scheduler *scheduler, struct slot *slot, size_t choice)
{
	struct attach_test_options options = {
		.id = scheduler_script_of(scheduler, choice)->id,
		.terminal = slot_inputs_buffer(&scheduler->inputs, slot->number),
		.type = scheduler_type,
		.context = slot,
	};
	slot->attach = attach_start_test(scheduler->options->attach, &options);
}

static void
scheduler_start(struct scheduler *scheduler, struct slot *slot)
{
	const struct scheduler_options *options = scheduler->options;
	struct test_queue *queue = scheduler_next_queue(scheduler);
	size_t choice = test_queue_take(queue);
	scheduler_begin_attach(scheduler, slot, choice);
	struct attempts_place place = {
		.slot = slot->number,
		.loan = scheduler_holds_token(slot) ? slot->loan : NULL,
		.stdin_buffer = slot_inputs_buffer(&scheduler->inputs, slot->number),
		.workspace = &slot->workspace,
		.cleaner = scheduler->cleaner,
		.attach = slot->attach,
	};
	struct event_loop *loop = scheduler->supervisor->loop;
	scheduler->running++;
	scheduler->running_serial = queue == &scheduler->serial;
	slot->attempts = attempts_start(scheduler->supervisor, &options->attempts,
	                                scheduler_script_of(scheduler, choice),
	                                &scheduler->selection->choices[choice], &place, slot->stamp,
	                                scheduler_on_attempts_end, slot);
	/* The signal came while the start of the test was written. */
	if (scheduler->end.signo)
		attempts_stop(slot->attempts, scheduler->end.signo,
		              scheduler_signal_reaches(scheduler), false);
	if (options->slow_ns)
		event_loop_timer_start(loop, &slot->slow,
		                       event_loop_now_ns(loop) + options->slow_ns,
		                       scheduler_report_slow, slot);
}

/* Returns true if a test is queued and may start now. */
static bool
scheduler_may_start(const struct scheduler *scheduler)
{
	if (scheduler->stopped || !scheduler_left(scheduler))
		return false;
	if (scheduler->running == 0)
		return true;
	return scheduler->running < scheduler->options->slots &&
	       test_queue_left(&scheduler->parallel) && !scheduler->running_serial;
}

static struct slot *
scheduler_idle_slot(struct scheduler *scheduler)
{
	struct slot *slot = scheduler->slots;
	while (slot->attempts)
		slot++;
	return slot;
}

/* Takes a token if another test runs without one. Returns false if there is no token now. */
static bool
scheduler_acquire_token(struct scheduler *scheduler, struct slot *slot)
{
	bool is_further = false;
	if (!scheduler->options->jobserver)
		return true;
	for (unsigned i = 0; i < scheduler->options->slots; i++)
		is_further = is_further || (scheduler->slots[i].attempts &&
		                            !scheduler_holds_token(&scheduler->slots[i]));
	return !is_further || jobserver_take(scheduler->options->jobserver, slot->loan);
}

void
scheduler_start_all(struct scheduler *scheduler)
{
	while (scheduler_may_start(scheduler)) {
		struct slot *slot = scheduler_idle_slot(scheduler);
		if (!scheduler_acquire_token(scheduler, slot))
			break;
		scheduler_start(scheduler, slot);
	}
}

/* Starts a test if the jobserver has a token. */
static void
scheduler_on_token_readable(void *context)
{
	scheduler_start_all(context);
}

void
scheduler_watch_tokens(struct scheduler *scheduler)
{
	struct event_loop *loop = scheduler->supervisor->loop;
	if (!scheduler->options->jobserver)
		return;
	event_loop_unwatch(loop, &scheduler->tokens);
	if (scheduler_may_start(scheduler))
		event_loop_watch(loop, &scheduler->tokens, scheduler->options->jobserver->read_fd,
		                 scheduler_on_token_readable, scheduler);
}

void
scheduler_end_all(struct scheduler *scheduler, int signo, bool reached, bool over_time)
{
	for (unsigned i = 0; i < scheduler->options->slots; i++)
		if (scheduler->slots[i].attempts)
			attempts_stop(scheduler->slots[i].attempts, signo, reached, over_time);
}

void
scheduler_kill_all(struct scheduler *scheduler)
{
	for (unsigned i = 0; i < scheduler->options->slots; i++)
		if (scheduler->slots[i].attempts)
			attempts_kill(scheduler->slots[i].attempts);
}

void
scheduler_open_slots(struct scheduler *scheduler, struct subunit2_sink *sink)
{
	unsigned count = scheduler->options->slots;
	scheduler->sink = sink;
	scheduler->slots = memory_zeroed(count, sizeof(*scheduler->slots));
	if (scheduler->options->jobserver)
		scheduler->loans = memory_have(jobserver_loans_new(count));
	for (unsigned i = 0; i < count; i++)
		scheduler_slot_open(scheduler, i, sink);
}

void
scheduler_close_slots(struct scheduler *scheduler)
{
	for (unsigned i = 0; i < scheduler->options->slots; i++)
		scheduler_slot_close(&scheduler->slots[i]);
	jobserver_loans_free(scheduler->loans, scheduler->options->slots);
	free(scheduler->slots);
}
