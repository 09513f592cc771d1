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

#define REMOVAL_MAX_NS (60 * LOOP_S) /* that the end of a run waits for folders */

struct runner;

struct slot {
	struct runner *runner;
	unsigned number;
	struct subunit2_sink *route, *stamp; /* events go stamp, route, and out */
	struct trial *trial;                 /* NULL: idle */
	struct workspace workspace;
	struct jobserver_loan *loan; /* NULL: there is no jobserver */
	struct loop_timer slow;
};

/* Choices that are to be begun, by their index, in this order. */
struct queue {
	size_t *choices;
	size_t next, count, size;
};

struct runner {
	const struct runner_options *options;
	struct suite *suite;
	struct selection *selection;
	struct supervisor *supervisor;
	struct slot *slots;
	struct jobserver_loan *loans; /* of the slots, by their number */
	struct queue together, alone; /* what runs alone waits for all others */
	unsigned running;
	bool running_alone;
	struct supply **supplies; /* by slot; NULL: there are none */
	struct intake *intake;    /* NULL: standard input asks for nothing */
	struct subunit2_sink *sink;
	struct loop_watch tokens;
	struct loop_timer tick;
	const char *stopped; /* why no further test is begun; NULL: they are */
	struct cleaner *cleaner;
	char *leftovers; /* of private folders, found too late for their tests; NULL: none */
	struct runner_end end;
	bool end_from_terminal;
	bool hurried; /* a further signal: leave folders where they are */
};

static const struct script *
script_of(const struct runner *runner, size_t choice)
{
	return &runner->suite->scripts[runner->selection->choices[choice].script];
}

static size_t
left(const struct queue *queue)
{
	return queue->count - queue->next;
}

/* What runs alone runs at the end, so that nothing waits for it twice. */
static void
enqueue(struct runner *runner, size_t choice)
{
	struct pattern *serial = runner->options->serial;
	bool alone =
		serial && pattern_matches(serial, subunit2_view_of(script_of(runner, choice)->id));
	struct queue *queue = alone ? &runner->alone : &runner->together;
	if (queue->count == queue->size) {
		queue->size = queue->size ? 2 * queue->size : 64;
		queue->choices =
			memory_resize(queue->choices, queue->size, sizeof(*queue->choices));
	}
	queue->choices[queue->count++] = choice;
}

static struct queue *
next_queue(struct runner *runner)
{
	return left(&runner->together) ? &runner->together : &runner->alone;
}

static void
slot_open(struct runner *runner, unsigned number, struct subunit2_sink *sink)
{
	struct slot *slot = &runner->slots[number];
	char code[16];
	snprintf(code, sizeof(code), "%u", number);
	slot->runner = runner;
	slot->number = number;
	slot->route = memory_have(subunit2_add_route_new(sink, subunit2_view_of(code)));
	slot->stamp = memory_have(subunit2_stamp_new(slot->route, when_clock, NULL));
}

static void
slot_close(struct slot *slot)
{
	subunit2_sink_free(slot->stamp);
	subunit2_sink_free(slot->route);
}

static void
tell_slow(void *context)
{
	struct slot *slot = context;
	struct loop *loop = slot->runner->supervisor->loop;
	char text[DURATION_SIZE];
	int64_t ran_ns = loop_now_ns(loop) - trial_began_ns(slot->trial);
	message("%s: still running after %s", trial_id(slot->trial), duration_text(ran_ns, text));
	loop_timer_start(loop, &slot->slow, loop_now_ns(loop) + slot->runner->options->slow_ns,
	                 tell_slow, slot);
}

static void
stop_beginning(struct runner *runner, const char *why)
{
	if (!runner->stopped)
		runner->stopped = why;
}

static void
trial_over(void *context, const struct trial_end *end)
{
	struct slot *slot = context;
	struct runner *runner = slot->runner;
	loop_timer_stop(runner->supervisor->loop, &slot->slow);
	trial_free(slot->trial);
	slot->trial = NULL;
	runner->running--;
	runner->running_alone = false;
	if (slot->loan)
		jobserver_give(runner->options->jobserver, slot->loan);
	runner->end.bad += subunit2_status_is_bad(end->status);
	if (end->bailed_out && !runner->options->no_bail)
		stop_beginning(runner, "not run: a test bailed out");
	if (runner->options->max_fail && runner->end.bad >= runner->options->max_fail)
		stop_beginning(runner, "not run: enough has failed");
}

