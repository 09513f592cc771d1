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
struct output_options {
	const struct format *to; /* NULL: not said */
	struct output_target {
		const struct format *format;
		char *path; /* NULL: standard output, beside what else is there */
	} * files;
	size_t count;
	bool append;
	enum color color;
};

extern const struct poptOption output_options_table[];

/* Takes an option of that table. 0, or what options_refuse returns. */
int output_options_parse(struct output_options *opts, struct options *options, int option);
void output_options_clear(struct output_options *opts);

/* Sends events to the wrap around this program, unless files were said. False
 * when there is neither: nobody would have them. */
bool output_options_to_fifo(struct output_options *opts);

#endif
