/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A conversion: the stream is written to standard output that files of another
 * format hold.
 */
#ifndef COMPAT_CONVERSION_H
#define COMPAT_CONVERSION_H

#include "format.h"

struct conversion {
	const struct format *from;
	/* A sink before NEXT that changes what was read, and is freed after it; NULL:
	 * nothing is changed. */
	struct subunit2_sink *(*change)(struct subunit2_sink *next);
	enum {
		CONVERSION_UNJUDGED, /* good when all was read */
		CONVERSION_JUDGED,   /* bad when a test failed */
		CONVERSION_STRICT,   /* also when one passed unexpectedly */
	} verdict;
};

/* Converts PATHS: an exit status. */
int conversion_run(const struct conversion *conversion, const char *const *paths);

/* The whole of a tool without options. */
int conversion_main(const char *about, const struct conversion *conversion, int argc,
                    const char **argv);

#endif
