/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The runner: the scripts of a selection, one after the other or several at a
 * time, each in a slot.
 *
 * A slot is a routing code, "0", "1" and so on, which each packet of a test in it
 * has. Under a jobserver, one test runs as it is and each further
 * one on a token.
 */
#ifndef SCHEDULER_H
#define SCHEDULER_H

#include "attempts.h"

struct regex;

struct scheduler_options {
	struct attempts_rules attempts;
	unsigned slots;              /* at least 1 */
	struct jobserver *jobserver; /* NULL: none */
	struct regex *serial;        /* ids of scripts that run alone; NULL: none */
	unsigned max_fail;           /* stop after so many that ended badly; 0: go on */
	bool no_bail;                /* a bail-out ends its script only */
	int *keepalive; /* tests elsewhere live while it is open; closed, and -1, when they are to
	                  end. NULL: no tests elsewhere */
	int64_t max_time_ns; /* end the run after this time; 0: never */
	bool until_failure;  /* run the selection again and again until a test ends badly */
	int64_t slow_ns;     /* say that a test still runs, each time this has passed; 0: never */
	/* Called in each turn before anything is waited for; false: the stream is
	 * broken, and the run ends. */
	bool (*flush)(void *context);
	/* Called each time TICK_NS has passed; 0: never. */
	void (*tick)(void *context, int64_t now_ns);
	int64_t tick_ns;
	/* Called each time a script more was asked for, with how many that makes. NULL: never. */
	void (*expect)(void *context, size_t scripts);
	void *context; /* of all three */
};

struct scheduler_end {
	int signo;   /* that asked the run to end; 0: none */
	bool broken; /* the stream could not be written, or the system would not wait */
	size_t bad;  /* scripts that ended badly */
	bool unread; /* no request could be read from standard input */
};

/*
 * Runs them all, and with --stdin=subunit what is asked for on standard input,
 * which is added to SUITE and SELECTION, until that ends. Each script of SELECTION gets exactly one
 * final status in SINK; those that were not begun because the run was stopped are skipped, and say
 * so. Finishes nothing.
 */
struct scheduler_end scheduler_run(const struct scheduler_options *options, struct suite *suite,
                                   struct selection *selection, struct subunit2_sink *sink,
                                   struct supervisor *supervisor);

#endif
