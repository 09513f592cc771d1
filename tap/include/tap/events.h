/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * TAP into events: the parser's facts become subtests of one script.
 *
 * Bytes are pushed in as the script writes them; out come the events of its
 * assertions, not runnable, under SCRIPT::DESCRIPTION, and the bytes that are
 * not TAP. The script's own inprogress and final status are the caller's: the
 * verdict says what TAP adds to the exit status. Pieces' sizes make no
 * difference to the events, nor does time, but for the 50 ms in which an
 * assertion waits for its diagnostics. A line that is not complete, and may
 * become TAP, is emitted as text after the same time; it still counts as TAP if it becomes so.
 */
#ifndef TAP_EVENTS_H
#define TAP_EVENTS_H

#include <subunit2/sink.h>
#include <subunit2/text.h>

/* How many bytes the id of what a script reports may have after the SCRIPT_LEN bytes of the
 * script's own and "::". */
size_t tap_id_room(size_t script_len);

/* An assertion's status is held no longer than this for diagnostics to follow. */
#define TAP_HOLD_MS 50

/* Lines that may be TAP are shown as text if nothing proves it for so long; they still
 * count if something does later. */
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
	/* The time of events; NULL: events have none (a file that is converted). */
	struct subunit2_time (*clock)(void *context);
	/* Takes what is not TAP, in order with the events; not NULL. */
	enum subunit2_result (*text)(void *context, struct subunit2_view bytes, int64_t now_ms,
	                             struct subunit2_error *error);
	void *context; /* of both */
};

struct tap_verdict {
	bool seen;    /* there was TAP at all */
	bool failed;  /* the script fails, for any cause below; reason says why */
	bool skipped; /* a plan of 1..0; reason says why, if the plan did */
	bool bailed_out;
	struct subunit2_view reason; /* may be empty; lives as long as the tap_events */
	uint64_t passed, failed_count, skipped_count, todo, todo_passed;
};

struct tap_events;

/* NULL when memory is short. SINK outlives it. */
struct tap_events *tap_events_new(const struct tap_options *options, struct subunit2_sink *sink);
void tap_events_free(struct tap_events *tap);

enum subunit2_result tap_events_feed(struct tap_events *tap, struct subunit2_view bytes,
                                     int64_t now_ms, struct subunit2_error *error);
/*
 * Looks at the stderr of the script. It is never TAP, but Test::More explains a failure
 * there ("#   Failed test 'name'"). That text becomes part of the file "comment"
 * of the assertion that failed under the name it quotes, in either
 * order. BYTES are not consumed: the caller emits them as the script's "stderr" as well.
 *
 * So that no explanation is late, read in this order when both pipes may be
 * ready: take a piece from stdout, then all there is on stderr; hand over the
 * stderr bytes with this call, then the piece of stdout with tap_events_feed.
 * (What was written to stderr before the last byte of that piece is then known.)
 */
enum subunit2_result tap_events_stderr(struct tap_events *tap, struct subunit2_view bytes,
                                       int64_t now_ms, struct subunit2_error *error);

/* Returns true if TAP has not begun, and TAP keeps no bytes or lines that may begin it. Then a line
 * for which tap_events_is_text returns true need not be fed: it would change nothing. */
bool tap_events_is_idle(const struct tap_events *tap);

/* Returns true if LINE, without its newline, is text before TAP begins. */
bool tap_events_is_text(struct subunit2_view line);

/* When tick wants to be called (INT64_MAX: never), and the call. */
int64_t tap_events_deadline(const struct tap_events *tap);
enum subunit2_result tap_events_tick(struct tap_events *tap, int64_t now_ms,
                                     struct subunit2_error *error);

/* The end of the script's output: open assertions and subtests end, the plan is
 * checked. The verdict is complete after it. */
enum subunit2_result tap_events_finish(struct tap_events *tap, struct subunit2_error *error);
const struct tap_verdict *tap_events_verdict(const struct tap_events *tap);

#endif
