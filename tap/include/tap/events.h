/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * TAP into events: reads the output of one script, and emits its assertions as subtests.
 *
 * An assertion is a test that is not runnable, with the id SCRIPT::DESCRIPTION. Bytes that are not
 * TAP are passed on as text. The caller emits the first event and the final status of the script
 * itself, which follows from the exit status and from the verdict here.
 *
 * Bytes may come in pieces of any size, and at any time: the events are the same, except that an
 * assertion waits at most 50 ms for its diagnostics. A line that is not complete, and may become
 * TAP, is emitted as text after the same time; it still counts as TAP if it becomes so.
 */
#ifndef TAP_EVENTS_H
#define TAP_EVENTS_H

#include <subunit2/sink.h>
#include <subunit2/text.h>

/* Returns the most bytes that an assertion's id may have after "SCRIPT::". The id of the script has
 * SCRIPT_LEN bytes. */
size_t tap_id_room(size_t script_len);

/* The longest time for which the status of an assertion waits for diagnostics. */
#define TAP_HOLD_MS 50

/* The longest time for which lines that may be TAP wait for evidence. After it they are emitted as
 * text; they still count if the evidence comes later. */
#define TAP_CANDIDATES_MS 100

struct tap_options {
	struct subunit2_view script;     /* test id of the script; copied */
	struct subunit2_view route_code; /* may be absent; copied */
	bool strict;                     /* `ok # TODO` is uxsuccess, and fails the script */
	bool forced;                     /* TAP from the first byte; else it has to be proved:
	                                    by a version, a plan, `ok 1`, `not ok 1`,
	                                    `# Subtest: NAME`, `Bail out!`, or two different
	                                    pieces of evidence (a number, ` - `, `not ok`) */
	bool automake;                   /* directives as automake's tap-driver.sh has them */
	bool any_line;                   /* one line of TAP's form is enough evidence */
	bool ktap;                       /* KTAP, also if its versions say TAP: comments come before
	                                    their result, and there may be no plan */
	/* Returns the time of events. NULL: events have no time, as those of a saved file, except
	 * for tests with a duration, which follow each other from 1970 on. */
	struct subunit2_time (*clock)(void *context);
	/* Takes the bytes that are not TAP, in order with the events. Not NULL. */
	enum subunit2_result (*text)(void *context, struct subunit2_view bytes, int64_t now_ms,
	                             struct subunit2_error *error);
	void *context; /* of both */
};

struct tap_verdict {
	bool seen;    /* there was TAP */
	bool failed;  /* the script fails; REASON says why */
	bool skipped; /* the plan is 1..0; REASON is the plan's, if it has one */
	bool bailed_out;
	struct subunit2_view reason; /* may be empty; valid as long as the tap_events */
	uint64_t passed, failed_count, skipped_count, todo, todo_passed;
};

struct tap_events;

/* Returns NULL if memory is short. SINK outlives the result. */
struct tap_events *tap_events_new(const struct tap_options *options, struct subunit2_sink *sink);
void tap_events_free(struct tap_events *tap);

enum subunit2_result tap_events_feed(struct tap_events *tap, struct subunit2_view bytes,
                                     int64_t now_ms, struct subunit2_error *error);
/*
 * Reads the stderr of the script, which is never TAP. Test::More explains a failure there
 * ("#   Failed test 'name'"): this text becomes a part of the file "comment" of the assertion that
 * failed under the name that it quotes, whether the assertion or the text comes first. The caller
 * emits BYTES as the script's "stderr" as well.
 *
 * If both pipes may be ready, read a piece from stdout and then all bytes that stderr holds; pass
 * those of stderr to this function before the piece of stdout is passed to tap_events_feed. So an
 * explanation that was written before the end of that piece is never late.
 */
enum subunit2_result tap_events_stderr(struct tap_events *tap, struct subunit2_view bytes,
                                       int64_t now_ms, struct subunit2_error *error);

/* Returns true if TAP has not begun, and TAP keeps no bytes or lines that may begin it. Then a line
 * for which tap_events_is_text returns true need not be fed: it would change nothing. */
bool tap_events_is_idle(const struct tap_events *tap);

/* Returns true if LINE, without its newline, is text before TAP begins. */
bool tap_events_is_text(struct subunit2_view line);

/* Returns the time of the next tap_events_tick; INT64_MAX if no call is needed. */
int64_t tap_events_deadline(const struct tap_events *tap);
enum subunit2_result tap_events_tick(struct tap_events *tap, int64_t now_ms,
                                     struct subunit2_error *error);

/* Ends the output of the script: ends open assertions and subtests, checks the plan, and completes
 * the verdict. */
enum subunit2_result tap_events_finish(struct tap_events *tap, struct subunit2_error *error);
const struct tap_verdict *tap_events_verdict(const struct tap_events *tap);

#endif