static bool
holds_token(const struct slot *slot)
{
	return slot->loan && jobserver_is_lent(slot->loan);
}

/* The signal that ends the run has reached the tests by itself, or by the end of their input. */
static bool
signal_reaches(const struct runner *runner)
{
	return runner->options->lifeline ||
	       (runner->end_from_terminal && runner->options->trial.job.process.inherit);
}

static void
begin(struct runner *runner, struct slot *slot)
{
	const struct runner_options *options = runner->options;
	struct trial_place place = {
		.slot = slot->number,
		.loan = holds_token(slot) ? slot->loan : NULL,
		.supply = runner->supplies ? runner->supplies[slot->number] : NULL,
		.workspace = &slot->workspace,
		.cleaner = runner->cleaner,
	};
	struct loop *loop = runner->supervisor->loop;
	struct queue *queue = next_queue(runner);
	size_t choice = queue->choices[queue->next++];
	runner->running++;
	runner->running_alone = queue == &runner->alone;
	slot->trial = trial_start(runner->supervisor, &options->trial, script_of(runner, choice),
	                          &runner->selection->choices[choice], &place, slot->stamp,
	                          trial_over, slot);
	/* While the test's beginning was written. */
	if (runner->end.signo)
		trial_stop(slot->trial, runner->end.signo, signal_reaches(runner));
	if (options->slow_ns)
		loop_timer_start(loop, &slot->slow, loop_now_ns(loop) + options->slow_ns, tell_slow,
		                 slot);
}

/* Something is to be begun, and nothing speaks against one more at a time. */
static bool
may_begin(const struct runner *runner)
{
	if (runner->stopped || left(&runner->together) + left(&runner->alone) == 0)
		return false;
	if (runner->running == 0)
		return true;
	return runner->running < runner->options->slots && left(&runner->together) &&
	       !runner->running_alone;
}

static struct slot *
idle_slot(struct runner *runner)
{
	struct slot *slot = runner->slots;
	while (slot->trial)
		slot++;
	return slot;
}

/* The first one at a time is ours; each further one takes a token. */
static bool
take_token(struct runner *runner, struct slot *slot)
{
	bool is_further = false;
	if (!runner->options->jobserver)
		return true;
	for (unsigned i = 0; i < runner->options->slots; i++)
		is_further =
			is_further || (runner->slots[i].trial && !holds_token(&runner->slots[i]));
	return !is_further || jobserver_take(runner->options->jobserver, slot->loan);
}

static void
begin_all(struct runner *runner)
{
	while (may_begin(runner)) {
		struct slot *slot = idle_slot(runner);
		if (!take_token(runner, slot))
			break;
		begin(runner, slot);
	}
}

/* A token came, maybe; the turn's end sees. */
static void
token_ready(void *context)
{
	begin_all(context);
}

/* Waits for tokens exactly while one is wanted. */
static void
watch_tokens(struct runner *runner)
{
	struct loop *loop = runner->supervisor->loop;
	if (!runner->options->jobserver)
		return;
	loop_unwatch(loop, &runner->tokens);
	if (may_begin(runner))
		loop_watch(loop, &runner->tokens, runner->options->jobserver->read_fd, token_ready,
		           runner);
}

static void
end_all(struct runner *runner, int signo, bool reached)
{
	for (unsigned i = 0; i < runner->options->slots; i++)
		if (runner->slots[i].trial)
			trial_stop(runner->slots[i].trial, signo, reached);
}

static void
kill_all(struct runner *runner)
{
	for (unsigned i = 0; i < runner->options->slots; i++)
		if (runner->slots[i].trial)
			trial_kill(runner->slots[i].trial);
}

static void
cut(int *lifeline)
{
	close(*lifeline);
	*lifeline = -1;
}

