/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_input.h"

#include "id_prefix.h"
#include "lost_input.h"
#include "memory.h"
#include "message.h"
#include "mux_clock.h"
#include "previous_time.h"
#include "timestamp.h"

#include <errno.h>
#include <stdlib.h>

#define LAST_PIECES 16 /* read from an input that is still readable when the merge ends */

static struct mux_input *
mux_input_of_counted(struct subunit2_sink *counted)
{
	return (struct mux_input *)((char *)counted - offsetof(struct mux_input, counted));
}

static enum subunit2_result
mux_input_counted_event(struct subunit2_sink *self, const struct subunit2_event *event,
                        struct subunit2_error *error)
{
	struct mux_input *mux_input = mux_input_of_counted(self);
	mux_input->events++;
	mux_input->results += subunit2_view_present(event->test_id);
	struct subunit2_event changed = *event;
	changed.stream = mux_input->number;
	return subunit2_sink_event(mux_input->sink, &changed, error);
}

void
mux_input_fail(struct mux_input *mux_input, const struct subunit2_error *why)
{
	if (mux_input->mux_inputs->result != SUBUNIT2_E_OK)
		return;
	lost_input_emit(mux_input->sink, mux_input->number, mux_input->name, why, NULL);
	if (!mux_input->is_file)
		return;
	message_error(mux_input->name, why);
	mux_input->mux_inputs->unreadable = true;
}

static void
mux_input_stop_reading(struct mux_input *mux_input)
{
	if (mux_input->is_peer)
		mux_backlog_leave(&mux_input->peer);
	event_loop_unwatch(mux_input->mux_inputs->supervisor->loop, &mux_input->watch);
	event_loop_timer_stop(mux_input->mux_inputs->supervisor->loop, &mux_input->timer);
	if (mux_input->input_file)
		input_file_close(mux_input->input_file);
	mux_input->input_file = NULL;
	autodetect_free(mux_input->autodetect);
	mux_input->autodetect = NULL;
}

/* Returns true if the events of the input arrive as they happen. */
static bool
mux_input_can_wait(const struct mux_input *mux_input)
{
	return !mux_input->input_file || input_file_can_wait(mux_input->input_file);
}

/* Reports that the input, which has ended, brought no test. A live one may send text, or a file of
 * no test. */
static void
mux_input_report_empty(struct mux_input *mux_input)
{
	struct mux_inputs *mux_inputs = mux_input->mux_inputs;
	bool live = mux_input_can_wait(mux_input);
	if (!mux_inputs->expects_tests || mux_inputs->ending ||
	    mux_inputs->result != SUBUNIT2_E_OK || mux_input->results ||
	    (live && mux_input->events))
		return;
	char *reason = memory_format("%s: no test in it", mux_input->name);
	message("%s", reason);
	lost_input_emit_reason(mux_input->sink, mux_input->number, reason, NULL);
	free(reason);
}

/* Emits the last events of the input and closes it. WHY says why it is lost; NULL: it has ended. */
static void
mux_input_close(struct mux_input *mux_input, const struct subunit2_error *why)
{
	struct subunit2_error error;
	if (autodetect_finish(mux_input->autodetect, &error) != SUBUNIT2_E_OK && !why)
		why = &error;
	if (why)
		mux_input_fail(mux_input, why);
	else
		mux_input_report_empty(mux_input);
	mux_input_stop_reading(mux_input);
	if (mux_input->command)
		mux_command_end(mux_input->command);
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
		mux_input_close(mux_input, error);
}

/* Tells the backlog of LEN bytes; EVENTS and RESULTS are the counts before them. */
static void
mux_input_note_backlog(struct mux_input *mux_input, size_t len, uint64_t events, uint64_t results)
{
	if (mux_input->is_peer)
		mux_backlog_note(&mux_input->peer, len, mux_input->events != events,
		                 mux_input->results != results);
}

static void
mux_input_read_piece(struct mux_input *mux_input)
{
	struct subunit2_view piece;
	struct subunit2_error error = {0};
	uint64_t events = mux_input->events, results = mux_input->results;
	enum subunit2_result result = input_file_read(
		mux_input->input_file, mux_input->mux_inputs->buffer, &piece, &error);
	if (result == SUBUNIT2_E_OK && !subunit2_view_present(piece)) {
		mux_input_close(mux_input, NULL);
		return;
	}
	if (result == SUBUNIT2_E_OK)
		result = autodetect_bytes(mux_input->autodetect, piece, mux_input_now_ms(mux_input),
		                          &error);
	mux_input_note_backlog(mux_input, piece.len, events, results);
	mux_input_on_result(mux_input, result, &error);
}

