/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The tools with the options --no-passthrough, --output-to and --forward, and no
 * others: they make something of a stream's tests. What belongs to no test,
 * "text", goes elsewhere; the stream itself is forwarded where --forward says so.
 */
#ifndef COMPAT_STREAM_TOOL_H
#define COMPAT_STREAM_TOOL_H

#include "stream.h"

/* Where text goes, unless it is forwarded or --no-passthrough hides it. */
enum stream_text {
	STREAM_TEXT_RAW,     /* to standard output, as it is */
	STREAM_TEXT_PACKETS, /* there, as packets; to standard error as it is when the
	                        result is on standard output and must stay whole */
};

struct stream_tool {
	const char *about;
	writer_open *result; /* what becomes of the tests; NULL: nothing is written */
	enum stream_text text;
	bool strict; /* an unexpected success is a failure */
	/* Called when all was read; NULL: not. An exit status, of which EXIT_STATUS_GOOD
	 * leaves the verdict. */
	int (*ended)(const struct stream_counts *counts);
};

/* The whole of such a tool: exits with EXIT_STATUS_GOOD when no test failed. */
int stream_tool_main(const struct stream_tool *tool, int argc, const char **argv);

#endif
