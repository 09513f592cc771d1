/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * libsubunit.so.0 on top of libsubunit2: the calls of subunit/child.h as packets on standard
 * output.
 *
 * Standard output is shared with the printf of the program. So stdout is flushed before each
 * packet, and each packet is written at once: text and packets keep their order, and a crash or a
 * fork loses or repeats none. A call holds the lock of stdout, which makes calls of several threads
 * wait for each other and for printf.
 *
 * The interface has no way to report an error. A program whose results cannot be written must not
 * look as if it had passed: it ends with a message and EXIT_LOST.
 */
#include <subunit/child.h>

#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <subunit2.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

#define EXIT_LOST 3

/* The lock of stdout protects these. */
static struct subunit2_classic *classic; /* NULL before the first call */
static struct subunit2_output *output;   /* NULL on a terminal, too */
static struct subunit2_sink terminal;

_Noreturn static void
child_die(const struct subunit2_error *error)
{
	fprintf(stderr, "libsubunit: %s%s%s\n", error->subject ? error->subject : "",
	        error->subject ? ": " : "", error->message);
	_exit(EXIT_LOST);
}

/* Print an event for people, on a terminal: the outcome of a test and its details. */
static enum subunit2_result
child_terminal_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                     struct subunit2_error *error)
{
	(void)sink, (void)error;
	if (!subunit2_status_is_final(event->status))
		return SUBUNIT2_E_OK;
	printf("%-9s  %.*s\n", subunit2_status_name(event->status), (int)event->test_id.len,
	       event->test_id.data);
	if (event->file_bytes.len)
		printf("%.*s\n", (int)event->file_bytes.len, event->file_bytes.data);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
child_terminal_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

static __attribute__((noinline)) void
child_init(void)
{
	const char *script = getenv("SUBUNIT2_TEST_ID");
	struct subunit2_classic_options options = {
		.size = sizeof(options),
		.script = script && *script ? subunit2_view_of(script) : SUBUNIT2_ABSENT,
		.clock = subunit2_time_now,
	};
	struct subunit2_error error = {.message = "out of memory"};
	struct subunit2_sink *sink = &terminal;

	if (isatty(STDOUT_FILENO)) {
		terminal.event = child_terminal_event;
		terminal.finish = child_terminal_finish;
	} else {
		output = subunit2_output_new(STDOUT_FILENO, "standard output", 0, &error);
		if (!output)
			child_die(&error);
		sink = subunit2_output_sink(output);
	}
	classic = subunit2_classic_new(sink, &options);
	if (!classic)
		child_die(&error);
}

/* Prepare for a call: lock, and write the text that the program has printed before. */
static inline void
child_begin(void)
{
	flockfile(stdout);
	if (!classic)
		child_init();
	if (__fpending(stdout))
		fflush_unlocked(stdout);
}

/* End a call whose result is RESULT: write its packets, and unlock. */
static void
child_end(enum subunit2_result result, struct subunit2_error *error)
{
	if (result == SUBUNIT2_E_OK && output)
		result = subunit2_output_flush(output, error);
	if (result != SUBUNIT2_E_OK)
		child_die(error);
	funlockfile(stdout);
}

EXPORT void
subunit_test_start(const char *name)
{
	struct subunit2_error error;

	child_begin();
	child_end(subunit2_classic_start(classic, subunit2_view_of(name), &error), &error);
}

EXPORT void
subunit_test_pass(const char *name)
{
	struct subunit2_error error;

	child_begin();
	child_end(subunit2_classic_success(classic, subunit2_view_of(name), &error), &error);
}

EXPORT void
subunit_test_fail(const char *name, const char *details)
{
	struct subunit2_error error;

	child_begin();
	child_end(subunit2_classic_failure(classic, subunit2_view_of(name),
	                                   subunit2_view_of(details), &error),
	          &error);
}

EXPORT void
subunit_test_error(const char *name, const char *details)
{
	struct subunit2_error error;

	child_begin();
	child_end(subunit2_classic_error(classic, subunit2_view_of(name), subunit2_view_of(details),
	                                 &error),
	          &error);
}

EXPORT void
subunit_test_skip(const char *name, const char *reason)
{
	struct subunit2_error error;

	child_begin();
	child_end(subunit2_classic_skip(classic, subunit2_view_of(name), subunit2_view_of(reason),
	                                &error),
	          &error);
}

EXPORT void
subunit_progress(enum subunit_progress_whence whence, int offset)
{
	static const enum subunit2_classic_whence meanings[] = {
		[SUBUNIT_PROGRESS_SET] = SUBUNIT2_CLASSIC_SET,
		[SUBUNIT_PROGRESS_CUR] = SUBUNIT2_CLASSIC_CUR,
		[SUBUNIT_PROGRESS_POP] = SUBUNIT2_CLASSIC_POP,
		[SUBUNIT_PROGRESS_PUSH] = SUBUNIT2_CLASSIC_PUSH,
	};
	struct subunit2_error error;

	if ((unsigned)whence >= sizeof(meanings) / sizeof(*meanings))
		return;
	child_begin();
	child_end(subunit2_classic_progress(classic, meanings[whence], offset, &error), &error);
}
