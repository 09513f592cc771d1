/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Inputs: the files that a command reads, one after the other, in any format.
 *
 *     subunit2 convert --from=FORMAT a.subunit b.tap.gz -
 */
#ifndef INPUTS_H
#define INPUTS_H

#include "format.h"
#include "interactive_input.h"
#include "options.h"
#include "outputs.h"

/* All zeroes to begin with. */
struct inputs_options {
	const struct format *from; /* NULL: found out for each */
	bool must_fit;             /* see autodetect.h */
	const char *id;            /* for formats that have no ids of their own; NULL: the name */
	bool strict;
	struct interactive_input *interactive; /* NULL: nobody looks on */
};

extern const struct poptOption inputs_table[];

/* Takes an option of that table. 0, or what options_refuse returns. */
int inputs_parse_option(struct inputs_options *opts, struct options *options, int option);

/* False, after a refusal, when the arguments of a command that reads them are no inputs:
 * standard input has an end, and cannot be read twice. */
bool inputs_check_arguments(struct options *options);

/*
 * Reads all of PATHS (up to NULL; "-" and none at all are standard input) into
 * SINK, and finishes it. Each is a stream of its own: a test that it leaves open is not ended
 * by the next. OUTPUTS, behind SINK, are flushed before anything is
 * waited for (NULL: there are none). A file that cannot be read to its end is reported and
 * emits the event of lost_input.h; the others are still
 * read: the result is EXIT_STATUS_IO then. It is EXIT_STATUS_GOOD when SINK stops, and when outputs
 * fail, which outputs_close knows of: they are read for as long as one is left.
 *
 * A watch may end the reading at any time, and may follow files: a regular one is
 * then waited for, read from its start again where it was truncated or replaced,
 * which is told, and never ends by itself.
 */
int inputs_read(const char *const *paths, const struct inputs_options *opts,
                struct subunit2_sink *sink, struct outputs *outputs);

#endif
