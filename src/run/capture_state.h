/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The state of a capture (output_capture.h), which its files share:
 *
 *     output_capture.c    the interface, standard error, the packet FIFO, the verdict
 *     capture_readers.c   the readers of standard output, each of which takes the text of the
 *                         one before it
 *     capture_events.c    the sinks for their events, and the text that no reader takes
 *
 * Each calls only those below it.
 */
#ifndef CAPTURE_STATE_H
#define CAPTURE_STATE_H

#include "automake_suite_log.h"
#include "output_capture.h"
#include "packet_damage.h"

struct output_capture {
	struct subunit2_sink events;     /* takes all events but text */
	struct subunit2_sink assertions; /* takes those of TAP but text */
	struct subunit2_sink *sink;
	struct output_capture_options options;
	struct timespec begun;           /* see automake_log.h */
	struct subunit_mixed *mixed;     /* NULL: all is text, or no output has come */
	struct subunit1_mixed *subunit1; /* NULL: not read */
	struct automake_suite_log log;
	struct subunit2_stream *fifo;    /* the packet FIFO */
	struct tap_events *tap;          /* NULL: TAP is not read */
	struct console *console;         /* NULL: not read */
	struct driven_console *driven;   /* NULL: no test driver sends results */
	struct subunit2_text *texts[2];  /* by enum process_stream */
	struct subunit2_summary *others; /* of all tests but this one */
	enum subunit2_status own;
	bool own_leaked, own_reason;
	bool any_other; /* a packet of another test, or a test of version 1, has come */
	bool in_console, any_packet;   /* the console emits events; others were emitted, too */
	char head[PACKET_DAMAGE_HEAD]; /* of standard output */
	size_t head_len;
	bool after_head;     /* there was more */
	bool ctest_is_empty; /* ctest says so on standard error */
	int64_t now_ms;
};

#endif
