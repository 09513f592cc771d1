/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Parts of a stream: what belongs to tests, and what belongs to none, "text".
 */
#ifndef COMPAT_PART_H
#define COMPAT_PART_H

#include "writer.h"

/* Text to NEXT or not, tests to NEXT or not. Frees NEXT with itself. */
struct subunit2_sink *part_new(struct subunit2_sink *next, bool tests, bool text);

/* Tests to CHANGE, a sink before NEXT that is freed with this one, text to NEXT. */
struct subunit2_sink *part_change_tests(struct subunit2_sink *change, struct subunit2_sink *next);

/* Writers of parts. */
writer_open part_write_tests;     /* packets of tests alone */
writer_open part_write_text;      /* packets of text alone */
writer_open part_write_raw;       /* the bytes of text alone */
writer_open part_write_to_stderr; /* the same, to standard error */

#endif
