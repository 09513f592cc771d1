/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What most of the old tools do alike: they open outputs, read one stream, and
 * count its tests.
 */
#ifndef COMPAT_STREAM_H
#define COMPAT_STREAM_H

#include "inputs.h"
#include "writer.h"

/* How tests ended, as the old tools count. What never ended has failed, and what
 * failed as expected has passed. */
struct stream_counts {
	uint64_t passed, failed, skipped;
	uint64_t unexpected; /* successes, which are among those that passed */
};

struct stream_counts stream_count(const struct subunit2_summary_result *result);

/* Adds a file; PATH is NULL for a result on standard output beside another. Cleared
 * with output_options_clear. */
void stream_add_output(struct output_options *to, const struct format *format, const char *path);

/* Opens what is said, or standard output in the format of this name, for what PATHS
 * name (as for inputs_read). NULL: it failed, which was told. */
struct outputs *stream_open(const struct output_options *to, const char *const *paths);
struct outputs *stream_stdout(const char *format, const char *const *paths);

/* The same, for text alone, of which the bytes are written. */
struct outputs *stream_stdout_text(const char *const *paths);

/* Closes them: STATUS, or what closing found where that is EXIT_STATUS_GOOD. */
int stream_close(struct outputs *outputs, int status);

/*
 * Reads the version 2 stream that PATHS name into SINK, and finishes it, as
 * inputs_read does; OUTPUTS stand behind SINK.
 */
int stream_read(const char *const *paths, struct subunit2_sink *sink, struct outputs *outputs);

/* The same, and counts its tests. */
int stream_read_counting(const char *const *paths, struct subunit2_sink *sink,
                         struct outputs *outputs, struct stream_counts *counts);

/* A sink before NEXT that counts the tests that pass; the end frees it. */
struct stream_counter {
	struct subunit2_summary *summary;
	struct subunit2_sink *tee;
};
struct subunit2_sink *stream_counter_begin(struct stream_counter *counter,
                                           struct subunit2_sink *next);
struct stream_counts stream_counter_end(struct stream_counter *counter);

/* STATUS, or EXIT_STATUS_BAD where that is EXIT_STATUS_GOOD and a test failed; if STRICT,
 * also where one passed unexpectedly. */
int stream_judge(int status, const struct stream_counts *counts, bool strict);

#endif
