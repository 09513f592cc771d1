/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tests of a script, from the fact of their result until they are sent as events.
 *
 * The newest test is open as long as diagnostics may follow it; text after it waits until then.
 * Then the test is sent, or waits for the end of the subtest that it is in: see waiting.h. If more
 * than TAP_WAITING_MAX bytes wait, they are sent, and subtests whose name is not known yet are
 * called by their number.
 */
#ifndef TAP_TESTS_H
#define TAP_TESTS_H

#include "failures.h"
#include "scopes.h"
#include "sender.h"

#include <tap/events.h>

#define TAP_ID_MAX 1024      /* bytes of an id */
#define TAP_ROOM_MIN 256     /* of these, the least that remain for a path after a long script */
#define TAP_TEXT_MAX 65536   /* bytes of text that wait after the open test */
#define TAP_BEFORE_MAX 65536 /* bytes of comments that wait for their test */
#define TAP_WAITING_MAX (1024 * 1024) /* bytes of tests that wait for their subtest */

struct tap_test {
	bool open;
	bool begun; /* its start was sent */
	bool taken; /* its path is unique */
	struct tap_path path;
	size_t under; /* the level that the path is relative to; 0: none */
	struct tap_ending ending;
	struct tap_buffer name, reason; /* as the script wrote them, escapes resolved */
	struct tap_attachment comment, yaml;
	bool explained; /* by Test::More, on stderr */
};

struct tap_tests {
	struct tap_options options; /* without its strings */
	struct tap_sender sender;
	struct tap_failures failures;
	struct tap_test newest;
	int64_t now_ms;
	int64_t deadline_ms;      /* of the open test */
	struct tap_buffer text;   /* came after it */
	struct tap_buffer raw;    /* lines of levels without a name, in case they are no TAP */
	struct tap_buffer before; /* comments for the next one, as they came */
	bool before_full;         /* there were too many, and they became text */
	struct tap_scopes scopes; /* last, for tap_tests_init */
};

/* All return SUBUNIT2_E_OK, SUBUNIT2_E_NO_MEMORY, or what a callback returned. */

/* All ids begin with SCRIPT. Returns false if memory is short; call tap_tests_free also then. */
bool tap_tests_init(struct tap_tests *tests, struct tap_bytes script);
void tap_tests_free(struct tap_tests *tests);

/* Opens the newest test, which is filled in except for its diagnostics. */
int tap_tests_open(struct tap_tests *tests);

/* Ends the open test, whose diagnostics are complete. Does nothing if no test is open. */
int tap_tests_end(struct tap_tests *tests);

int tap_tests_text(struct tap_tests *tests, struct tap_bytes bytes);
int tap_tests_comment(struct tap_tests *tests, const struct tap_fact *fact);
int tap_tests_yaml(struct tap_tests *tests, const struct tap_fact *fact);
int tap_tests_stderr(struct tap_tests *tests, struct tap_bytes bytes);

/* Passes on the comments before a test as text, because no test followed. */
int tap_tests_pass_on_comments(struct tap_tests *tests);

/* Ends the newest level. TODO: failures in it are expected. Sends the tests that wait, unless
 * another open level still waits for its own test. */
int tap_tests_close_level(struct tap_tests *tests, bool todo);

/* Keeps LINE, which belongs to a level without a name. */
int tap_tests_keep_raw(struct tap_tests *tests, struct tap_bytes line);

/* Drops the newest level, which has no name, because it is no TAP: passes on its lines as text and
 * forgets its tests. */
int tap_tests_drop_level(struct tap_tests *tests);

/* Adds BYTES to BUFFER. */
int tap_tests_keep(struct tap_tests *tests, struct tap_buffer *buffer, struct tap_bytes bytes);

/* Sets BUFFER to TEXT and TAIL with their escapes resolved; empty if TEXT is empty. */
int tap_tests_keep_unescaped(struct tap_tests *tests, struct tap_buffer *buffer,
                             struct tap_bytes text, struct tap_bytes tail);

int tap_tests_no_memory(struct tap_tests *tests);

#endif
