/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_backlog.h"

#include "mux_input_state.h"

#include <utlist.h>

#define UNFINISHED_MAX (64 << 20)
#define UNFINISHED_SMALL INPUT_FILE_PIECE_MAX

static void
mux_backlog_resume_all(struct mux_inputs *mux_inputs)
{
	struct mux_input *mux_input;
	DL_FOREACH(mux_inputs->list, mux_input)
	{
		if (mux_input->is_paused)
			mux_input_watch(mux_input);
		mux_input->is_paused = false;
	}
}

void
mux_backlog_set(struct mux_input *mux_input, size_t unfinished)
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
		mux_backlog_resume_all(mux_inputs);
	}
}

void
mux_backlog_note(struct mux_input *mux_input, size_t len, uint64_t events, uint64_t results)
{
	bool any = mux_input->mux_inputs->events != events;
	if (mux_input->mux_inputs->results != results ||
	    (any && mux_input->unfinished <= UNFINISHED_SMALL))
		mux_backlog_set(mux_input, 0);
	else if (!any)
		mux_backlog_set(mux_input, mux_input->unfinished + len);
}

bool
mux_backlog_may_read(struct mux_input *mux_input)
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