/* The first ends the tests and waits for them, the second does not. */
static void
take_signal(void *context, int signo, bool from_terminal)
{
	struct runner *runner = context;
	if (runner->end.signo) {
		runner->hurried = true;
		kill_all(runner);
		return;
	}
	/* Only folders are left to be removed. */
	runner->hurried = !runner->running;
	runner->end.signo = signo;
	runner->end_from_terminal = from_terminal;
	stop_beginning(runner, "not run: the run was interrupted");
	if (runner->options->lifeline)
		cut(runner->options->lifeline);
	end_all(runner, signo, signal_reaches(runner));
}

/* SIGUSR1: what runs now. */
static void
tell_running(void *context)
{
	struct runner *runner = context;
	char text[DURATION_SIZE];
	int64_t now_ns = clock_ns();
	message("%u running, %zu to go", runner->running,
	        left(&runner->together) + left(&runner->alone));
	for (unsigned i = 0; i < runner->options->slots; i++) {
		const struct trial *trial = runner->slots[i].trial;
		if (trial)
			message("%s: running for %s", trial_id(trial),
			        duration_text(now_ns - trial_began_ns(trial), text));
	}
}

static void
tick(void *context)
{
	struct runner *runner = context;
	struct loop *loop = runner->supervisor->loop;
	runner->options->tick(runner->options->context, loop_now_ns(loop));
	loop_timer_start(loop, &runner->tick, loop_now_ns(loop) + runner->options->tick_ns, tick,
	                 runner);
}

/* A test is wanted that was not selected. */
static void
take_request(void *context, struct subunit2_view id)
{
	struct runner *runner = context;
	const struct runner_options *options = runner->options;
	char *copy = memory_copy_len(id.data, id.len);
	enqueue(runner,
	        selection_add_id(runner->selection, runner->suite, options->trial.scripts, copy));
	free(copy);
	if (options->expect)
		options->expect(options->context, runner->selection->count);
}

/* Requests on standard input may be missing. */
static void
runner_on_lost_input(void *context, const char *reason, bool empty)
{
	struct runner *runner = context;
	runner->end.unread = empty;
	lost_input_emit_reason(runner->sink, 0, reason, NULL);
}

/* One that comes may be begun at once. */
static bool
awaits_requests(const struct runner *runner)
{
	return runner->intake && !runner->stopped && !intake_has_ended(runner->intake);
}

/* What is run elsewhere has no standard input here. */
static void
open_input(struct runner *runner)
{
	const struct trial_rules *rules = &runner->options->trial;
	struct loop *loop = runner->supervisor->loop;
	unsigned count = runner->options->slots;
	bool supplied = (rules->job.stdin_stream || rules->job.process.pty) && !rules->executor;
	if (supplied)
		runner->supplies = memory_zeroed(count, sizeof(struct supply *));
	for (unsigned i = 0; i < count && supplied; i++)
		runner->supplies[i] = job_supply(&rules->job, loop, rules->tmp_parent);
	struct intake_options intake = {
		.book.places = count,
		.supplies = runner->supplies,
		.asked = take_request,
		.lost = runner_on_lost_input,
		.context = runner,
	};
	if (rules->job.stdin_stream)
		runner->intake = intake_new(loop, &intake);
}

static void
close_input(struct runner *runner)
{
	intake_free(runner->intake);
	for (unsigned i = 0; i < runner->options->slots && runner->supplies; i++) {
		int64_t unclaimed = supply_unclaimed(runner->supplies[i]);
		if (unclaimed)
			message("standard input: no test ran to take %lld bytes for %u",
			        (long long)unclaimed, i);
		supply_free(runner->supplies[i]);
	}
	free(runner->supplies);
}

static void
run_all(struct runner *runner)
{
	const struct runner_options *options = runner->options;
	if (options->tick_ns)
		tick(runner);
	begin_all(runner);
	while (runner->running || awaits_requests(runner)) {
		watch_tokens(runner);
		if (runner->intake)
			intake_turn(runner->intake);
		if (!options->flush(options->context) && !runner->end.broken) {
			runner->end.broken = true;
			stop_beginning(runner, "not run: the stream cannot be written");
			end_all(runner, SIGTERM, false);
		}
		loop_turn(runner->supervisor->loop);
		begin_all(runner);
	}
	loop_unwatch(runner->supervisor->loop, &runner->tokens);
	loop_timer_stop(runner->supervisor->loop, &runner->tick);
}

