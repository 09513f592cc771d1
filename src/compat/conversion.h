/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Tools that read one format and write packets to standard output.
 */
#ifndef COMPAT_CONVERSION_H
#define COMPAT_CONVERSION_H

#include "format.h"

struct conversion {
	const struct format *from;
	/* Returns a sink that changes the events before it passes them to NEXT. The
	 * caller frees it. NULL if the events stay as they are. */
	struct subunit2_sink *(*change)(struct subunit2_sink *next);
	/* When the exit status is EXIT_STATUS_BAD: */
	enum {
		CONVERSION_UNJUDGED, /* never */
		CONVERSION_JUDGED,   /* if a test failed */
		CONVERSION_STRICT,   /* if a test failed or passed unexpectedly */
	} verdict;
};

/* Converts the files PATHS. Returns the exit status. */
int conversion_run(const struct conversion *conversion, const char *const *paths);

/* Runs a tool without options that does CONVERSION. ABOUT is the first line of its
 * help. Returns the exit status. */
int conversion_main(const char *about, const struct conversion *conversion, int argc,
                    const char **argv);

#endif
