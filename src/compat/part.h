/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The two parts of a stream: events with a test id, and "text", events without one.
 */
#ifndef COMPAT_PART_H
#define COMPAT_PART_H

#include "writer.h"

/* Returns a sink that passes events of tests to NEXT if TESTS, and text if TEXT; it
 * drops the others. It owns NEXT. */
struct subunit2_sink *part_new(struct subunit2_sink *next, bool tests, bool text);

/* Returns a sink that passes events of tests to CHANGE, and text to NEXT. CHANGE passes
 * its events to NEXT. The sink owns CHANGE, not NEXT. */
struct subunit2_sink *part_change_tests(struct subunit2_sink *change, struct subunit2_sink *next);

/* Writers of one part. */
writer_open part_write_tests;     /* the packets of tests */
writer_open part_write_text;      /* the packets of text */
writer_open part_write_raw;       /* the bytes of text */
writer_open part_write_to_stderr; /* the bytes of text, to standard error */

#endif
