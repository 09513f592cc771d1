/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A capture: turns the output of one test's command into events, as it comes.
 *
 * standard output   packets (and JSON events on a line of their own) pass through;
 *                   version 1, TAP and the consoles of harnesses become subtests;
 *                   all other bytes are the test's file "stdout"
 * standard error    the test's file "stderr"
 *
 * Only events from packets have a routing code, and only those from packets and from TAP have
 * a time. The caller emits the first and the last event of the test itself: a status that the
 * command sends for the test is removed from the stream, and a final one is kept for the
 * verdict.
 */
#ifndef OUTPUT_CAPTURE_H
#define OUTPUT_CAPTURE_H

#include "capture_format.h"
#include "process.h"

#include <subunit2.h>
#include <tap/events.h>

struct output_capture_options {
	struct subunit2_view id; /* of the test; outlives the capture */
	enum capture_format from;
	bool strict, any_line, automake; /* as in tap/events.h */
	bool make_check;                 /* the command runs a check of automake */
	const char *directory;           /* where the command runs; NULL: in this directory */
	const char *make_directory;      /* into which its make changes; NULL: into none */
};

/* The results in the output. Complete after output_capture_finish. */
struct output_capture_verdict {
	const struct tap_verdict *tap; /* NULL: TAP was not read */
	const char *console; /* why the totals of a harness are wrong; NULL: they are not */
	const char *empty;   /* the harness that found no tests, if no test was seen; NULL */
	const struct subunit2_summary_result *packets; /* of other tests in the stream */
	enum subunit2_status own; /* the worst final status sent for the test itself; NONE */
	bool lacks_subunit1;      /* version 1 was declared, and no test of it came */
	bool own_leaked;          /* the command tagged the test so */
	bool own_reason;          /* its file "reason" was sent */
	bool begins_damaged;      /* its first bytes, which were read as text, are a damaged packet;
	                             false if PACKETS counts a damaged one */
};

struct output_capture;

/* SINK outlives the capture. Never NULL. */
struct output_capture *output_capture_new(const struct output_capture_options *options,
                                          struct subunit2_sink *sink);
void output_capture_free(struct output_capture *capture);

/* Reads BYTES of STREAM. */
enum subunit2_result output_capture_feed(struct output_capture *capture, enum process_stream stream,
                                         struct subunit2_view bytes, int64_t now_ms,
                                         struct subunit2_error *error);

/* Reads BYTES of the packet FIFO. */
enum subunit2_result output_capture_feed_fifo(struct output_capture *capture,
                                              struct subunit2_view bytes, int64_t now_ms,
                                              struct subunit2_error *error);

/* Returns the latest time for the next output_capture_tick, which emits output that was held back;
 * INT64_MAX if nothing is held back. */
int64_t output_capture_deadline(const struct output_capture *capture);
enum subunit2_result output_capture_tick(struct output_capture *capture, int64_t now_ms,
                                         struct subunit2_error *error);

/* Ends the output: emits all that is held back. Does not finish the sink. */
enum subunit2_result output_capture_finish(struct output_capture *capture,
                                           struct subunit2_error *error);

/* The strings are valid until the capture is freed. */
struct output_capture_verdict output_capture_verdict(const struct output_capture *capture);

#endif
