#include "run/runner.h"

#include "duration.h"
#include "memory.h"
#include "message.h"
#include "pattern.h"
#include "when.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct runner;

struct slot {
	struct runner *runner;
	unsigned number;
	struct subunit2_sink *route, *stamp; /* events go stamp, route, and out */
	struct trial *trial;                 /* NULL: idle */
	bool serial;                         /* it runs alone */
	bool has_token;
	char token;
	struct loop_timer slow;
};

struct runner {
	const struct runner_options *options;
	const struct suite *suite;
	const struct selection *selection;
	struct supervisor *supervisor;
	struct slot *slots;
	size_t *order; /* of the choices: those that run alone come last */
	size_t next, first_serial;
	unsigned running;
	struct loop_watch tokens;
	struct loop_timer tick;
	const char *stopped; /* why no further test is begun; NULL: they are */
	struct runner_end end;
};

static struct subunit2_time
clock_now(void *context)
{
	(void)context;
	return when_now();
}

static const struct choice *
choice_at(const struct runner *runner, size_t place)
{
	return &runner->selection->choices[runner->order[place]];
}

static const struct script *
script_at(const struct runner *runner, size_t place)
{
	return &runner->suite->scripts[choice_at(runner, place)->script];
}

static bool
is_serial(const struct runner *runner, size_t choice)
{
	size_t script = runner->selection->choices[choice].script;
	return runner->options->serial &&
	       pattern_matches(runner->options->serial,
	                       subunit2_view_of(runner->suite->scripts[script].id));
}

/* What runs alone runs at the end, so that nothing waits for it twice. */
static void
put_in_order(struct runner *runner)
{
	size_t count = runner->selection->count, placed = 0;
	runner->order = memory_zeroed(count, sizeof(*runner->order));
	for (size_t i = 0; i < count; i++)
		if (!is_serial(runner, i))
			runner->order[placed++] = i;
	runner->first_serial = placed;
	for (size_t i = 0; i < count; i++)
		if (is_serial(runner, i))
			runner->order[placed++] = i;
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
	slot->stamp = memory_have(subunit2_stamp_new(slot->route, clock_now, NULL));
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
	if (slot->has_token)
		jobserver_give(runner->options->jobserver, slot->token);
	slot->has_token = false;
	runner->end.bad += subunit2_status_is_bad(end->status);
	if (end->bailed_out && !runner->options->no_bail)
		stop_beginning(runner, "not run: a test bailed out");
	if (runner->options->max_fail && runner->end.bad >= runner->options->max_fail)
		stop_beginning(runner, "not run: enough has failed");
}

static void
begin(struct runner *runner, struct slot *slot)
{
	const struct runner_options *options = runner->options;
	struct trial_place place = {
		.slot = slot->number,
		.jobserver = slot->has_token ? options->jobserver : NULL,
		.token = slot->token,
	};
	struct loop *loop = runner->supervisor->loop;
	slot->serial = runner->next >= runner->first_serial;
	const struct choice *choice = choice_at(runner, runner->next);
	const struct script *script = script_at(runner, runner->next++);
	runner->running++;
	slot->trial = trial_start(runner->supervisor, &options->trial, script, choice, &place,
	                          slot->stamp, trial_over, slot);
	if (options->slow_ns)
		loop_timer_start(loop, &slot->slow, loop_now_ns(loop) + options->slow_ns, tell_slow,
		                 slot);
}

/* Something is to be begun, and nothing speaks against one more at a time. */
static bool
may_begin(const struct runner *runner)
{
	if (runner->stopped || runner->next == runner->selection->count)
		return false;
	if (runner->running == 0)
		return true;
	return runner->running < runner->options->slots && runner->next < runner->first_serial;
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
	if (!runner->options->jobserver)
		return true;
	for (unsigned i = 0; i < runner->options->slots; i++)
		if (runner->slots[i].trial && !runner->slots[i].has_token)
			slot->has_token = true;
	if (!slot->has_token)
		return true;
	slot->has_token = jobserver_take(runner->options->jobserver, &slot->token);
	return slot->has_token;
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

/* The first ends the tests and waits for them, the second does not. */
static void
take_signal(void *context, int signo, bool from_terminal)
{
	struct runner *runner = context;
	if (runner->end.signo) {
		kill_all(runner);
		return;
	}
	runner->end.signo = signo;
	stop_beginning(runner, "not run: the run was interrupted");
	end_all(runner, signo, from_terminal && runner->options->trial.job.process.inherit);
}

/* SIGUSR1: what runs now. */
static void
tell_running(void *context)
{
	struct runner *runner = context;
	char text[DURATION_SIZE];
	int64_t now_ns = loop_clock();
	message("%u running, %zu to go", runner->running, runner->selection->count - runner->next);
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

static void
run_all(struct runner *runner)
{
	const struct runner_options *options = runner->options;
	if (options->tick_ns)
		tick(runner);
	begin_all(runner);
	while (runner->running) {
		watch_tokens(runner);
		if (!options->flush(options->context) && !runner->end.broken) {
			runner->end.broken = true;
			stop_beginning(runner, "not run: the stream cannot be written");
			end_all(runner, SIGTERM, false);
		}
		if (!loop_turn(runner->supervisor->loop)) {
			message("waiting for tests: %s", strerror(errno));
			runner->end.broken = true;
			break;
		}
		begin_all(runner);
	}
	loop_unwatch(runner->supervisor->loop, &runner->tokens);
	loop_timer_stop(runner->supervisor->loop, &runner->tick);
}

/* The choices that were not begun. */
static void
answer_rest(struct runner *runner)
{
	struct subunit2_sink *sink = runner->slots[0].stamp;
	for (; runner->next < runner->selection->count; runner->next++) {
		struct subunit2_event event = {
			.test_id = subunit2_view_of(script_at(runner, runner->next)->id),
			.status = SUBUNIT2_SKIP,
			.runnable = true,
			.file_name = SUBUNIT2_LITERAL("reason"),
			.file_bytes = subunit2_view_of(runner->stopped),
			.mime_type = SUBUNIT2_LITERAL("text/plain;charset=utf8"),
			.eof = true,
		};
		subunit2_sink_event(sink, &event, NULL);
	}
}

struct runner_end
runner_run(const struct runner_options *options, const struct suite *suite,
           const struct selection *selection, struct subunit2_sink *sink,
           struct supervisor *supervisor)
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
	put_in_order(&runner);
	runner.slots = memory_zeroed(options->slots, sizeof(*runner.slots));
	for (unsigned i = 0; i < options->slots; i++)
		slot_open(&runner, i, sink);
	run_all(&runner);
	answer_rest(&runner);
	for (unsigned i = 0; i < options->slots; i++)
		slot_close(&runner.slots[i]);
	free(runner.slots);
	free(runner.order);
	return runner.end;
}
