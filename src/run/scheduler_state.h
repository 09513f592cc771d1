/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The state of a scheduler, which its two files share: scheduler.c, with the loop, signals and
 * requests, and scheduler_slots.c, which starts and ends tests in slots.
 */
#ifndef SCHEDULER_STATE_H
#define SCHEDULER_STATE_H

#include "leftovers.h"
#include "scheduler.h"
#include "slot_inputs.h"
#include "test_queue.h"

struct scheduler;

struct slot {
	struct scheduler *scheduler;
	unsigned number;
	struct subunit2_sink *route, *stamp; /* an event goes to STAMP, ROUTE, and the run's sink */
	struct attempts *attempts;           /* NULL: idle */
	struct attach_test *attach;          /* NULL: without */
	struct workspace workspace;
	struct jobserver_loan *loan; /* NULL: without a jobserver */
	struct event_loop_timer slow;
};

struct scheduler {
	const struct scheduler_options *options;
	struct suite *suite;
	struct selection *selection;
	struct supervisor *supervisor;
	struct slot *slots;
	struct jobserver_loan *loans;       /* by slot */
	struct test_queue parallel, serial; /* a serial test waits until no other one runs */
	unsigned running;
	size_t rounds; /* complete runs of the selection, with until_failure */
	bool running_serial;
	struct slot_inputs inputs;
	struct subunit2_sink *sink;
	struct event_loop_watch tokens;
	struct event_loop_timer tick, max_time;
	const char *stopped; /* why no further test is started; NULL: tests are started */
	struct cleaner *cleaner;
	struct leftovers leftovers;
	struct scheduler_end end;
	bool end_from_terminal;
	bool over_time; /* --max-time ended the run */
	bool hurried;   /* by a second signal: do not wait for folders to be removed */
};

const struct script *scheduler_script_of(const struct scheduler *scheduler, size_t choice);

/* Queues CHOICE. A serial test runs at the end, so that the others wait only once. */
void scheduler_enqueue(struct scheduler *scheduler, size_t choice);

/* Returns how many tests are queued. */
size_t scheduler_left(const struct scheduler *scheduler);

/* Opens the slots, whose events go to SINK, and closes them. */
void scheduler_open_slots(struct scheduler *scheduler, struct subunit2_sink *sink);
void scheduler_close_slots(struct scheduler *scheduler);

/* Starts queued tests while slots, and tokens of the jobserver, are free. */
void scheduler_start_all(struct scheduler *scheduler);

/* Watches the jobserver while a test waits for a token. */
void scheduler_watch_tokens(struct scheduler *scheduler);

/* Starts no further test, for the reason WHY, a constant. */
void scheduler_stop_starting(struct scheduler *scheduler, const char *why);

/* Returns true if the tests notice the end of the run without a signal from this program: by the
 * terminal's signal, or by the end of their input. */
bool scheduler_signal_reaches(const struct scheduler *scheduler);

/* Ends the tests that run, as attempts_stop does, or kills them. */
void scheduler_end_all(struct scheduler *scheduler, int signo, bool reached, bool over_time);
void scheduler_kill_all(struct scheduler *scheduler);

#endif
