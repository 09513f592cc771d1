/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The backlog: the memory that unfinished packets of peers take.
 *
 * A peer may stop within a packet of up to 4 MiB. While the unfinished packets of all peers hold
 * more than 64 MiB, only one peer may be read beyond the first 64 KiB of its packet; the others
 * wait. No input is dropped.
 */
#ifndef MUX_BACKLOG_H
#define MUX_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>

struct mux_peer;

struct mux_backlog {
	size_t unfinished;        /* bytes of the unfinished packets of all peers */
	struct mux_peer *turn;    /* the only peer that may add to them; NULL: any may */
	struct mux_peer *waiting; /* a list */
};

/* A connection whose unfinished packet counts. */
struct mux_peer {
	struct mux_peer *prev, *next; /* while it waits */
	struct mux_backlog *backlog;
	bool waits;
	size_t unfinished;             /* bytes since its last event */
	void (*resume)(void *context); /* called when a peer that waits may be read again */
	void *context;
};

/* Adds PEER to BACKLOG, which outlives it. */
void mux_backlog_join(struct mux_backlog *backlog, struct mux_peer *peer,
                      void (*resume)(void *context), void *context);

/* Removes PEER, and resumes other peers if they waited for it. */
void mux_backlog_leave(struct mux_peer *peer);

/* Returns true if PEER may be read. If another peer must finish its packet first, returns false;
 * PEER then waits until its RESUME is called. */
bool mux_backlog_may_read(struct mux_peer *peer);

/* Counts LEN bytes that were read from PEER, or a tick with LEN 0. ANY_EVENT and ANY_RESULT say
 * whether they brought an event, and one that names a test. Text that is emitted after a silence
 * may still become a packet: if much is held, only a result proves that it is not held any more. */
void mux_backlog_note(struct mux_peer *peer, size_t len, bool any_event, bool any_result);

#endif
