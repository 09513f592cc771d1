/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_input.h"

#include "autodetect.h"
#include "id_prefix.h"
#include "input_file.h"
#include "lines.h"
#include "lost_input.h"
#include "memory.h"
#include "message.h"
#include "outcome.h"
#include "pipeline.h"
#include "previous_time.h"
#include "string_list.h"
#include "timestamp.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#define GRACE_S 5       /* from SIGTERM to SIGKILL, for a command that is asked to end */
#define LEAK_S 1        /* how long output may stay open after the end of its command */
#define LAST_PIECES 16  /* read from an input that is still readable when the merge ends */
#define STDERR_MAX 4096 /* bytes of a line; a longer one is split */

/* A peer may stop within a packet of up to 4 MiB. While the unfinished packets of all peers hold
 * more than UNFINISHED_MAX bytes, only one peer may be read beyond UNFINISHED_SMALL bytes of its
 * packet; the others wait. No input is dropped. */
#define UNFINISHED_MAX (64 << 20)
#define UNFINISHED_SMALL INPUT_FILE_PIECE_MAX

struct mux_input {
	struct mux_input *prev, *next;
	struct mux_inputs *mux_inputs;
	char *route;
	const char *name; /* of the file, else the route; for messages */
	bool is_file, is_peer;
	bool is_paused;                /* not watched until another peer has finished its packet */
	size_t unfinished;             /* of a peer: bytes since its last event */
	struct subunit2_sink *sink;    /* the first of CHAIN */
	struct pipeline chain;         /* adds times, a prefix and the routing code */
	struct autodetect *autodetect; /* NULL: the input is closed */
	struct input_file *input_file; /* NULL: a command, or closed */
	struct event_loop_watch watch;
	struct event_loop_timer timer;
	struct command_input *command; /* NULL: no command, or it has ended */
};

struct command_input {
	struct process *process;
	struct process_options options;
	struct string_list argv, env;
	char *cwd;
	struct lines stderr_lines;
};

static struct mux_inputs *
mux_input_of_gate(struct subunit2_sink *gate)
{
	return (struct mux_inputs *)((char *)gate - offsetof(struct mux_inputs, gate));
}

static enum subunit2_result
gate_event(struct subunit2_sink *self, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	struct mux_inputs *mux_inputs = mux_input_of_gate(self);
	mux_inputs->events++;
	mux_inputs->results += subunit2_view_present(event->test_id);
	if (mux_inputs->result == SUBUNIT2_E_OK)
		mux_inputs->result = subunit2_sink_event(mux_inputs->sink, event, error);
	return mux_inputs->result;
}

static enum subunit2_result
gate_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return subunit2_sink_finish(mux_input_of_gate(self)->sink, error);
}

void
mux_inputs_begin(struct mux_inputs *mux_inputs, struct supervisor *supervisor,
                 const struct format *from, struct subunit2_sink *sink)
{
	*mux_inputs = (struct mux_inputs){
		.supervisor = supervisor,
		.from = from,
		.sink = sink,
		.gate = {gate_event, gate_finish, NULL},
		.buffer = memory_resize(NULL, INPUT_FILE_PIECE_MAX, 1),
	};
}

void
mux_inputs_finish(struct mux_inputs *mux_inputs)
{
	free(mux_inputs->buffer);
}

/* Emits the event for an input that was lost for the reason WHY, unless the sink has failed. */
static void
mux_input_fail(struct mux_input *mux_input, const struct subunit2_error *why)
{
	if (mux_input->mux_inputs->result != SUBUNIT2_E_OK)
		return;
	lost_input_emit(mux_input->sink, 0, mux_input->name, why, NULL);
	if (!mux_input->is_file)
		return;
	message_error(mux_input->name, why);
	mux_input->mux_inputs->unreadable = true;
}

static void mux_input_readable(void *context);

