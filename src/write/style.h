/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Colors, where the destination has them.
 */
#ifndef STYLE_H
#define STYLE_H

#include "writer.h"

enum style {
	STYLE_GOOD,    /* green */
	STYLE_BAD,     /* red, bold */
	STYLE_NOTABLE, /* yellow */
	STYLE_QUIET,   /* dim */
};

void style_begin(struct output_file *to, enum style style);
void style_end(struct output_file *to);

/* How a status is called in a report, and its style. UNFINISHED for a test whose
 * last status is not final. */
const char *style_status_word(enum subunit2_status status);
enum style style_of_status(enum subunit2_status status);

#endif