/* The choices of QUEUE that were not begun. */
static void
answer_rest(struct runner *runner, struct queue *queue)
{
	struct subunit2_sink *sink = runner->slots[0].stamp;
	for (; left(queue); queue->next++) {
		struct subunit2_event event = {
			.test_id = subunit2_view_of(
				script_of(runner, queue->choices[queue->next])->id),
			.status = SUBUNIT2_SKIP,
			.runnable = true,
			.file_name = SUBUNIT2_LITERAL("reason"),
			.file_bytes = subunit2_view_of(runner->stopped),
			.mime_type = SUBUNIT2_TEXT_TYPE,
			.eof = true,
		};
		subunit2_sink_event(sink, &event, NULL);
	}
	free(queue->choices);
}

static void
open_slots(struct runner *runner, struct subunit2_sink *sink)
{
	unsigned count = runner->options->slots;
	runner->sink = sink;
	runner->slots = memory_zeroed(count, sizeof(*runner->slots));
	for (unsigned i = 0; i < count; i++)
		slot_open(runner, i, sink);
	if (!runner->options->jobserver)
		return;
	runner->loans = memory_have(jobserver_loans_new(count));
	for (unsigned i = 0; i < count; i++)
		runner->slots[i].loan = &runner->loans[i];
}

static void
close_slots(struct runner *runner)
{
	for (unsigned i = 0; i < runner->options->slots; i++)
		slot_close(&runner->slots[i]);
	jobserver_loans_free(runner->loans, runner->options->slots);
	free(runner->slots);
}

static void
runner_on_leftover(void *context, const char *problem)
{
	struct runner *runner = context;
	char *before = runner->leftovers, *line = script_id(problem, strlen(problem));
	runner->leftovers = memory_format("%s%scannot remove %s", before ? before : "",
	                                  before ? "\n" : "", line);
	free(before);
	free(line);
}

/* Lets the cleaner end its work, for a limited time. */
static void
remove_folders(struct runner *runner)
{
	int64_t until_ns = clock_ns() + REMOVAL_MAX_NS;
	for (unsigned i = 0; i < runner->options->slots; i++)
		workspace_close(&runner->slots[i].workspace, runner->cleaner);
	while (cleaner_is_busy(runner->cleaner) && !runner->hurried && clock_ns() < until_ns)
		loop_turn(runner->supervisor->loop);
	cleaner_free(runner->cleaner);
}

static void
report_leftovers(struct runner *runner, struct subunit2_sink *sink)
{
	struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("subunit.tmpdir"),
		.status = SUBUNIT2_FAIL,
		.file_name = SUBUNIT2_LITERAL("reason"),
		.mime_type = SUBUNIT2_TEXT_TYPE,
		.eof = true,
		.has_timestamp = true,
		.timestamp = when_now(),
	};
	if (!runner->leftovers)
		return;
	event.file_bytes = subunit2_view_of(runner->leftovers);
	subunit2_sink_event(sink, &event, NULL);
	free(runner->leftovers);
}

struct runner_end
runner_run(const struct runner_options *options, struct suite *suite, struct selection *selection,
           struct subunit2_sink *sink, struct supervisor *supervisor)
{
	struct runner runner = {
		.options = options,
		.suite = suite,
		.selection = selection,
		.supervisor = supervisor,
	};
	if (!supervisor_begin(supervisor, take_signal, tell_running, &runner)) {
		message("supervising tests: %s", strerror(errno));
		runner.end.broken = true;
		return runner.end;
	}
	supervisor_expect_many(supervisor, options->jobserver);
	runner.cleaner = cleaner_new(supervisor->loop, runner_on_leftover, &runner);
	for (size_t i = 0; i < selection->count; i++)
		enqueue(&runner, i);
	open_input(&runner);
	open_slots(&runner, sink);
	run_all(&runner);
	close_input(&runner);
	answer_rest(&runner, &runner.together);
	answer_rest(&runner, &runner.alone);
	remove_folders(&runner);
	report_leftovers(&runner, sink);
	close_slots(&runner);
	supervisor_tell_nobody(supervisor);
	return runner.end;
}