static void
mux_input_resume_all(struct mux_inputs *mux_inputs)
{
	struct mux_input *mux_input;
	DL_FOREACH(mux_inputs->list, mux_input)
	{
		if (mux_input->is_paused)
			event_loop_watch(mux_inputs->supervisor->loop, &mux_input->watch,
			                 input_file_fd(mux_input->input_file), mux_input_readable,
			                 mux_input);
		mux_input->is_paused = false;
	}
}

/* Sets how many bytes of an unfinished packet MUX_INPUT holds, and resumes the waiting peers once
 * that is possible. */
static void
mux_input_set_unfinished(struct mux_input *mux_input, size_t unfinished)
{
	struct mux_inputs *mux_inputs = mux_input->mux_inputs;
	if (!mux_input->is_peer)
		return;
	mux_inputs->unfinished += unfinished - mux_input->unfinished;
	mux_input->unfinished = unfinished;
	if (mux_inputs->turn &&
	    (mux_inputs->unfinished <= UNFINISHED_MAX ||
	     (mux_inputs->turn == mux_input && unfinished <= UNFINISHED_SMALL))) {
		mux_inputs->turn = NULL;
		mux_input_resume_all(mux_inputs);
	}
}

/* Updates the unfinished bytes of MUX_INPUT after LEN bytes, or after a tick with LEN 0. EVENTS and
 * RESULTS are the counts before. Text that is emitted after a silence may still become a packet:
 * if much is held, only a result proves that it is not held any more. */
static void
mux_input_note(struct mux_input *mux_input, size_t len, uint64_t events, uint64_t results)
{
	bool any = mux_input->mux_inputs->events != events;
	if (mux_input->mux_inputs->results != results ||
	    (any && mux_input->unfinished <= UNFINISHED_SMALL))
		mux_input_set_unfinished(mux_input, 0);
	else if (!any)
		mux_input_set_unfinished(mux_input, mux_input->unfinished + len);
}

/* Returns false, and pauses MUX_INPUT, if another peer must finish its packet first. */
static bool
mux_input_may_read(struct mux_input *mux_input)
{
	struct mux_inputs *mux_inputs = mux_input->mux_inputs;
	if (!mux_input->is_peer || mux_inputs->unfinished <= UNFINISHED_MAX ||
	    mux_input->unfinished <= UNFINISHED_SMALL || mux_inputs->turn == mux_input)
		return true;
	if (!mux_inputs->turn) {
		mux_inputs->turn = mux_input;
		return true;
	}
	/* Without its timer, the unfinished packet is not mistaken for text after a silence. */
	event_loop_unwatch(mux_inputs->supervisor->loop, &mux_input->watch);
	event_loop_timer_stop(mux_inputs->supervisor->loop, &mux_input->timer);
	mux_input->is_paused = true;
	return false;
}

static void
mux_input_stop_reading(struct mux_input *mux_input)
{
	mux_input->is_paused = false;
	mux_input_set_unfinished(mux_input, 0);
	event_loop_unwatch(mux_input->mux_inputs->supervisor->loop, &mux_input->watch);
	event_loop_timer_stop(mux_input->mux_inputs->supervisor->loop, &mux_input->timer);
	if (mux_input->input_file)
		input_file_close(mux_input->input_file);
	mux_input->input_file = NULL;
	autodetect_free(mux_input->autodetect);
	mux_input->autodetect = NULL;
}

/* Emits what is left of the input and closes it. WHY says why it is lost; NULL: it has ended. */
static void
mux_input_close_input(struct mux_input *mux_input, const struct subunit2_error *why)
{
	struct subunit2_error error;
	if (autodetect_finish(mux_input->autodetect, &error) != SUBUNIT2_E_OK && !why)
		why = &error;
	if (why)
		mux_input_fail(mux_input, why);
	mux_input_stop_reading(mux_input);
	if (mux_input->command)
		process_end(mux_input->command->process, SIGTERM, false);
}

static bool
mux_input_can_wait(const struct mux_input *mux_input)
{
	return !mux_input->input_file || input_file_can_wait(mux_input->input_file);
}

