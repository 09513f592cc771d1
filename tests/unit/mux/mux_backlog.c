/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Peers that stop within packets: which ones may be read or must wait, and when they are read
 * again. */
#include "mux_backlog.h"
#include "check.h"

#define MIB ((size_t)1 << 20)
#define SMALL ((size_t)64 << 10)
#define PEERS 4

static struct mux_backlog backlog;
static struct mux_peer peers[PEERS];
static unsigned resumed[PEERS];

static void
on_resume(void *context)
{
	++*(unsigned *)context;
}

static void
begin(void)
{
	backlog = (struct mux_backlog){0};
	for (int i = 0; i < PEERS; i++) {
		resumed[i] = 0;
		mux_backlog_join(&backlog, &peers[i], on_resume, &resumed[i]);
	}
}

static void
check_counts(void)
{
	begin();
	mux_backlog_note(&peers[0], 100, false, false);
	mux_backlog_note(&peers[0], 200, false, false);
	mux_backlog_note(&peers[1], 50, false, false);
	CHECK(peers[0].unfinished == 300 && backlog.unfinished == 350);
	mux_backlog_note(&peers[0], 10, true, false);
	CHECK_NAMED("an event ends a small packet",
	            peers[0].unfinished == 0 && backlog.unfinished == 50);
	mux_backlog_note(&peers[0], SMALL, false, false);
	mux_backlog_note(&peers[0], 10, true, false);
	CHECK(peers[0].unfinished == 0);
	mux_backlog_note(&peers[0], SMALL + 1, false, false);
	mux_backlog_note(&peers[0], 10, true, false);
	CHECK_NAMED("a large one is ended by a result alone", peers[0].unfinished == SMALL + 1);
	mux_backlog_note(&peers[0], 10, true, true);
	CHECK(peers[0].unfinished == 0 && backlog.unfinished == 50);
	mux_backlog_leave(&peers[1]);
	CHECK(backlog.unfinished == 0);
}

/* Lets all peers together hold 64 MiB. */
static void
fill(void)
{
	begin();
	mux_backlog_note(&peers[1], 2 * SMALL, false, false);
	mux_backlog_note(&peers[2], 2 * SMALL, false, false);
	mux_backlog_note(&peers[3], SMALL, false, false);
	mux_backlog_note(&peers[0], 64 * MIB - 5 * SMALL, false, false);
}

static void
check_turns(void)
{
	fill();
	CHECK_NAMED("64 MiB are not too much",
	            mux_backlog_may_read(&peers[0]) && mux_backlog_may_read(&peers[1]));
	CHECK(!backlog.turn);
	mux_backlog_note(&peers[0], 1, false, false);
	CHECK_NAMED("one peer goes on",
	            mux_backlog_may_read(&peers[0]) && backlog.turn == &peers[0]);
	CHECK(mux_backlog_may_read(&peers[0]));
	CHECK_NAMED("another one waits",
	            !mux_backlog_may_read(&peers[1]) && peers[1].waits && !peers[0].waits);
	CHECK(!mux_backlog_may_read(&peers[2]));
	CHECK_NAMED("except at the start of a packet", mux_backlog_may_read(&peers[3]));
	mux_backlog_note(&peers[0], 2 * SMALL, false, false);
	CHECK(resumed[1] == 0 && backlog.turn == &peers[0]);
	mux_backlog_note(&peers[0], 1, true, true);
	CHECK_NAMED("all are read again once it has its packet",
	            resumed[1] == 1 && resumed[2] == 1 && resumed[0] == 0 && resumed[3] == 0);
	CHECK(!backlog.turn && !backlog.waiting && !peers[1].waits && !peers[2].waits);
	CHECK(mux_backlog_may_read(&peers[1]));
}

/* A turn ends with the small packet of its peer, also while the backlog is full. */
static void
check_end_of_turn(void)
{
	fill();
	mux_backlog_note(&peers[0], 1, false, false);
	CHECK(mux_backlog_may_read(&peers[1]) && backlog.turn == &peers[1]);
	CHECK(!mux_backlog_may_read(&peers[2]));
	mux_backlog_note(&peers[3], SMALL, false, false);
	mux_backlog_note(&peers[3], 5 * SMALL, false, false);
	CHECK_NAMED("the end of another packet does not end it",
	            resumed[2] == 0 && backlog.turn == &peers[1]);
	mux_backlog_note(&peers[1], 1, true, true);
	CHECK(resumed[2] == 1 && !backlog.turn && backlog.unfinished > 64 * MIB);
	CHECK_NAMED("then it is the turn of the next one",
	            mux_backlog_may_read(&peers[2]) && backlog.turn == &peers[2]);
}

/* A turn ends once all hold 64 MiB again, not less. */
static void
check_limit(void)
{
	fill();
	mux_backlog_note(&peers[0], SMALL, false, false);
	CHECK(mux_backlog_may_read(&peers[0]) && !mux_backlog_may_read(&peers[1]));
	mux_backlog_note(&peers[3], 1, true, false);
	CHECK(backlog.unfinished == 64 * MIB && resumed[1] == 1 && !backlog.turn);
}

static void
check_leaving(void)
{
	fill();
	mux_backlog_note(&peers[0], 1, false, false);
	CHECK(mux_backlog_may_read(&peers[0]));
	CHECK(!mux_backlog_may_read(&peers[1]) && !mux_backlog_may_read(&peers[2]));
	mux_backlog_leave(&peers[1]);
	CHECK_NAMED("a peer that leaves does not wait", !peers[1].waits && resumed[1] == 0);
	CHECK_NAMED("and makes room for others", resumed[2] == 1 && !backlog.turn);
	CHECK(!backlog.waiting && peers[1].unfinished == 0);
	mux_backlog_leave(&peers[0]);
	mux_backlog_leave(&peers[2]);
	mux_backlog_leave(&peers[3]);
	CHECK(backlog.unfinished == 0);
}

int
main(void)
{
	check_counts();
	check_turns();
	check_end_of_turn();
	check_limit();
	check_leaving();
	return check_done();
}
