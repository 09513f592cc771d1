/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Colors and the words for statuses. Colors are written only if the output file has color set.
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

/* The word for a status in reports, and its style. The word is UNFINISHED if a test's last
 * status is not final. */
const char *style_status_word(enum subunit2_status status);
enum style style_of_status(enum subunit2_status status);

#endif