/* Returns the time for autodetection; always 0 for a file, which cannot be silent. */
static int64_t
mux_input_now_ms(const struct mux_input *mux_input)
{
	return mux_input_can_wait(mux_input)
	               ? event_loop_now_ns(mux_input->mux_inputs->supervisor->loop) / EVENT_LOOP_MS
	               : 0;
}

static void mux_input_on_timer(void *context);

/* Starts the timer for the next deadline of the input, or at once if bytes are already buffered. */
static void
mux_input_start_timer(struct mux_input *mux_input)
{
	struct event_loop *loop = mux_input->mux_inputs->supervisor->loop;
	int64_t deadline = autodetect_deadline(mux_input->autodetect);
	if (mux_input->input_file && input_file_holds(mux_input->input_file))
		event_loop_timer_start(loop, &mux_input->timer, event_loop_now_ns(loop),
		                       mux_input_on_timer, mux_input);
	else if (deadline == INT64_MAX || !mux_input_can_wait(mux_input))
		event_loop_timer_stop(loop, &mux_input->timer);
	else
		event_loop_timer_start(loop, &mux_input->timer, deadline * EVENT_LOOP_MS,
		                       mux_input_on_timer, mux_input);
}

/* Handles the RESULT of passing on bytes or of a tick: waits for more, or closes the input. */
static void
mux_input_on_result(struct mux_input *mux_input, enum subunit2_result result,
                    const struct subunit2_error *error)
{
	if (result == SUBUNIT2_E_OK)
		mux_input_start_timer(mux_input);
	else
		mux_input_close_input(mux_input, error);
}

static void
mux_input_on_readable(void *context)
{
	struct mux_input *mux_input = context;
	struct subunit2_view piece;
	struct subunit2_error error = {0};
	uint64_t events = mux_input->mux_inputs->events, results = mux_input->mux_inputs->results;
	enum subunit2_result result = input_file_read(
		mux_input->input_file, mux_input->mux_inputs->buffer, &piece, &error);
	if (result == SUBUNIT2_E_OK && !subunit2_view_present(piece)) {
		mux_input_close_input(mux_input, NULL);
		return;
	}
	if (result == SUBUNIT2_E_OK)
		result = autodetect_bytes(mux_input->autodetect, piece, mux_input_now_ms(mux_input),
		                          &error);
	mux_input_note(mux_input, piece.len, events, results);
	mux_input_on_result(mux_input, result, &error);
}

static void
mux_input_readable(void *context)
{
	if (mux_input_may_read(context))
		mux_input_on_readable(context);
}

static void
mux_input_on_timer(void *context)
{
	struct mux_input *mux_input = context;
	struct subunit2_error error = {0};
	if (mux_input->input_file && input_file_holds(mux_input->input_file)) {
		mux_input_on_readable(mux_input);
		return;
	}
	uint64_t events = mux_input->mux_inputs->events, results = mux_input->mux_inputs->results;
	enum subunit2_result result =
		autodetect_tick(mux_input->autodetect, mux_input_now_ms(mux_input), &error);
	mux_input_note(mux_input, 0, events, results);
	mux_input_on_result(mux_input, result, &error);
}

static void
mux_input_build_chain(struct mux_input *mux_input, bool live)
{
	struct mux_inputs *mux_inputs = mux_input->mux_inputs;
	struct pipeline *chain = &mux_input->chain;
	pipeline_init(chain, &mux_inputs->gate);
	pipeline_push(chain,
	              subunit2_add_route_new(chain->first, subunit2_view_of(mux_input->route)));
	if (mux_inputs->add_prefix) {
		char *prefix = memory_format("%s/", mux_input->route);
		pipeline_push(chain, id_prefix_new(prefix, chain->first));
		free(prefix);
	}
	if (mux_inputs->add_times && live)
		pipeline_push(chain, subunit2_stamp_new(chain->first, timestamp_clock, NULL));
	else if (mux_inputs->add_times)
		pipeline_push(chain, previous_time_new(chain->first));
	mux_input->sink = chain->first;
}

