/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_input.h"

#include "autodetect.h"
#include "input_file.h"
#include "lines.h"
#include "lost_input.h"
#include "memory.h"
#include "message.h"
#include "outcome.h"
#include "string_list.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#define GRACE_S 5       /* for a command that is asked to end */
#define LEAK_S 1        /* for output that is still open when a command has ended */
#define LAST_PIECES 16  /* taken of an input that has still more to say in the end */
#define STDERR_MAX 4096 /* bytes of a line */

/* A peer may stop within a packet of 4 MiB. If what all peers have begun is more than
 * UNFINISHED_MAX bytes, only one of them may go on beyond UNFINISHED_SMALL; the others
 * wait, and none is dropped. */
#define UNFINISHED_MAX (64 << 20)
#define UNFINISHED_SMALL SOURCE_PIECE_MAX

struct lane {
	struct lane *prev, *next;
	struct lanes *lanes;
	char *route;
	const char *name; /* of the file; else the route */
	bool is_file, is_peer;
	bool is_paused;    /* its watch is stopped until it has the turn */
	size_t unfinished; /* bytes since its last event, if it is a peer */
	struct subunit2_sink *sink;
	struct feed *feed;     /* NULL: nothing more is taken */
	struct source *source; /* NULL: it is a command, or nothing more is taken */
	struct loop_watch watch;
	struct loop_timer timer;
	struct command_input *command; /* NULL: there is none, or no longer */
};

struct command_input {
	struct process *process;
	struct process_options options;
	struct strings argv, env;
	char *cwd;
	struct lines stderr_lines;
};

static struct lanes *
of_gate(struct subunit2_sink *gate)
{
	return (struct lanes *)((char *)gate - offsetof(struct lanes, gate));
}

static int
gate_event(struct subunit2_sink *self, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	struct lanes *lanes = of_gate(self);
	lanes->events++;
	lanes->results += subunit2_view_present(event->test_id);
	if (lanes->result == SUBUNIT2_OK)
		lanes->result = subunit2_sink_event(lanes->sink, event, error);
	return lanes->result;
}

static int
gate_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return subunit2_sink_finish(of_gate(self)->sink, error);
}

void
lanes_begin(struct lanes *lanes, struct supervisor *supervisor, const struct format *from,
            struct subunit2_sink *sink)
{
	*lanes = (struct lanes){
		.supervisor = supervisor,
		.from = from,
		.sink = sink,
		.gate = {gate_event, gate_finish, NULL},
		.buffer = memory_resize(NULL, SOURCE_PIECE_MAX, 1),
	};
}

void
lanes_finish(struct lanes *lanes)
{
	free(lanes->buffer);
}

/* Emits the event for a lost input, unless it was the sink that failed. */
static void
lose(struct lane *lane, const struct subunit2_error *why)
{
	if (lane->lanes->result != SUBUNIT2_OK)
		return;
	lost_input_emit(lane->sink, 0, lane->name, why, NULL);
	if (!lane->is_file)
		return;
	message_error(lane->name, why);
	lane->lanes->unreadable = true;
}

static void lane_readable(void *context);

static void
lane_resume_all(struct lanes *lanes)
{
	struct lane *lane;
	DL_FOREACH(lanes->list, lane)
	{
		if (lane->is_paused)
			loop_watch(lanes->supervisor->loop, &lane->watch, source_fd(lane->source),
			           lane_readable, lane);
		lane->is_paused = false;
	}
}

/* Sets how many bytes of an unfinished event LANE holds. */
static void
lane_set_unfinished(struct lane *lane, size_t unfinished)
{
	struct lanes *lanes = lane->lanes;
	if (!lane->is_peer)
		return;
	lanes->unfinished += unfinished - lane->unfinished;
	lane->unfinished = unfinished;
	if (lanes->turn && (lanes->unfinished <= UNFINISHED_MAX ||
	                    (lanes->turn == lane && unfinished <= UNFINISHED_SMALL))) {
		lanes->turn = NULL;
		lane_resume_all(lanes);
	}
}

/* Notes what came of LEN bytes, or of a tick. After a silence, text goes out of which a
 * packet may still be made, so that only a result shows that nothing large is held. */
static void
lane_note(struct lane *lane, size_t len, uint64_t events, uint64_t results)
{
	bool any = lane->lanes->events != events;
	if (lane->lanes->results != results || (any && lane->unfinished <= UNFINISHED_SMALL))
		lane_set_unfinished(lane, 0);
	else if (!any)
		lane_set_unfinished(lane, lane->unfinished + len);
}

/* Returns false, and pauses LANE, if another peer has the turn to hold more. */
static bool
lane_may_read(struct lane *lane)
{
	struct lanes *lanes = lane->lanes;
	if (!lane->is_peer || lanes->unfinished <= UNFINISHED_MAX ||
	    lane->unfinished <= UNFINISHED_SMALL || lanes->turn == lane)
		return true;
	if (!lanes->turn) {
		lanes->turn = lane;
		return true;
	}
	/* It is not silent: what it has begun stays a packet. */
	loop_unwatch(lanes->supervisor->loop, &lane->watch);
	loop_timer_stop(lanes->supervisor->loop, &lane->timer);
	lane->is_paused = true;
	return false;
}

