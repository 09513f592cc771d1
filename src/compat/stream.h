/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The steps that most tools share: open the outputs, read one stream, count its tests.
 */
#ifndef COMPAT_STREAM_H
#define COMPAT_STREAM_H

#include "inputs.h"
#include "writer.h"

/* The number of tests by their end, as Python's tools count: a test that never ended
 * has failed, a test that failed as expected has passed. */
struct stream_counts {
	uint64_t passed, failed, skipped;
	uint64_t unexpected; /* unexpected successes; included in passed */
};

struct stream_counts stream_count(const struct subunit2_summary_result *result);

/* Adds the output file PATH to TO. A NULL path is standard output, in addition to
 * TO->to. The caller clears TO with output_options_clear. */
void stream_add_output(struct output_options *to, const struct format *format, const char *path);

/* Opens the outputs TO, or standard output in the format named FORMAT. PATHS are the
 * inputs that will be read, as for inputs_read; an output must not be one of them. If an
 * output cannot be opened, prints a message and returns NULL. */
struct outputs *stream_open(const struct output_options *to, const char *const *paths);
struct outputs *stream_stdout(const char *format, const char *const *paths);

/* Opens standard output for text: only the bytes of events without a test id are
 * written. Otherwise like stream_stdout. */
struct outputs *stream_stdout_text(const char *const *paths);

/* Closes OUTPUTS. Returns STATUS, or if STATUS is EXIT_STATUS_GOOD, the result of
 * closing. */
int stream_close(struct outputs *outputs, int status);

/*
 * Reads packets from the files PATHS into SINK, and finishes SINK. OUTPUTS are the
 * outputs to which SINK leads. Returns the exit status, as inputs_read does.
 */
int stream_read(const char *const *paths, struct subunit2_sink *sink, struct outputs *outputs);

/* Does the same, and stores the number of tests in COUNTS. */
int stream_read_counting(const char *const *paths, struct subunit2_sink *sink,
                         struct outputs *outputs, struct stream_counts *counts);

/* Counts the tests that pass through. stream_counter_begin returns a sink that passes
 * every event to NEXT; stream_counter_end frees that sink and returns the counts. */
struct stream_counter {
	struct subunit2_summary *summary;
	struct subunit2_sink *tee;
};
struct subunit2_sink *stream_counter_begin(struct stream_counter *counter,
                                           struct subunit2_sink *next);
struct stream_counts stream_counter_end(struct stream_counter *counter);

/* Returns STATUS. If STATUS is EXIT_STATUS_GOOD and a test failed, or if STRICT, passed
 * unexpectedly, returns EXIT_STATUS_BAD. */
int stream_judge(int status, const struct stream_counts *counts, bool strict);

#endif
