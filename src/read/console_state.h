/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The state of a console, which its files share:
 *
 *     console.c          the interface, lines, harnesses and their totals
 *     console_tests.c    tests: their begins, ends, ids and times
 *     console_files.c    files of tests: output, reasons and logs
 *
 * Each calls only those below it.
 */
#ifndef CONSOLE_STATE_H
#define CONSOLE_STATE_H

#include "automake_log.h"
#include "buffer.h"
#include "console.h"
#include "make_dirs.h"
#include "unique_names.h"

#define CONSOLE_LINE_MAX 4096 /* bytes; a longer line is text */
#define CONSOLE_HARNESSES 6   /* rows of the table in console.c */

/* A test that has begun and not ended. */
struct console_running {
	uint64_t number;
	char *id;
	bool flaky;   /* it failed, and runs again */
	bool emitted; /* its first event */
	struct subunit2_time start;
};

/* A test that failed, with what its last event will say. */
struct console_failed {
	char *id;  /* NULL: no test is waiting for its output */
	char *key; /* identifies the test in the log of the harness; NULL: do not wait */
	bool runnable, has_number, has_time;
	uint64_t number;
	struct subunit2_time time;
	enum subunit2_status status;
	struct subunit2_tagset tags;
};

struct console {
	struct subunit2_sink *sink;
	struct console_options options;
	char *test_id, *route_code;
	int64_t now_ms;
	struct make_dirs dirs;

	/* Lines and harnesses. */
	char line[CONSOLE_LINE_MAX], scratch[CONSOLE_LINE_MAX];
	size_t len;   /* of a line whose end has not come */
	size_t given; /* bytes of it that were emitted as text already */
	bool in_text; /* the rest of the line is text */
	int64_t held_since_ms;
	const struct console_harness *current;                   /* the one that reads a line */
	struct console_harness_state *states[CONSOLE_HARNESSES]; /* NULL: not looked for */
	const char *empty;                                       /* one that found no tests; NULL */
	struct buffer reason;                                    /* why the totals disagree */

	/* Tests. */
	struct console_running *running;
	size_t running_count, running_room;
	struct console_failed failed;
	struct console_failed *waiting; /* tests that failed and wait for the log of the harness */
	size_t waiting_count, waiting_room;
	bool output_follows; /* text is output of the test that failed */
	bool any_failed;
	bool has_last;
	struct subunit2_time last; /* when the last test ended */
	struct unique_names ids;

	/* Files of tests. */
	struct subunit2_text *output; /* of the test OUTPUT_ID; NULL: of none */
	char *output_id;
	struct automake_logs logs;
	char *logged; /* path of the log that was attached last */
};

#endif