static void
stop_reading(struct lane *lane)
{
	lane->is_paused = false;
	lane_set_unfinished(lane, 0);
	loop_unwatch(lane->lanes->supervisor->loop, &lane->watch);
	loop_timer_stop(lane->lanes->supervisor->loop, &lane->timer);
	if (lane->source)
		source_close(lane->source);
	lane->source = NULL;
	feed_free(lane->feed);
	lane->feed = NULL;
}

/* All that the input has said goes out. WHY it is lost; NULL: it is not. */
static void
close_input(struct lane *lane, const struct subunit2_error *why)
{
	struct subunit2_error error;
	if (feed_finish(lane->feed, &error) != SUBUNIT2_OK && !why)
		why = &error;
	if (why)
		lose(lane, why);
	stop_reading(lane);
	if (lane->command)
		process_end(lane->command->process, SIGTERM, false);
}

static bool
can_wait(const struct lane *lane)
{
	return !lane->source || source_can_wait(lane->source);
}

/* A file cannot grow silent, so that its clock stands still. */
static int64_t
now_ms(const struct lane *lane)
{
	return can_wait(lane) ? loop_now_ns(lane->lanes->supervisor->loop) / LOOP_MS : 0;
}

static void fire(void *context);

/* Has fire called when time brings something to do. */
static void
arm(struct lane *lane)
{
	struct loop *loop = lane->lanes->supervisor->loop;
	int64_t deadline = feed_deadline(lane->feed);
	if (lane->source && source_holds(lane->source))
		loop_timer_start(loop, &lane->timer, loop_now_ns(loop), fire, lane);
	else if (deadline == INT64_MAX || !can_wait(lane))
		loop_timer_stop(loop, &lane->timer);
	else
		loop_timer_start(loop, &lane->timer, deadline * LOOP_MS, fire, lane);
}

/* What became of some bytes, or of a tick. */
static void
go_on(struct lane *lane, int result, const struct subunit2_error *error)
{
	if (result == SUBUNIT2_OK)
		arm(lane);
	else
		close_input(lane, error);
}

static void
take_piece(void *context)
{
	struct lane *lane = context;
	struct subunit2_view piece;
	struct subunit2_error error = {0};
	uint64_t events = lane->lanes->events, results = lane->lanes->results;
	int result = source_read(lane->source, lane->lanes->buffer, &piece, &error);
	if (result == SUBUNIT2_OK && !subunit2_view_present(piece)) {
		close_input(lane, NULL);
		return;
	}
	if (result == SUBUNIT2_OK)
		result = feed_bytes(lane->feed, piece, now_ms(lane), &error);
	lane_note(lane, piece.len, events, results);
	go_on(lane, result, &error);
}

static void
lane_readable(void *context)
{
	if (lane_may_read(context))
		take_piece(context);
}

static void
fire(void *context)
{
	struct lane *lane = context;
	struct subunit2_error error = {0};
	if (lane->source && source_holds(lane->source)) {
		take_piece(lane);
		return;
	}
	uint64_t events = lane->lanes->events, results = lane->lanes->results;
	int result = feed_tick(lane->feed, now_ms(lane), &error);
	lane_note(lane, 0, events, results);
	go_on(lane, result, &error);
}

/* NAME NULL: the route. */
static struct lane *
add(struct lanes *lanes, const char *route, const char *name)
{
	struct lane *lane = memory_zeroed(1, sizeof(*lane));
	lane->lanes = lanes;
	lane->route = memory_copy(route);
	lane->name = name ? name : lane->route;
	lane->sink =
		memory_have(subunit2_add_route_new(&lanes->gate, subunit2_view_of(lane->route)));
	DL_APPEND(lanes->list, lane);
	return lane;
}

static void
begin_feed(struct lane *lane)
{
	struct feed_options options = {
		.from = lane->lanes->from,
		.name = lane->name,
		.must_fit = lane->lanes->must_fit,
	};
	lane->feed = feed_new(&options, lane->sink);
}

static void
begin_reading(struct lane *lane, struct source *source)
{
	begin_feed(lane);
	lane->source = source;
	loop_watch(lane->lanes->supervisor->loop, &lane->watch, source_fd(source), lane_readable,
	           lane);
}

void
lanes_read_file(struct lanes *lanes, const char *route, const char *path)
{
	struct subunit2_error error;
	struct source *source = source_open(path, &error);
	struct lane *lane = add(lanes, route, source ? source_name(source) : path);
	lane->is_file = true;
	if (source)
		begin_reading(lane, source);
	else
		lose(lane, &error);
}

