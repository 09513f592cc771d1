/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "scheduler.h"

#include "cleaner.h"
#include "clock.h"
#include "duration.h"
#include "lost_input.h"
#include "memory.h"
#include "message.h"
#include "regex.h"
#include "stdin_router.h"
#include "timestamp.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REMOVAL_MAX_NS (60 * EVENT_LOOP_S) /* that the end of a run waits for folders */

struct scheduler;

struct slot {
	struct scheduler *scheduler;
	unsigned number;
	struct subunit2_sink *route, *stamp; /* events go stamp, route, and out */
	struct attempts *attempts;           /* NULL: idle */
	struct workspace workspace;
	struct jobserver_loan *loan; /* NULL: there is no jobserver */
	struct event_loop_timer slow;
};

/* Choices that are to be begun, by their index, in this order. */
struct queue {
	size_t *choices;
	size_t next, count, size;
};

struct scheduler {
	const struct scheduler_options *options;
	struct suite *suite;
	struct selection *selection;
	struct supervisor *supervisor;
	struct slot *slots;
	struct jobserver_loan *loans;  /* of the slots, by their number */
	struct queue parallel, serial; /* a serial script waits for all others */
	unsigned running;
	size_t rounds; /* that are complete, with until_failure */
	bool running_serial;
	struct stdin_buffer **supplies; /* by slot; or NULL */
	struct stdin_router *router;    /* NULL: standard input asks for nothing */
	struct subunit2_sink *sink;
	char end_packet[64]; /* see scheduler_set_remote_end */
	struct event_loop_watch tokens;
	struct event_loop_timer tick, max_time;
	const char *stopped; /* why no further test is begun; NULL: they are */
	struct cleaner *cleaner;
	char *leftovers; /* of private folders, found too late for their tests; NULL: none */
	struct scheduler_end end;
	bool end_from_terminal;
	bool hurried; /* a further signal: leave folders where they are */
};

static const struct script *
scheduler_script_of(const struct scheduler *scheduler, size_t choice)
{
	return &scheduler->suite->scripts[scheduler->selection->choices[choice].script];
}

static size_t
scheduler_remaining(const struct queue *queue)
{
	return queue->count - queue->next;
}

/* Serial scripts run at the end, so that no other script waits for them twice. */
static void
scheduler_enqueue(struct scheduler *scheduler, size_t choice)
{
	struct regex *serial = scheduler->options->serial;
	bool alone =
		serial &&
		regex_matches(serial, subunit2_view_of(scheduler_script_of(scheduler, choice)->id));
	struct queue *queue = alone ? &scheduler->serial : &scheduler->parallel;
	if (queue->count == queue->size) {
		queue->size = queue->size ? 2 * queue->size : 64;
		queue->choices =
			memory_resize(queue->choices, queue->size, sizeof(*queue->choices));
	}
	queue->choices[queue->count++] = choice;
}

static struct queue *
scheduler_next_queue(struct scheduler *scheduler)
{
	return scheduler_remaining(&scheduler->parallel) ? &scheduler->parallel
	                                                 : &scheduler->serial;
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

/* The signal that ends the run has reached the tests by itself, or by the end of their input. */
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
		.stdin_buffer = scheduler->supplies ? scheduler->supplies[slot->number] : NULL,
		.workspace = &slot->workspace,
		.cleaner = scheduler->cleaner,
	};
	struct event_loop *loop = scheduler->supervisor->loop;
	struct queue *queue = scheduler_next_queue(scheduler);
	size_t choice = queue->choices[queue->next++];
	scheduler->running++;
	scheduler->running_serial = queue == &scheduler->serial;
	slot->attempts = attempts_start(scheduler->supervisor, &options->attempts,
	                                scheduler_script_of(scheduler, choice),
	                                &scheduler->selection->choices[choice], &place, slot->stamp,
	                                scheduler_on_attempts_end, slot);
	/* While the test's beginning was written. */
	if (scheduler->end.signo)
		attempts_stop(slot->attempts, scheduler->end.signo,
		              scheduler_signal_reaches(scheduler));
	if (options->slow_ns)
		event_loop_timer_start(loop, &slot->slow,
		                       event_loop_now_ns(loop) + options->slow_ns,
		                       scheduler_report_slow, slot);
}

