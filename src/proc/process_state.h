/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The states of a supervised process, as a table: the effect of an event in each state.
 *
 *     RUNNING ── exit ──> EXITED ── leak timeout ──> DISPOSING ─┐
 *        │                   │                                  │ shim done
 *        └─ end, kill ─> ENDING (INPUT_ENDED) ── shim done ──> OUTPUT ──> FINISHED
 *     any of these, if its shim was killed: ORPHANS ──> FINISHED
 *
 * This file decides and does nothing else: process.c keeps the timers and sends the orders.
 */
#ifndef PROCESS_STATE_H
#define PROCESS_STATE_H

enum process_state {
	PROCESS_RUNNING = 1, /* the command runs, and nothing has ended it yet */
	PROCESS_INPUT_ENDED, /* a remote client has the grace to end after its input did */
	PROCESS_ENDING,      /* it is being ended by signals */
	PROCESS_EXITED,      /* the command exited by itself; its tree may still run */
	PROCESS_DISPOSING,   /* the leaked processes are being killed or released */
	PROCESS_OUTPUT,      /* the shim is done; another process holds the output open */
	PROCESS_ORPHANS,     /* the shim was killed; this program kills its tree */
	PROCESS_FINISHED,    /* the result is delivered at the end of this turn of the loop */
	PROCESS_STATES,
};

enum process_event {
	PROCESS_ON_EXIT,          /* the command exited */
	PROCESS_ON_OUTPUT_END,    /* both outputs are at their end; may come again and again */
	PROCESS_ON_END,           /* process_end */
	PROCESS_ON_INPUT_END,     /* process_end of a remote client whose input has ended */
	PROCESS_ON_INPUT_TIMEOUT, /* the client's grace is over */
	PROCESS_ON_KILL,          /* process_kill */
	PROCESS_ON_LEAK_TIMEOUT,
	PROCESS_ON_SHIM_DONE, /* the shim has nothing left to do */
	PROCESS_ON_SHIM_LOST, /* the shim ended before that */
	PROCESS_ON_ORPHANS_GONE,
	PROCESS_EVENTS,
};

enum process_action {
	PROCESS_DO_NOTHING,
	PROCESS_START_LEAK_TIMEOUT,
	PROCESS_SHORTEN_LEAK_TIMEOUT, /* if it runs */
	PROCESS_AWAIT_OUTPUT,         /* start the leak timeout, unless it runs */
	PROCESS_AWAIT_INPUT_END,      /* give a remote client its grace */
	PROCESS_ESCALATE,             /* the first signal, the grace, SIGKILL */
	PROCESS_KILL_TREE,
	PROCESS_DISPOSE, /* kill or release the leaked processes */
	PROCESS_KILL_ORPHANS,
	PROCESS_FINISH,
};

struct process_transition {
	enum process_state state;
	enum process_action action;
};

/* Returns the state that follows EVENT in STATE, and what to do. An event that means nothing in
 * STATE leaves it, with PROCESS_DO_NOTHING. */
struct process_transition process_transition(enum process_state state, enum process_event event);

#endif
