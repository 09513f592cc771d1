/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Options of outputs: where a command's events go, as its user says it: --to=FORMAT
 * for standard output, -o [FORMAT:]FILE as often as wanted, --append, --color.
 */
#ifndef OUTPUT_OPTIONS_H
#define OUTPUT_OPTIONS_H

#include "format.h"
#include "options.h"
#include "output_file.h"

/* What was said. All zeroes to begin with. */
struct outputs_options {
	const struct format *to; /* NULL: not said */
	struct outputs_file {
		const struct format *format;
		char *path; /* NULL: standard output, beside what else is there */
	} * files;
	size_t count;
	bool append;
	enum color color;
};

extern const struct poptOption outputs_table[];

/* Takes an option of that table. 0, or what options_refuse returns. */
int outputs_take(struct outputs_options *said, struct options *options, int option);
void outputs_options_clear(struct outputs_options *said);

/* Sends events to the wrap around this program, unless files were said. False
 * when there is neither: nobody would have them. */
bool outputs_to_channel(struct outputs_options *said);

#endif
