/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "scheduler.h"

#include "cleaner.h"
#include "clock.h"
#include "duration.h"
#include "leftovers.h"
#include "lost_input.h"
#include "memory.h"
#include "message.h"
#include "regex.h"
#include "slot_inputs.h"
#include "test_queue.h"
#include "timestamp.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REMOVAL_MAX_NS (60 * EVENT_LOOP_S) /* the longest wait for the removal of folders */

struct scheduler;

struct slot {
	struct scheduler *scheduler;
	unsigned number;
	struct subunit2_sink *route, *stamp; /* an event goes to STAMP, ROUTE, and the run's sink */
	struct attempts *attempts;           /* NULL: idle */
	struct workspace workspace;
	struct jobserver_loan *loan; /* NULL: without a jobserver */
	struct event_loop_timer slow;
};

struct scheduler {
	const struct scheduler_options *options;
	struct suite *suite;
	struct selection *selection;
	struct supervisor *supervisor;
	struct slot *slots;
	struct jobserver_loan *loans;       /* by slot */
	struct test_queue parallel, serial; /* a serial test waits until no other one runs */
	unsigned running;
	size_t rounds; /* that are complete, with until_failure */
	bool running_serial;
	struct slot_inputs inputs;
	struct subunit2_sink *sink;
	struct event_loop_watch tokens;
	struct event_loop_timer tick, max_time;
	const char *stopped; /* why no further test is started; NULL: they are */
	struct cleaner *cleaner;
	struct leftovers leftovers;
	struct scheduler_end end;
	bool end_from_terminal;
	bool hurried; /* by a second signal: do not wait for folders to be removed */
};

static const struct script *
scheduler_script_of(const struct scheduler *scheduler, size_t choice)
{
	return &scheduler->suite->scripts[scheduler->selection->choices[choice].script];
}

static size_t
scheduler_left(const struct scheduler *scheduler)
{
	return test_queue_left(&scheduler->parallel) + test_queue_left(&scheduler->serial);
}

/* Queues CHOICE. A serial test runs at the end, so that the others wait only once. */
static void
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

static void
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

/* Returns true if the tests notice the end of the run without a signal from this program: by the
 * terminal's signal, or by the end of their input. */
static bool
scheduler_signal_reaches(const struct scheduler *scheduler)
{
	return scheduler->options->keepalive ||
	       (scheduler->end_from_terminal && scheduler->options->attempts.job.process.inherit);
}