/* Something is to be begun, and nothing speaks against one more at a time. */
static bool
scheduler_may_start(const struct scheduler *scheduler)
{
	if (scheduler->stopped ||
	    scheduler_remaining(&scheduler->parallel) + scheduler_remaining(&scheduler->serial) ==
	            0)
		return false;
	if (scheduler->running == 0)
		return true;
	return scheduler->running < scheduler->options->slots &&
	       scheduler_remaining(&scheduler->parallel) && !scheduler->running_serial;
}

static struct slot *
scheduler_idle_slot(struct scheduler *scheduler)
{
	struct slot *slot = scheduler->slots;
	while (slot->attempts)
		slot++;
	return slot;
}

/* The first one at a time is ours; each further one takes a token. */
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

/* A token came, maybe; the turn's end sees. */
static void
scheduler_on_token_readable(void *context)
{
	scheduler_start_all(context);
}

/* Waits for tokens exactly while one is wanted. */
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
	for (unsigned i = 0; i < scheduler->options->slots && scheduler->supplies; i++)
		stdin_buffer_cut(scheduler->supplies[i]);
}

/* The first ends the tests and waits for them, the second does not. */
static void
scheduler_on_signal(void *context, int signo, bool from_terminal)
{
	struct scheduler *scheduler = context;
	if (scheduler->end.signo) {
		scheduler->hurried = true;
		scheduler_kill_all(scheduler);
		return;
	}
	/* Only folders are left to be removed. */
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

/* SIGUSR1: reports the tests that run now. */
static void
scheduler_report_running(void *context)
{
	struct scheduler *scheduler = context;
	char text[DURATION_SIZE];
	int64_t now_ns = clock_ns();
	message("%u running, %zu to go", scheduler->running,
	        scheduler_remaining(&scheduler->parallel) +
	                scheduler_remaining(&scheduler->serial));
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

/* A test is wanted that was not selected. */
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

/* Requests on standard input may be missing. */
static void
scheduler_runner_on_lost_input(void *context, const char *reason, bool empty)
{
	struct scheduler *scheduler = context;
	scheduler->end.unread = empty;
	lost_input_emit_reason(scheduler->sink, 0, reason, NULL);
}

/* One that comes may be begun at once. */
static bool
scheduler_awaits_requests(const struct scheduler *scheduler)
{
	return scheduler->router && !scheduler->stopped &&
	       !stdin_router_has_ended(scheduler->router);
}

/* Sets the end of a remote test's input: a packet, since the command there would end with its
 * standard input. */
static void
scheduler_set_remote_end(struct scheduler *scheduler)
{
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("stdin"),
		.file_bytes = {"", 0},
		.eof = true,
	};
	struct subunit2_error error;
	size_t len;
	if (subunit2_packet_encode(&event, scheduler->end_packet, sizeof(scheduler->end_packet),
	                           &len, &error) != SUBUNIT2_E_OK)
		return;
	for (unsigned i = 0; i < scheduler->options->slots; i++)
		stdin_buffer_set_end(scheduler->supplies[i],
		                     (struct subunit2_view){scheduler->end_packet, len});
}

static void
scheduler_open_input(struct scheduler *scheduler)
{
	const struct attempts_rules *rules = &scheduler->options->attempts;
	struct event_loop *loop = scheduler->supervisor->loop;
	unsigned count = scheduler->options->slots;
	bool supplied = rules->job.stdin_stream || rules->job.process.pty;
	if (supplied)
		scheduler->supplies = memory_zeroed(count, sizeof(struct stdin_buffer *));
	for (unsigned i = 0; i < count && supplied; i++)
		scheduler->supplies[i] =
			test_job_new_stdin_buffer(&rules->job, loop, rules->tmp_parent);
	if (supplied && rules->executor)
		scheduler_set_remote_end(scheduler);
	struct stdin_router_options router_options = {
		.book.places = count,
		.supplies = scheduler->supplies,
		.as_packets = rules->executor != NULL,
		.asked = scheduler_on_request,
		.lost = scheduler_runner_on_lost_input,
		.context = scheduler,
	};
	if (rules->job.stdin_stream)
		scheduler->router = stdin_router_new(loop, &router_options);
}

static void
scheduler_close_input(struct scheduler *scheduler)
{
	stdin_router_free(scheduler->router);
	for (unsigned i = 0; i < scheduler->options->slots && scheduler->supplies; i++) {
		int64_t unclaimed = stdin_buffer_unread(scheduler->supplies[i]);
		if (unclaimed)
			message("standard input: no test ran to take %lld bytes for %u",
			        (long long)unclaimed, i);
		stdin_buffer_free(scheduler->supplies[i]);
	}
	free(scheduler->supplies);
}

/* If this program is a worker, its tests end with its input. */
static void
scheduler_check_worker_end(struct scheduler *scheduler)
{
	bool busy = scheduler->running || scheduler_remaining(&scheduler->parallel) ||
	            scheduler_remaining(&scheduler->serial);
	if (busy && scheduler->router && !scheduler->end.signo &&
	    stdin_router_has_ended(scheduler->router) && stdin_router_is_worker(scheduler->router))
		scheduler_on_signal(scheduler, SIGTERM, false);
}

/* With --until-failure: enqueues the whole selection again once all of it has passed. */
static void
scheduler_start_again(struct scheduler *scheduler)
{
	if (!scheduler->options->until_failure || scheduler->running || scheduler->stopped ||
	    scheduler_remaining(&scheduler->parallel) || scheduler_remaining(&scheduler->serial))
		return;
	scheduler->parallel.next = scheduler->parallel.count = 0;
	scheduler->serial.next = scheduler->serial.count = 0;
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
	while (scheduler->running || scheduler_awaits_requests(scheduler)) {
		scheduler_watch_tokens(scheduler);
		if (scheduler->router)
			stdin_router_turn(scheduler->router);
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

/* The choices of QUEUE that were not begun. */
static void
scheduler_answer_rest(struct scheduler *scheduler, struct queue *queue)
{
	struct subunit2_sink *sink = scheduler->slots[0].stamp;
	for (; scheduler_remaining(queue); queue->next++) {
		struct subunit2_event event = {
			.test_id = subunit2_view_of(
				scheduler_script_of(scheduler, queue->choices[queue->next])->id),
			.status = SUBUNIT2_STATUS_SKIP,
			.runnable = true,
			.file_name = SUBUNIT2_LITERAL("reason"),
			.file_bytes = subunit2_view_of(scheduler->stopped),
			.mime_type = SUBUNIT2_TEXT_TYPE,
			.eof = true,
		};
		subunit2_sink_event(sink, &event, NULL);
	}
	free(queue->choices);
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
scheduler_runner_on_leftover(void *context, const char *problem)
{
	struct scheduler *scheduler = context;
	char *before = scheduler->leftovers, *line = script_id(problem, strlen(problem));
	scheduler->leftovers = memory_format("%s%scannot remove %s", before ? before : "",
	                                     before ? "\n" : "", line);
	free(before);
	free(line);
}

/* Lets the cleaner end its work, for a limited time. */
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

static void
scheduler_report_leftovers(struct scheduler *scheduler, struct subunit2_sink *sink)
{
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("subunit.tmpdir"),
		.status = SUBUNIT2_STATUS_FAIL,
		.file_name = SUBUNIT2_LITERAL("reason"),
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
		.has_timestamp = true,
		.timestamp = timestamp_now(),
	};
	if (!scheduler->leftovers)
		return;
	event.file_bytes = subunit2_view_of(scheduler->leftovers);
	subunit2_sink_event(sink, &event, NULL);
	free(scheduler->leftovers);
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
		message("supervising tests: %s", strerror(errno));
		scheduler.end.broken = true;
		return scheduler.end;
	}
	supervisor_expect_many(supervisor, options->jobserver);
	scheduler.cleaner = cleaner_new(supervisor->loop, scheduler_runner_on_leftover, &scheduler);
	for (size_t i = 0; i < selection->count; i++)
		scheduler_enqueue(&scheduler, i);
	scheduler_open_input(&scheduler);
	scheduler_open_slots(&scheduler, sink);
	scheduler_run_all(&scheduler);
	scheduler_close_input(&scheduler);
	scheduler_answer_rest(&scheduler, &scheduler.parallel);
	scheduler_answer_rest(&scheduler, &scheduler.serial);
	scheduler_remove_folders(&scheduler);
	scheduler_report_leftovers(&scheduler, sink);
	scheduler_close_slots(&scheduler);
	supervisor_stop_delivery(supervisor);
	return scheduler.end;
}