static void
mux_input_on_readable(void *context)
{
	struct mux_input *mux_input = context;
	struct event_loop *loop = mux_input->mux_inputs->supervisor->loop;
	if (!mux_input->is_peer || mux_backlog_may_read(&mux_input->peer)) {
		mux_input_read_piece(mux_input);
		return;
	}
	/* Without its timer, the unfinished packet is not mistaken for text after a silence. */
	event_loop_unwatch(loop, &mux_input->watch);
	event_loop_timer_stop(loop, &mux_input->timer);
}

/* Reads the input until it ends, from now on or again. */
static void
mux_input_watch(void *context)
{
	struct mux_input *mux_input = context;
	event_loop_watch(mux_input->mux_inputs->supervisor->loop, &mux_input->watch,
	                 input_file_fd(mux_input->input_file), mux_input_on_readable, mux_input);
}

static void
mux_input_on_timer(void *context)
{
	struct mux_input *mux_input = context;
	struct subunit2_error error = {0};
	if (mux_input->input_file && input_file_holds(mux_input->input_file)) {
		mux_input_read_piece(mux_input);
		return;
	}
	uint64_t events = mux_input->events, results = mux_input->results;
	enum subunit2_result result =
		autodetect_tick(mux_input->autodetect, mux_input_now_ms(mux_input), &error);
	mux_input_note_backlog(mux_input, 0, events, results);
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
	if (mux_inputs->shift_clocks && live)
		pipeline_push(chain, mux_clock_new(mux_input->route, chain->first));
	mux_input->sink = chain->first;
}

struct mux_input *
mux_input_new(struct mux_inputs *mux_inputs, const char *route, const char *name, bool live)
{
	struct mux_input *mux_input = memory_zeroed(1, sizeof(*mux_input));
	mux_input->mux_inputs = mux_inputs;
	mux_input->number = mux_inputs->count++;
	mux_input->route = memory_copy(route);
	mux_input->name = name ? name : mux_input->route;
	mux_input_build_chain(mux_input, live);
	return mux_input;
}

void
mux_input_free(struct mux_input *mux_input)
{
	pipeline_free(&mux_input->chain);
	free(mux_input->route);
	free(mux_input);
}

/* Begins to detect the format. */
static void
mux_input_begin_autodetect(struct mux_input *mux_input)
{
	struct autodetect_options options = {
		.from = mux_input->mux_inputs->from,
		.name = mux_input->name,
		.packets = true,
		.must_hold = mux_input->mux_inputs->must_hold,
	};
	mux_input->counted = (struct subunit2_sink){mux_input_counted_event, NULL, NULL};
	mux_input->autodetect = autodetect_new(&options, &mux_input->counted);
}

void
mux_input_read_file(struct mux_input *mux_input, struct input_file *input_file)
{
	mux_input_begin_autodetect(mux_input);
	mux_input->input_file = input_file;
	mux_input_watch(mux_input);
}

void
mux_input_read_fd(struct mux_input *mux_input, int fd)
{
	mux_input->is_peer = true;
	mux_backlog_join(&mux_input->mux_inputs->backlog, &mux_input->peer, mux_input_watch,
	                 mux_input);
	mux_input_read_file(mux_input, input_file_of(fd, mux_input->name));
}

static void
mux_input_on_output(void *context, struct subunit2_view bytes)
{
	struct mux_input *mux_input = context;
	struct subunit2_error error = {0};
	if (!mux_input->autodetect)
		return;
	enum subunit2_result result =
		autodetect_bytes(mux_input->autodetect, bytes, mux_input_now_ms(mux_input), &error);
	mux_input_on_result(mux_input, result, &error);
}

static void
mux_input_on_command_end(void *context, const struct subunit2_error *why)
{
	struct mux_input *mux_input = context;
	mux_input->command = NULL;
	if (mux_input->autodetect)
		mux_input_close(mux_input, why);
}

void
mux_input_run(struct mux_input *mux_input, const struct mux_command_options *options)
{
	static const struct mux_command_handler handler = {mux_input_on_output,
	                                                   mux_input_on_command_end};
	mux_input_begin_autodetect(mux_input);
	mux_input->command = mux_command_start(mux_input->mux_inputs->supervisor, options,
	                                       mux_input->route, &handler, mux_input);
	if (mux_input->command)
		return;
	struct subunit2_error error;
	subunit2_error_system(&error, NULL, errno);
	mux_input_close(mux_input, &error);
}

void
mux_input_end(struct mux_input *mux_input)
{
	for (int i = 0;
	     mux_input->input_file && i < LAST_PIECES && input_file_wait(mux_input->input_file, 0);
	     i++)
		mux_input_read_piece(mux_input);
	if (mux_input->command)
		mux_command_end(mux_input->command);
	else if (mux_input->autodetect)
		mux_input_close(mux_input, NULL);
}

void
mux_input_abandon(struct mux_input *mux_input)
{
	mux_input_stop_reading(mux_input);
	if (mux_input->command)
		mux_command_end(mux_input->command);
}

bool
mux_input_has_ended(const struct mux_input *mux_input)
{
	return !mux_input->autodetect && !mux_input->command;
}
