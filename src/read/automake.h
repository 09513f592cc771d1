/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The console of an automake `make check` into events: each result line becomes
 * a subtest of the command, under its directory.
 *
 *     PASS: x                      COMMAND::tests/x            success
 *     FAIL: x                      fail, with the log that automake left
 *     SKIP: x    XFAIL: x          skip, xfail
 *     XPASS: x   ERROR: x          uxsuccess; fail, tagged "error"
 *     PASS: t.tap 1 - one # …      COMMAND::tests/t.tap::one   (a TAP driver's line)
 *
 * The directory follows from "Entering directory" and from "Making check in",
 * which is all that `make -s` prints. The totals of each summary are held
 * against what was seen. Source: the automake manual, "Support for test suites".
 */
#ifndef AUTOMAKE_H
#define AUTOMAKE_H

#include <subunit2.h>
#include <time.h>

struct automake_options {
	struct subunit2_view test_id;    /* of the command; copied */
	struct subunit2_view route_code; /* may be absent; copied */
	/* See automake_log.h; copied. */
	const char *directory, *make_directory;
	struct timespec begun;
	bool forced; /* result lines count from the first byte; else once make was seen at work
	                on a check: "Making check in", "make  check-TESTS", "Entering directory" */
	struct subunit2_time (*clock)(void *context);
	/* Takes every byte that is not a result line, in order with the events. */
	enum subunit2_result (*text)(void *context, struct subunit2_view bytes, int64_t now_ms,
	                             struct subunit2_error *error);
	void *context; /* of both */
};

struct automake_verdict {
	bool seen;          /* there was a result line */
	const char *reason; /* why the command fails, whatever its exit status; NULL: it does not.
	                       Lives as long as the automake */
};

struct automake;

struct automake *automake_new(const struct automake_options *options, struct subunit2_sink *sink);
void automake_free(struct automake *automake);

enum subunit2_result automake_feed(struct automake *automake, struct subunit2_view bytes,
                                   int64_t now_ms, struct subunit2_error *error);
/* When tick wants to be called (INT64_MAX: never), and the call. */
int64_t automake_deadline(const struct automake *automake);
enum subunit2_result automake_tick(struct automake *automake, int64_t now_ms,
                                   struct subunit2_error *error);
enum subunit2_result automake_finish(struct automake *automake, struct subunit2_error *error);
struct automake_verdict automake_verdict(const struct automake *automake);

#endif
