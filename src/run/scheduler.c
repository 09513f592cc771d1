/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "scheduler.h"

#include "cleaner.h"
#include "clock.h"
#include "duration.h"
#include "lost_input.h"
#include "max_time.h"
#include "memory.h"
#include "message.h"
#include "scheduler_state.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REMOVAL_MAX_NS (60 * EVENT_LOOP_S) /* the longest wait for the removal of folders */

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
	scheduler_stop_starting(scheduler, OUTCOME_NOT_RUN);
	if (scheduler->options->keepalive)
		scheduler_end_remote_input(scheduler);
	scheduler_end_all(scheduler, signo, scheduler_signal_reaches(scheduler), false);
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

/* Ends the run, which took longer than it may. */
static void
scheduler_on_max_time(void *context)
{
	struct scheduler *scheduler = context;
	if (scheduler->end.signo)
		return;
	max_time_report(scheduler->options->max_time_ns);
	scheduler->over_time = true;
	if (slot_inputs_await_requests(&scheduler->inputs))
		scheduler_on_lost_input(scheduler, MAX_TIME_INPUT_CUT, false);
	scheduler_stop_starting(scheduler, MAX_TIME_NOT_RUN);
	if (scheduler->options->keepalive)
		scheduler_end_remote_input(scheduler);
	scheduler_end_all(scheduler, SIGTERM, scheduler->options->keepalive != NULL, true);
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
	max_time_start(scheduler->supervisor->loop, &scheduler->max_time, options->max_time_ns,
	               scheduler_on_max_time, scheduler);
	scheduler_start_all(scheduler);
	while (scheduler->running ||
	       (!scheduler->stopped && slot_inputs_await_requests(&scheduler->inputs))) {
		scheduler_watch_tokens(scheduler);
		slot_inputs_turn(&scheduler->inputs);
		if (!options->flush(options->context) && !scheduler->end.broken) {
			scheduler->end.broken = true;
			scheduler_stop_starting(scheduler, "not run: the stream cannot be written");
			scheduler_end_all(scheduler, SIGTERM, false, false);
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

/* Skips the tests of QUEUE that were not started. If --max-time ended the run and no test failed,
 * the first of them fails, so that a run that was cut is not good. */
static void
scheduler_skip_rest(struct scheduler *scheduler, struct test_queue *queue)
{
	struct subunit2_sink *sink = scheduler->slots[0].stamp;
	while (test_queue_left(queue)) {
		size_t choice = test_queue_take(queue);
		bool fails = scheduler->over_time && scheduler->end.bad == 0;
		scheduler->end.bad += fails;
		struct subunit2_event event = {
			.test_id = subunit2_view_of(scheduler_script_of(scheduler, choice)->id),
			.status = fails ? SUBUNIT2_STATUS_FAIL : SUBUNIT2_STATUS_SKIP,
			.runnable = true,
		};
		outcome_attach_reason(&event, scheduler->stopped);
		subunit2_sink_event(sink, &event, NULL);
	}
	test_queue_clear(queue);
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
	attach_begin(options->attach, supervisor);
	scheduler.cleaner = cleaner_new(supervisor->loop, scheduler_on_leftover, &scheduler);
	for (size_t i = 0; i < selection->count; i++)
		scheduler_enqueue(&scheduler, i);
	slot_inputs_open(&scheduler.inputs, options->slots, supervisor->loop, &options->attempts,
	                 scheduler_on_request, scheduler_on_lost_input, &scheduler);
	scheduler_open_slots(&scheduler, sink);
	scheduler_run_all(&scheduler);
	attach_end(options->attach);
	slot_inputs_close(&scheduler.inputs);
	scheduler_skip_rest(&scheduler, &scheduler.parallel);
	scheduler_skip_rest(&scheduler, &scheduler.serial);
	scheduler_remove_folders(&scheduler);
	leftovers_report(&scheduler.leftovers, sink);
	scheduler_close_slots(&scheduler);
	supervisor_stop_delivery(supervisor);
	return scheduler.end;
}
