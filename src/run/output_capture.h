/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A capture: the output of one test's command into events, as it comes.
 *
 * standard output   packets (and JSON events on a line of their own) pass through;
 *                   version 1, TAP and the consoles of harnesses become
 *                   subtests;
 *                   the rest is the test's file "stdout"
 * standard error    the test's file "stderr"
 *
 * Events carry no routing code but what packets bring along, and no time but
 * that of packets and of TAP. The test's own first and last event are the
 * caller's: a status that the command sends for the test itself is taken out of
 * the stream, and a final one is kept for the verdict.
 */
#ifndef OUTPUT_CAPTURE_H
#define OUTPUT_CAPTURE_H

#include "process.h"

#include <subunit2.h>
#include <tap/events.h>

enum output_capture_format {
	OUTPUT_CAPTURE_AUTO, /* packets anywhere, TAP and consoles of harnesses where they begin */
	OUTPUT_CAPTURE_TAP,  /* the same, but TAP from the first byte */
	OUTPUT_CAPTURE_KTAP, /* the same, but TAP is KTAP, and there must be some */
	/* Packets, and the console of this harness from the first byte. TAP only of prove, whose
	 * console holds it with -v. */
	OUTPUT_CAPTURE_AUTOMAKE,
	OUTPUT_CAPTURE_CTEST,
	OUTPUT_CAPTURE_MESON,
	OUTPUT_CAPTURE_PROVE,
	OUTPUT_CAPTURE_AUTOTEST,
	OUTPUT_CAPTURE_DEJAGNU,
	OUTPUT_CAPTURE_SUBUNIT,  /* packets and text; what is broken is damage */
	OUTPUT_CAPTURE_SUBUNIT1, /* packets, and version 1 from the first byte; no TAP */
	OUTPUT_CAPTURE_DRIVEN,   /* packets, and automake's console; no TAP (driven_console.h) */
	OUTPUT_CAPTURE_TEXT,     /* nothing is looked for */
};

/* The name of FORMAT as an option has it; NULL if it has none. */
const char *output_capture_format_name(enum output_capture_format format);

/* Stores the format with that NAME; false if there is none. */
bool output_capture_format_find(const char *name, enum output_capture_format *format);

struct output_capture_options {
	struct subunit2_view id; /* of the test; outlives the capture */
	enum output_capture_format from;
	bool strict, any_line, automake; /* as in tap/events.h */
	bool make_check;                 /* the command runs a check of automake */
	const char *directory;           /* where the command runs; NULL: here */
	const char *make_directory;      /* where its make changes to; NULL: it stays */
};

/* What the output says about the test. Complete after output_capture_finish. */
struct output_capture_verdict {
	const struct tap_verdict *tap; /* NULL: not looked for */
	const char *console;           /* how a harness's summary disagrees; NULL: it does not */
	const struct subunit2_summary_result *packets; /* of other tests in the stream */
	enum subunit2_status own; /* the worst final status sent for the test itself; NONE */
	bool lacks_subunit1;      /* version 1 was declared, and no test of it came */
	bool own_leaked;          /* tagged so */
	bool own_reason;          /* its file "reason" was sent */
};

struct output_capture;

/* NULL when memory is short. SINK outlives it. */
struct output_capture *output_capture_new(const struct output_capture_options *options,
                                          struct subunit2_sink *sink);
void output_capture_free(struct output_capture *capture);

enum subunit2_result output_capture_feed(struct output_capture *capture, enum process_stream stream,
                                         struct subunit2_view bytes, int64_t now_ms,
                                         struct subunit2_error *error);

/* The same for packets that come by the channel. */
enum subunit2_result output_capture_feed_fifo(struct output_capture *capture,
                                              struct subunit2_view bytes, int64_t now_ms,
                                              struct subunit2_error *error);

/* When, at the latest, output_capture_tick wants to be called (INT64_MAX: never), and the call. */
int64_t output_capture_deadline(const struct output_capture *capture);
enum subunit2_result output_capture_tick(struct output_capture *capture, int64_t now_ms,
                                         struct subunit2_error *error);

/* The end of the output: all that is held goes out. Does not finish the sink. */
enum subunit2_result output_capture_finish(struct output_capture *capture,
                                           struct subunit2_error *error);

/* Lives as long as the capture. */
struct output_capture_verdict output_capture_verdict(const struct output_capture *capture);

#endif