/* Adds an input to the list. NAME is for messages and outlives it; NULL: the route. LIVE: its
 * events arrive as they happen. */
static struct mux_input *
mux_input_add(struct mux_inputs *mux_inputs, const char *route, const char *name, bool live)
{
	struct mux_input *mux_input = memory_zeroed(1, sizeof(*mux_input));
	mux_input->mux_inputs = mux_inputs;
	mux_input->route = memory_copy(route);
	mux_input->name = name ? name : mux_input->route;
	mux_input_build_chain(mux_input, live);
	DL_APPEND(mux_inputs->list, mux_input);
	return mux_input;
}

static void
mux_input_begin_autodetect(struct mux_input *mux_input)
{
	struct autodetect_options options = {
		.from = mux_input->mux_inputs->from,
		.name = mux_input->name,
		.must_fit = mux_input->mux_inputs->must_fit,
	};
	mux_input->autodetect = autodetect_new(&options, mux_input->sink);
}

static void
mux_input_begin_reading(struct mux_input *mux_input, struct input_file *input_file)
{
	mux_input_begin_autodetect(mux_input);
	mux_input->input_file = input_file;
	event_loop_watch(mux_input->mux_inputs->supervisor->loop, &mux_input->watch,
	                 input_file_fd(input_file), mux_input_readable, mux_input);
}

void
mux_inputs_read_file(struct mux_inputs *mux_inputs, const char *route, const char *path)
{
	struct subunit2_error error;
	struct input_file *input_file = input_file_open(path, &error);
	struct mux_input *mux_input =
		mux_input_add(mux_inputs, route, input_file ? input_file_name(input_file) : path,
	                      input_file && input_file_can_wait(input_file));
	mux_input->is_file = true;
	if (input_file)
		mux_input_begin_reading(mux_input, input_file);
	else
		mux_input_fail(mux_input, &error);
}

void
mux_inputs_read_fd(struct mux_inputs *mux_inputs, const char *route, int fd)
{
	struct mux_input *mux_input = mux_input_add(mux_inputs, route, NULL, true);
	mux_input->is_peer = true;
	mux_input_begin_reading(mux_input, input_file_of(fd, mux_input->name));
}

/* Prints LINE of a command's stderr without its LF or CR LF. */
static void
mux_input_report_line(const struct mux_input *mux_input, struct subunit2_view line)
{
	while (line.len && (line.data[line.len - 1] == '\n' || line.data[line.len - 1] == '\r'))
		line.len--;
	message("%s: %.*s", mux_input->route, (int)line.len, line.data);
}

static void
mux_input_on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct mux_input *mux_input = context;
	struct subunit2_error error = {0};
	struct subunit2_view line;
	if (stream == PROCESS_STDOUT && mux_input->autodetect)
		mux_input_on_result(mux_input,
		                    autodetect_bytes(mux_input->autodetect, bytes,
		                                     mux_input_now_ms(mux_input), &error),
		                    &error);
	while (stream == PROCESS_STDERR &&
	       lines_take(&mux_input->command->stderr_lines, &bytes, &line))
		mux_input_report_line(mux_input, line);
}

static void
mux_input_free_command(struct mux_input *mux_input)
{
	struct command_input *command = mux_input->command;
	struct subunit2_view line;
	if (lines_take_held(&command->stderr_lines, &line))
		mux_input_report_line(mux_input, line);
	lines_clear(&command->stderr_lines);
	process_free(command->process);
	string_list_clear(&command->argv);
	string_list_clear(&command->env);
	free(command->cwd);
	free(command);
	mux_input->command = NULL;
}

static void
mux_input_on_end(void *context, const struct process_result *result)
{
	static const struct outcome_rules rules = {.skip_exit = OUTCOME_NO_SKIP};
	static const struct subunit2_summary_result no_packets;
	static const struct output_capture_verdict no_verdict = {.packets = &no_packets};
	struct mux_input *mux_input = context;
	struct outcome outcome;
	struct subunit2_error error;
	outcome_decide(&outcome, &rules, result, OUTCOME_NO_WAIT, &no_verdict);
	subunit2_error_set(&error, SUBUNIT2_E_SYSTEM, NULL, outcome.reason);
	bool lost = outcome.reason && !result->ended_by;
	mux_input_free_command(mux_input);
	if (mux_input->autodetect)
		mux_input_close_input(mux_input, lost ? &error : NULL);
	outcome_clear(&outcome);
}