void
lanes_read_fd(struct lanes *lanes, const char *route, int fd)
{
	struct lane *lane = add(lanes, route, NULL);
	lane->is_peer = true;
	begin_reading(lane, source_of(fd, lane->name));
}

/* Without its end, of which there may be one or two bytes. */
static void
say_line(const struct lane *lane, struct subunit2_view line)
{
	while (line.len && (line.data[line.len - 1] == '\n' || line.data[line.len - 1] == '\r'))
		line.len--;
	message("%s: %.*s", lane->route, (int)line.len, line.data);
}

static void
take_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct lane *lane = context;
	struct subunit2_error error = {0};
	struct subunit2_view line;
	if (stream == PROCESS_STDOUT && lane->feed)
		go_on(lane, feed_bytes(lane->feed, bytes, now_ms(lane), &error), &error);
	while (stream == PROCESS_STDERR && lines_take(&lane->command->stderr_lines, &bytes, &line))
		say_line(lane, line);
}

static void
free_command(struct lane *lane)
{
	struct command_input *command = lane->command;
	struct subunit2_view line;
	if (lines_take_held(&command->stderr_lines, &line))
		say_line(lane, line);
	lines_clear(&command->stderr_lines);
	process_free(command->process);
	strings_clear(&command->argv);
	strings_clear(&command->env);
	free(command->cwd);
	free(command);
	lane->command = NULL;
}

static void
take_end(void *context, const struct process_result *result)
{
	static const struct outcome_rules rules = {.skip_exit = OUTCOME_NO_SKIP};
	static const struct subunit2_summary_result no_packets;
	static const struct capture_verdict no_verdict = {.packets = &no_packets};
	struct lane *lane = context;
	struct outcome outcome;
	struct subunit2_error error;
	outcome_decide(&outcome, &rules, result, OUTCOME_NO_WAIT, &no_verdict);
	subunit2_error_set(&error, SUBUNIT2_SYSTEM, NULL, outcome.reason);
	bool lost = outcome.reason && !result->ended_by;
	free_command(lane);
	if (lane->feed)
		close_input(lane, lost ? &error : NULL);
	outcome_clear(&outcome);
}

static struct command_input *
copy_command(const struct lane_command *from)
{
	static char *const nothing[] = {NULL};
	struct command_input *command = memory_zeroed(1, sizeof(*command));
	strings_add_all(&command->argv, from->argv);
	strings_add_all(&command->env, from->envp ? from->envp : environ);
	command->cwd = from->cwd ? memory_copy(from->cwd) : NULL;
	command->options = (struct process_options){
		.argv = command->argv.items,
		.envp = command->env.count ? command->env.items : nothing,
		.cwd = command->cwd,
		.stdin_fd = -1,
		.grace_ns = GRACE_S * LOOP_S,
		.leak_ns = LEAK_S * LOOP_S,
		.leaked = PROCESS_KILL,
	};
	command->stderr_lines.max = STDERR_MAX;
	return command;
}

void
lanes_run_command(struct lanes *lanes, const char *route, const struct lane_command *said)
{
	static const struct process_handler handler = {take_output, take_end};
	struct lane *lane = add(lanes, route, NULL);
	struct command_input *command = copy_command(said);
	lane->command = command;
	begin_feed(lane);
	command->process = process_start(lanes->supervisor, &command->options, &handler, lane);
	if (command->process)
		return;
	struct subunit2_error error;
	subunit2_error_system(&error, NULL, errno);
	free_command(lane);
	close_input(lane, &error);
}

static void
end(struct lane *lane)
{
	for (int i = 0; lane->source && i < LAST_PIECES && source_wait(lane->source, 0); i++)
		take_piece(lane);
	if (lane->command)
		process_end(lane->command->process, SIGTERM, false);
	else if (lane->feed)
		close_input(lane, NULL);
}

void
lanes_end(struct lanes *lanes)
{
	struct lane *lane;
	DL_FOREACH(lanes->list, lane)
	end(lane);
}

void
lanes_abandon(struct lanes *lanes)
{
	struct lane *lane;
	DL_FOREACH(lanes->list, lane)
	{
		stop_reading(lane);
		if (lane->command)
			process_end(lane->command->process, SIGTERM, false);
	}
}

void
lanes_kill(struct lanes *lanes)
{
	struct lane *lane;
	DL_FOREACH(lanes->list, lane)
	if (lane->command)
		process_kill(lane->command->process);
}

size_t
lanes_count(const struct lanes *lanes)
{
	const struct lane *lane;
	size_t count = 0;
	DL_COUNT(lanes->list, lane, count);
	return count;
}

bool
lanes_sweep(struct lanes *lanes)
{
	struct lane *lane, *next;
	bool any = false;
	DL_FOREACH_SAFE(lanes->list, lane, next)
	{
		if (lane->feed || lane->command)
			continue;
		DL_DELETE(lanes->list, lane);
		subunit2_sink_free(lane->sink);
		free(lane->route);
		free(lane);
		any = true;
	}
	return any;
}
