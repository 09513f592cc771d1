/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Inputs: the files that a command reads, one after the other, in any format.
 *
 *     subunit2 convert --from=FORMAT a.subunit b.tap.gz -
 */
#ifndef INPUTS_H
#define INPUTS_H

#include "autodetect.h"
#include "interactive_input.h"
#include "options.h"
#include "outputs.h"

/* All zeroes to begin with. */
struct inputs_options {
	const struct format *from; /* NULL: detected for each input */
	enum autodetect_content must_hold;
	const char *id; /* for formats without test ids; NULL: the name of the input */
	bool strict;
	bool expects_tests;                    /* an input without a test is reported as lost */
	struct interactive_input *interactive; /* NULL: not interactive */
};

extern const struct poptOption inputs_table[];

/* Handles an option of that table. Returns 0, or the result of options_refuse. */
int inputs_parse_option(struct inputs_options *opts, struct options *options, int option);

/* Returns false after an error message if the arguments cannot be inputs: standard input cannot be
 * read twice. */
bool inputs_check_arguments(struct options *options);

/* Returns whether PATHS, which end with NULL, are several: if one of them brings no test, the
 * others must not hide that. */
bool inputs_are_several(const char *const *paths);

/*
 * Reads all of PATHS, which end with NULL, into SINK, and finishes it. "-", or no path, means
 * standard input. Each input is a stream of its own: a test that it leaves open is not ended by the
 * next one. Flushes OUTPUTS, the outputs of SINK, which may be NULL, before every wait.
 *
 * An input that cannot be read to its end is reported, and emits the event of lost_input.h; the
 * others are still read, and the result is EXIT_STATUS_IO. The result is EXIT_STATUS_GOOD if SINK
 * stops the reading. Failed outputs do not change it, because outputs_close reports them; reading
 * goes on while one output is left.
 *
 * With EXPECTS_TESTS, an input without a test is reported, too, and emits the event of
 * lost_input.h, but the result does not change.
 *
 * Interactive input may end the reading at any time, and may follow files: a regular file then has
 * no end, and is read from its start again, after a message, if it was truncated or replaced.
 */
int inputs_read(const char *const *paths, const struct inputs_options *opts,
                struct subunit2_sink *sink, struct outputs *outputs);

#endif