static struct command_input *
mux_input_copy_command(const struct mux_command *from)
{
	static char *const nothing[] = {NULL};
	struct command_input *command = memory_zeroed(1, sizeof(*command));
	string_list_add_all(&command->argv, from->argv);
	string_list_add_all(&command->env, from->envp ? from->envp : environ);
	command->cwd = from->cwd ? memory_copy(from->cwd) : NULL;
	command->options = (struct process_options){
		.argv = command->argv.items,
		.envp = command->env.count ? command->env.items : nothing,
		.cwd = command->cwd,
		.stdin_fd = -1,
		.stdin_buffer = from->stdin_buffer,
		.grace_ns = GRACE_S * EVENT_LOOP_S,
		.leak_ns = LEAK_S * EVENT_LOOP_S,
		.leaked = PROCESS_KILL,
	};
	command->stderr_lines.max = STDERR_MAX;
	return command;
}

void
mux_inputs_run_command(struct mux_inputs *mux_inputs, const char *route,
                       const struct mux_command *from)
{
	static const struct process_handler handler = {mux_input_on_output, mux_input_on_end};
	struct mux_input *mux_input = mux_input_add(mux_inputs, route, NULL, true);
	struct command_input *command = mux_input_copy_command(from);
	mux_input->command = command;
	mux_input_begin_autodetect(mux_input);
	command->process =
		process_start(mux_inputs->supervisor, &command->options, &handler, mux_input);
	if (command->process)
		return;
	struct subunit2_error error;
	subunit2_error_system(&error, NULL, errno);
	mux_input_free_command(mux_input);
	mux_input_close_input(mux_input, &error);
}

static void
mux_input_end(struct mux_input *mux_input)
{
	for (int i = 0;
	     mux_input->input_file && i < LAST_PIECES && input_file_wait(mux_input->input_file, 0);
	     i++)
		mux_input_on_readable(mux_input);
	if (mux_input->command)
		process_end(mux_input->command->process, SIGTERM, false);
	else if (mux_input->autodetect)
		mux_input_close_input(mux_input, NULL);
}

void
mux_inputs_end(struct mux_inputs *mux_inputs)
{
	struct mux_input *mux_input;
	DL_FOREACH(mux_inputs->list, mux_input)
	mux_input_end(mux_input);
}

void
mux_inputs_abandon(struct mux_inputs *mux_inputs)
{
	struct mux_input *mux_input;
	DL_FOREACH(mux_inputs->list, mux_input)
	{
		mux_input_stop_reading(mux_input);
		if (mux_input->command)
			process_end(mux_input->command->process, SIGTERM, false);
	}
}

void
mux_inputs_kill(struct mux_inputs *mux_inputs)
{
	struct mux_input *mux_input;
	DL_FOREACH(mux_inputs->list, mux_input)
	if (mux_input->command)
		process_kill(mux_input->command->process);
}

size_t
mux_inputs_count(const struct mux_inputs *mux_inputs)
{
	const struct mux_input *mux_input;
	size_t count = 0;
	DL_COUNT(mux_inputs->list, mux_input, count);
	return count;
}

bool
mux_inputs_sweep(struct mux_inputs *mux_inputs)
{
	struct mux_input *mux_input, *next;
	bool any = false;
	DL_FOREACH_SAFE(mux_inputs->list, mux_input, next)
	{
		if (mux_input->autodetect || mux_input->command)
			continue;
		DL_DELETE(mux_inputs->list, mux_input);
		pipeline_free(&mux_input->chain);
		free(mux_input->route);
		free(mux_input);
		any = true;
	}
	return any;
}
