/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The scheduler: runs the scripts of a selection, one or several at a time, each in a slot.
 *
 * A slot has a number, which is the routing code of all packets of the scripts that run in it.
 * Under a jobserver, the first of several tests at a time runs without a token, and each further
 * one takes one.
 */
#ifndef SCHEDULER_H
#define SCHEDULER_H

#include "attempts.h"

struct regex;

struct scheduler_options {
	struct attempts_rules attempts;
	unsigned slots;              /* at least 1 */
	struct jobserver *jobserver; /* NULL: without */
	struct regex *serial;        /* ids of scripts that run alone; NULL: without */
	unsigned max_fail;           /* start no more after so many failures; 0: no limit */
	bool no_bail;                /* a bail-out ends its script only */
	/* A descriptor that is closed, and set to -1, to end the scripts on other machines. NULL:
	 * scripts run on this machine. */
	int *keepalive;
	int64_t max_time_ns;   /* after which the run is ended; 0: never */
	bool until_failure;    /* run the selection again until a test fails */
	struct attach *attach; /* to the tests that run; NULL: without */
	int64_t slow_ns; /* after which a message says that a test still runs, again and again; 0:
	                    never */
	/* Called before each wait. If it returns false, the stream is broken, and the run
	 * ends. */
	bool (*flush)(void *context);
	/* Called each time TICK_NS has passed; 0: never. */
	void (*tick)(void *context, int64_t now_ns);
	int64_t tick_ns;
	/* Called after each request, with the number of scripts by then. NULL: never. */
	void (*expect)(void *context, size_t scripts);
	void *context; /* of these functions */
};

struct scheduler_end {
	int signo;   /* that ended the run; 0: without one */
	bool broken; /* the stream could not be written, or processes could not be supervised */
	size_t bad;  /* scripts that failed */
	bool unread; /* no request could be read from standard input */
};

/*
 * Runs all scripts of SELECTION. With --stdin=subunit, adds the tests that standard input requests
 * to SUITE and SELECTION, and runs them until it ends. Each script gets exactly one final status in
 * SINK; one that was not started because the run was stopped is skipped, with that reason. Does not
 * finish SINK.
 */
struct scheduler_end scheduler_run(const struct scheduler_options *options, struct suite *suite,
                                   struct selection *selection, struct subunit2_sink *sink,
                                   struct supervisor *supervisor);

#endif
