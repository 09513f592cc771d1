/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Tools that write a result for the tests of a stream. All have the options
 * --no-passthrough, --output-to and --forward, and no others. Text (events without a
 * test id) does not become part of the result; --forward also copies the stream to
 * standard output.
 */
#ifndef COMPAT_STREAM_TOOL_H
#define COMPAT_STREAM_TOOL_H

#include "stream.h"

/* Where text goes without --forward and --no-passthrough. */
enum stream_text {
	STREAM_TEXT_RAW,     /* to standard output, as bytes */
	STREAM_TEXT_PACKETS, /* to standard output, as packets; but if the result is written
	                        there, to standard error, as bytes */
};

struct stream_tool {
	const char *about;
	writer_open *result; /* the writer of the result; NULL: the tool writes none */
	enum stream_text text;
	bool strict; /* an unexpected success is a failure */
	/* Called after a stream that was read completely. Returns EXIT_STATUS_GOOD, or
	 * the exit status of the tool. May be NULL. */
	int (*ended)(const struct stream_counts *counts);
};

/* Runs TOOL. Returns EXIT_STATUS_GOOD if no test failed, else EXIT_STATUS_BAD,
 * EXIT_STATUS_USAGE or EXIT_STATUS_IO. */
int stream_tool_main(const struct stream_tool *tool, int argc, const char **argv);

#endif
