/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "mux_backlog.h"

#include <utlist.h>

#define UNFINISHED_MAX (64 << 20)
#define UNFINISHED_SMALL (64 << 10)

static void
mux_backlog_resume_all(struct mux_backlog *backlog)
{
	struct mux_peer *peer, *next;
	DL_FOREACH_SAFE(backlog->waiting, peer, next)
	{
		DL_DELETE(backlog->waiting, peer);
		peer->waits = false;
		peer->resume(peer->context);
	}
}

/* Sets how many bytes of an unfinished packet PEER holds, and resumes the waiting peers once that
 * is possible. */
static void
mux_backlog_set(struct mux_peer *peer, size_t unfinished)
{
	struct mux_backlog *backlog = peer->backlog;
	backlog->unfinished += unfinished - peer->unfinished;
	peer->unfinished = unfinished;
	if (backlog->turn && (backlog->unfinished <= UNFINISHED_MAX ||
	                      (backlog->turn == peer && unfinished <= UNFINISHED_SMALL))) {
		backlog->turn = NULL;
		mux_backlog_resume_all(backlog);
	}
}

void
mux_backlog_join(struct mux_backlog *backlog, struct mux_peer *peer, void (*resume)(void *context),
                 void *context)
{
	*peer = (struct mux_peer){.backlog = backlog, .resume = resume, .context = context};
}

void
mux_backlog_leave(struct mux_peer *peer)
{
	if (peer->waits)
		DL_DELETE(peer->backlog->waiting, peer);
	peer->waits = false;
	mux_backlog_set(peer, 0);
}

void
mux_backlog_note(struct mux_peer *peer, size_t len, bool any_event, bool any_result)
{
	if (any_result || (any_event && peer->unfinished <= UNFINISHED_SMALL))
		mux_backlog_set(peer, 0);
	else if (!any_event)
		mux_backlog_set(peer, peer->unfinished + len);
}

bool
mux_backlog_may_read(struct mux_peer *peer)
{
	struct mux_backlog *backlog = peer->backlog;
	if (backlog->unfinished <= UNFINISHED_MAX || peer->unfinished <= UNFINISHED_SMALL ||
	    backlog->turn == peer)
		return true;
	if (!backlog->turn) {
		backlog->turn = peer;
		return true;
	}
	DL_APPEND(backlog->waiting, peer);
	peer->waits = true;
	return false;
}
