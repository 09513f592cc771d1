/*
 * What most of the old tools do alike: they read one stream and make something of
 * its tests. What belongs to no test, "text", goes elsewhere; the stream itself is
 * forwarded where --forward says so.
 */
#ifndef COMPAT_STREAM_H
#define COMPAT_STREAM_H

#include "inputs.h"
#include "out/writer.h"

/* Where text goes, unless it is forwarded or --no-passthrough hides it. */
enum stream_text {
	STREAM_TEXT_RAW,     /* to standard output, as it is */
	STREAM_TEXT_PACKETS, /* there, as packets; to standard error as it is when the
	                        result is on standard output and must stay whole */
};

/* How tests ended, as the old tools count. What never ended has failed, and what
 * failed as expected has passed. */
struct stream_counts {
	uint64_t passed, failed, skipped;
	uint64_t unexpected; /* successes, which are among those that passed */
};

struct stream_counts stream_count(const struct subunit2_summary_result *result);

/* A tool with the options --no-passthrough, --output-to and --forward, and no others. */
struct stream_tool {
	const char *about;
	writer_open *result; /* what becomes of the tests; NULL: nothing is written */
	enum stream_text text;
	bool strict; /* an unexpected success is a failure */
	/* Called when all was read; NULL: not. An exit status, of which COMMAND_GOOD
	 * leaves the verdict. */
	int (*ended)(const struct stream_counts *counts);
};

/* The whole of such a tool: exits with COMMAND_GOOD when no test failed. */
int stream_main(const struct stream_tool *tool, int argc, const char **argv);

/* The whole of a tool without options that writes the stream that it reads FROM
 * files of another format; STAMP gives tests that have no time the present one. */
int stream_convert_main(const char *about, const struct format *from, bool stamp, int argc,
                        const char **argv);

/* Adds a file; PATH is NULL for a result on standard output beside another. Cleared
 * with outputs_options_clear. */
void stream_add_output(struct outputs_options *to, const struct format *format, const char *path);

/* Opens what is said, or standard output in the format of this name. NULL: it
 * failed, which was told. */
struct outputs *stream_open(const struct outputs_options *to);
struct outputs *stream_stdout(const char *format);

/* Closes them: STATUS, or what closing found where that is COMMAND_GOOD. */
int stream_close(struct outputs *outputs, int status);

/*
 * Reads the version 2 stream that PATHS name into SINK, and finishes it, as
 * inputs_read does; OUTPUTS stand behind SINK.
 */
int stream_read(const char *const *paths, struct subunit2_sink *sink, struct outputs *outputs);

/* A sink before NEXT that counts the tests that pass; the end frees it. */
struct stream_counter {
	struct subunit2_summary *summary;
	struct subunit2_sink *tee;
};
struct subunit2_sink *stream_counter_begin(struct stream_counter *counter,
                                           struct subunit2_sink *next);
struct stream_counts stream_counter_end(struct stream_counter *counter);

/* The same as stream_read, and counts its tests. */
int stream_read_counting(const char *const *paths, struct subunit2_sink *sink,
                         struct outputs *outputs, struct stream_counts *counts);

/* STATUS, or COMMAND_BAD where that is COMMAND_GOOD and a test failed; if STRICT,
 * also where one passed unexpectedly. */
int stream_judge(int status, const struct stream_counts *counts, bool strict);

/* Writers of parts of a stream. */
writer_open stream_write_tests;     /* packets of tests alone */
writer_open stream_write_text;      /* packets of text alone */
writer_open stream_write_raw;       /* the bytes of text alone */
writer_open stream_write_to_stderr; /* the same, to standard error */

/* Text to NEXT or not, tests to NEXT or not. Frees NEXT with itself. */
struct subunit2_sink *stream_part_new(struct subunit2_sink *next, bool tests, bool text);

#endif
