/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Attaching: the user's terminal is connected with one test that runs, in place of the live view.
 *
 *     a     lists the tests that run: see attach_list.h
 *     ^]    detaches; the live view goes on
 *
 * The terminal then shows the output of the test, and takes input for it if tests have any. Tests
 * with a terminal of their own get each key, ^C too; other tests get lines. Keys are read only
 * while this program is in the foreground.
 *
 * Without a live view, for --debug, the terminal is attached to the first test that begins, until
 * it ends. If standard input is no terminal then, it is the input of the test, and the output goes
 * to standard error.
 */
#ifndef ATTACH_H
#define ATTACH_H

#include "live_view.h"
#include "supervisor.h"

#include "stdin_buffer.h"
#include <subunit2/event.h>

struct attach;
struct attach_test;

struct attach_options {
	struct live_view *live; /* NULL: attach to the first test */
	bool types;             /* typed text is the input of tests; false: they have none */
};

/* Returns NULL if there is a live view, but no terminal on standard input. */
struct attach *attach_new(const struct attach_options *options);
void attach_free(struct attach *attach); /* NULL is allowed, here and below */

/* Begins and ends the reading of keys. SUPERVISOR outlives the end. */
void attach_begin(struct attach *attach, struct supervisor *supervisor);
void attach_end(struct attach *attach);

/* Sets the terminal's modes if this program is in the foreground again. Call it regularly. */
void attach_tick(struct attach *attach);

struct attach_test_options {
	const char *id;                      /* outlives the test */
	struct subunit2_view code;           /* its routing code, for the label of the place */
	const struct stdin_buffer *terminal; /* that has the test's terminal, if it has one; or
	                                        NULL */
	/* Passes input on to the test. END: the input ends after BYTES. */
	void (*type)(void *context, struct subunit2_view bytes, bool end);
	void *context;
};

/* Adds a test that has begun. Returns NULL if ATTACH is NULL. */
struct attach_test *attach_start_test(struct attach *attach,
                                      const struct attach_test_options *options);
/* Removes TEST, which has ended: detaches the terminal from it, and frees it. TEST may be NULL,
 * here and below. */
void attach_end_test(struct attach_test *test);

/* Shows BYTES, which TEST has written, if the terminal is attached to it; keeps the last ones. */
void attach_output(struct attach_test *test, struct subunit2_view bytes);

/* Shows EVENT of TEST, which runs on another machine: its output, and results of subtests. */
void attach_event(struct attach_test *test, const struct subunit2_event *event);

#endif