static void
scheduler_start(struct scheduler *scheduler, struct slot *slot)
{
	const struct scheduler_options *options = scheduler->options;
	struct attempts_place place = {
		.slot = slot->number,
		.loan = scheduler_holds_token(slot) ? slot->loan : NULL,
		.stdin_buffer = slot_inputs_buffer(&scheduler->inputs, slot->number),
		.workspace = &slot->workspace,
		.cleaner = scheduler->cleaner,
	};
	struct event_loop *loop = scheduler->supervisor->loop;
	struct test_queue *queue = scheduler_next_queue(scheduler);
	size_t choice = test_queue_take(queue);
	scheduler->running++;
	scheduler->running_serial = queue == &scheduler->serial;
	slot->attempts = attempts_start(scheduler->supervisor, &options->attempts,
	                                scheduler_script_of(scheduler, choice),
	                                &scheduler->selection->choices[choice], &place, slot->stamp,
	                                scheduler_on_attempts_end, slot);
	/* The signal came while the start of the test was written. */
	if (scheduler->end.signo)
		attempts_stop(slot->attempts, scheduler->end.signo,
		              scheduler_signal_reaches(scheduler));
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

static void
scheduler_start_all(struct scheduler *scheduler)
{
	while (scheduler_may_start(scheduler)) {
		struct slot *slot = scheduler_idle_slot(scheduler);
		if (!scheduler_acquire_token(scheduler, slot))
			break;
		scheduler_start(scheduler, slot);
	}
}

/* There may be a token: start a test if so. */
static void
scheduler_on_token_readable(void *context)
{
	scheduler_start_all(context);
}

/* Watches the jobserver while a test waits for a token. */
static void
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

static void
scheduler_end_all(struct scheduler *scheduler, int signo, bool reached)
{
	for (unsigned i = 0; i < scheduler->options->slots; i++)
		if (scheduler->slots[i].attempts)
			attempts_stop(scheduler->slots[i].attempts, signo, reached);
}

static void
scheduler_kill_all(struct scheduler *scheduler)
{
	for (unsigned i = 0; i < scheduler->options->slots; i++)
		if (scheduler->slots[i].attempts)
			attempts_kill(scheduler->slots[i].attempts);
}

/* Ends the standard input of remote commands, which ends them. */
static void
scheduler_end_remote_input(struct scheduler *scheduler)
{
	int *keepalive = scheduler->options->keepalive;
	close(*keepalive);
	*keepalive = -1;
	slot_inputs_cut(&scheduler->inputs);
}

/* Ends the tests at the first signal, and kills them at the second. */
static void
scheduler_on_signal(void *context, int signo, bool from_terminal)
{
	struct scheduler *scheduler = context;
	if (scheduler->end.signo) {
		scheduler->hurried = true;
		scheduler_kill_all(scheduler);
		return;
	}
	/* If no test runs, only folders remain to be removed. */
	scheduler->hurried = !scheduler->running;
	scheduler->end.signo = signo;
	scheduler->end_from_terminal = from_terminal;
	scheduler_stop_starting(scheduler, "not run: the run was interrupted");
	if (scheduler->options->keepalive)
		scheduler_end_remote_input(scheduler);
	scheduler_end_all(scheduler, signo, scheduler_signal_reaches(scheduler));
}

/* Ends the run, which took longer than it may. */
static void
scheduler_on_max_time(void *context)
{
	struct scheduler *scheduler = context;
	char text[DURATION_SIZE];
	if (scheduler->end.signo)
		return;
	message("the run is ended after %s", duration_text(scheduler->options->max_time_ns, text));
	scheduler_stop_starting(scheduler, "not run: the run took longer than --max-time");
	if (scheduler->options->keepalive)
		scheduler_end_remote_input(scheduler);
	scheduler_end_all(scheduler, SIGTERM, scheduler->options->keepalive != NULL);
}

/* Prints the running tests, on SIGUSR1. */
static void
scheduler_report_running(void *context)
{
	struct scheduler *scheduler = context;
	char text[DURATION_SIZE];
	int64_t now_ns = clock_ns();
	message("%u running, %zu to go", scheduler->running, scheduler_left(scheduler));
	for (unsigned i = 0; i < scheduler->options->slots; i++) {
		const struct attempts *attempts = scheduler->slots[i].attempts;
		if (attempts)
			message("%s: running for %s", attempts_id(attempts),
			        duration_text(now_ns - attempts_start_ns(attempts), text));
	}
}

static void
scheduler_on_tick(void *context)
{
	struct scheduler *scheduler = context;
	struct event_loop *loop = scheduler->supervisor->loop;
	scheduler->options->tick(scheduler->options->context, event_loop_now_ns(loop));
	event_loop_timer_start(loop, &scheduler->tick,
	                       event_loop_now_ns(loop) + scheduler->options->tick_ns,
	                       scheduler_on_tick, scheduler);
}

/* Queues the test ID, which standard input requests. */
static void
scheduler_on_request(void *context, struct subunit2_view id)
{
	struct scheduler *scheduler = context;
	const struct scheduler_options *options = scheduler->options;
	char *copy = memory_copy_len(id.data, id.len);
	scheduler_enqueue(scheduler, selection_add_id(scheduler->selection, scheduler->suite,
	                                              options->attempts.scripts, copy));
	free(copy);
	if (options->expect)
		options->expect(options->context, scheduler->selection->count);
}

/* Reports that requests on standard input may be missing. */
static void
scheduler_on_lost_input(void *context, const char *reason, bool empty)
{
	struct scheduler *scheduler = context;
	scheduler->end.unread = empty;
	lost_input_emit_reason(scheduler->sink, 0, reason, NULL);
}

/* If this program is a worker, its tests end with its input. */
static void
scheduler_check_worker_end(struct scheduler *scheduler)
{
	bool busy = scheduler->running || scheduler_left(scheduler);
	if (busy && !scheduler->end.signo && slot_inputs_end_tests(&scheduler->inputs))
		scheduler_on_signal(scheduler, SIGTERM, false);
}

/* With --until-failure: enqueues the whole selection again once all of it has passed. */
static void
scheduler_start_again(struct scheduler *scheduler)
{
	if (!scheduler->options->until_failure || scheduler->running || scheduler->stopped ||
	    scheduler_left(scheduler))
		return;
	test_queue_clear(&scheduler->parallel);
	test_queue_clear(&scheduler->serial);
	for (size_t i = 0; i < scheduler->selection->count; i++)
		scheduler_enqueue(scheduler, i);
	scheduler->rounds++;
	if (scheduler->options->expect)
		scheduler->options->expect(scheduler->options->context,
		                           (scheduler->rounds + 1) * scheduler->selection->count);
}

static void
scheduler_run_all(struct scheduler *scheduler)
{
	const struct scheduler_options *options = scheduler->options;
	if (options->tick_ns)
		scheduler_on_tick(scheduler);
	if (options->max_time_ns)
		event_loop_timer_start(scheduler->supervisor->loop, &scheduler->max_time,
		                       event_loop_now_ns(scheduler->supervisor->loop) +
		                               options->max_time_ns,
		                       scheduler_on_max_time, scheduler);
	scheduler_start_all(scheduler);
	while (scheduler->running ||
	       (!scheduler->stopped && slot_inputs_await_requests(&scheduler->inputs))) {
		scheduler_watch_tokens(scheduler);
		slot_inputs_turn(&scheduler->inputs);
		if (!options->flush(options->context) && !scheduler->end.broken) {
			scheduler->end.broken = true;
			scheduler_stop_starting(scheduler, "not run: the stream cannot be written");
			scheduler_end_all(scheduler, SIGTERM, false);
		}
		event_loop_turn(scheduler->supervisor->loop);
		scheduler_check_worker_end(scheduler);
		scheduler_start_again(scheduler);
		scheduler_start_all(scheduler);
	}
	event_loop_unwatch(scheduler->supervisor->loop, &scheduler->tokens);
	event_loop_timer_stop(scheduler->supervisor->loop, &scheduler->tick);
	event_loop_timer_stop(scheduler->supervisor->loop, &scheduler->max_time);
}

/* Skips the tests of QUEUE that were not started. */
static void
scheduler_skip_rest(struct scheduler *scheduler, struct test_queue *queue)
{
	struct subunit2_sink *sink = scheduler->slots[0].stamp;
	while (test_queue_left(queue)) {
		size_t choice = test_queue_take(queue);
		struct subunit2_event event = {
			.test_id = subunit2_view_of(scheduler_script_of(scheduler, choice)->id),
			.status = SUBUNIT2_STATUS_SKIP,
			.runnable = true,
			.file_name = SUBUNIT2_LITERAL("reason"),
			.file_bytes = subunit2_view_of(scheduler->stopped),
			.mime_type = SUBUNIT2_TEXT_TYPE,
			.eof = true,
		};
		subunit2_sink_event(sink, &event, NULL);
	}
	test_queue_clear(queue);
}

static void
scheduler_open_slots(struct scheduler *scheduler, struct subunit2_sink *sink)
{
	unsigned count = scheduler->options->slots;
	scheduler->sink = sink;
	scheduler->slots = memory_zeroed(count, sizeof(*scheduler->slots));
	for (unsigned i = 0; i < count; i++)
		scheduler_slot_open(scheduler, i, sink);
	if (!scheduler->options->jobserver)
		return;
	scheduler->loans = memory_have(jobserver_loans_new(count));
	for (unsigned i = 0; i < count; i++)
		scheduler->slots[i].loan = &scheduler->loans[i];
}

static void
scheduler_close_slots(struct scheduler *scheduler)
{
	for (unsigned i = 0; i < scheduler->options->slots; i++)
		scheduler_slot_close(&scheduler->slots[i]);
	jobserver_loans_free(scheduler->loans, scheduler->options->slots);
	free(scheduler->slots);
}

static void
scheduler_on_leftover(void *context, const char *problem)
{
	struct scheduler *scheduler = context;
	leftovers_add(&scheduler->leftovers, problem);
}

/* Waits, for a limited time, until the cleaner has removed the folders. */
static void
scheduler_remove_folders(struct scheduler *scheduler)
{
	int64_t until_ns = clock_ns() + REMOVAL_MAX_NS;
	for (unsigned i = 0; i < scheduler->options->slots; i++)
		workspace_close(&scheduler->slots[i].workspace, scheduler->cleaner);
	while (cleaner_is_busy(scheduler->cleaner) && !scheduler->hurried && clock_ns() < until_ns)
		event_loop_turn(scheduler->supervisor->loop);
	cleaner_free(scheduler->cleaner);
}

struct scheduler_end
scheduler_run(const struct scheduler_options *options, struct suite *suite,
              struct selection *selection, struct subunit2_sink *sink,
              struct supervisor *supervisor)
{
	struct scheduler scheduler = {
		.options = options,
		.suite = suite,
		.selection = selection,
		.supervisor = supervisor,
	};
	if (!supervisor_begin(supervisor, scheduler_on_signal, scheduler_report_running,
	                      &scheduler)) {
		message("cannot supervise tests: %s", strerror(errno));
		scheduler.end.broken = true;
		return scheduler.end;
	}
	supervisor_expect_many(supervisor, options->jobserver);
	scheduler.cleaner = cleaner_new(supervisor->loop, scheduler_on_leftover, &scheduler);
	for (size_t i = 0; i < selection->count; i++)
		scheduler_enqueue(&scheduler, i);
	slot_inputs_open(&scheduler.inputs, options->slots, supervisor->loop, &options->attempts,
	                 scheduler_on_request, scheduler_on_lost_input, &scheduler);
	scheduler_open_slots(&scheduler, sink);
	scheduler_run_all(&scheduler);
	slot_inputs_close(&scheduler.inputs);
	scheduler_skip_rest(&scheduler, &scheduler.parallel);
	scheduler_skip_rest(&scheduler, &scheduler.serial);
	scheduler_remove_folders(&scheduler);
	leftovers_report(&scheduler.leftovers, sink);
	scheduler_close_slots(&scheduler);
	supervisor_stop_delivery(supervisor);
	return scheduler.end;
}
