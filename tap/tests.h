/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tests of a script on their way to being sent.
 *
 * The newest one is open as long as diagnostics may follow it; the text that
 * comes after it waits as long. Then it is sent, or waits for its subtest: see
 * waiting.h. What waits is bounded; when it is too much it goes as it is.
 */
#ifndef TAP_TESTS_H
#define TAP_TESTS_H

#include "failures.h"
#include "scopes.h"
#include "sender.h"

#include <tap/events.h>

#define TAP_ID_MAX 1024               /* bytes of an id */
#define TAP_ROOM_MIN 256              /* bytes of it that are left after a long script's */
#define TAP_TEXT_MAX 65536            /* bytes of text that wait after the open test */
#define TAP_BEFORE_MAX 65536          /* bytes of comments that wait for their test */
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
	struct tap_options options; /* but for its strings */
	struct tap_sender sender;
	struct tap_failures failures;
	struct tap_test newest;
	int64_t now_ms;
	int64_t deadline_ms;      /* of the open test */
	struct tap_buffer text;   /* came after it */
	struct tap_buffer raw;    /* lines of levels without a name, in case they are no TAP */
	struct tap_buffer before; /* comments for the next one, as they came */
	bool before_full;         /* they are too many, and text */
	struct tap_scopes scopes; /* last, for tap_tests_init */
};

/* All return SUBUNIT2_E_OK, SUBUNIT2_E_NO_MEMORY, or what a callback returned. */

/* SCRIPT is the id that all stand below. False when memory is short; free it all the same. */
bool tap_tests_init(struct tap_tests *tests, struct tap_bytes script);
void tap_tests_free(struct tap_tests *tests);

/* NEWEST, which is filled in but for its diagnostics, opens. */
int tap_tests_open(struct tap_tests *tests);

/* Its diagnostics are complete; does nothing if no test is open. */
int tap_tests_end(struct tap_tests *tests);

int tap_tests_text(struct tap_tests *tests, struct tap_bytes bytes);
int tap_tests_comment(struct tap_tests *tests, const struct tap_fact *fact);
int tap_tests_yaml(struct tap_tests *tests, const struct tap_fact *fact);
int tap_tests_stderr(struct tap_tests *tests, struct tap_bytes bytes);

/* Comments whose test does not come are text. */
int tap_tests_spill_before(struct tap_tests *tests);

/* The newest level ends; TODO: what failed in it was expected to. What waits is
 * sent once no level is open whose own test is still to come. */
int tap_tests_close_level(struct tap_tests *tests, bool todo);

/* Keeps LINE, which belongs to a level without a name. */
int tap_tests_keep_raw(struct tap_tests *tests, struct tap_bytes line);

/* The newest level, which has no name, is no TAP: its lines are text, and what waits
 * of it is forgotten. */
int tap_tests_drop_level(struct tap_tests *tests);

/* Adds BYTES to BUFFER. */
int tap_tests_keep(struct tap_tests *tests, struct tap_buffer *buffer, struct tap_bytes bytes);

/* BUFFER becomes TEXT and TAIL with their escapes resolved; empty if TEXT is. */
int tap_tests_keep_plain(struct tap_tests *tests, struct tap_buffer *buffer, struct tap_bytes text,
                         struct tap_bytes tail);

int tap_tests_no_memory(struct tap_tests *tests);

#endif
