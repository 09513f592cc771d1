/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * One of the outputs of a command: a file, standard output or a new run in a folder, and its
 * writer.
 *
 * An output that fails is reported at once, by name, and not written any more.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "output_options.h"

#include <termios.h>

struct output {
	struct output_file to;
	struct subunit2_sink *sink; /* NULL: the output could not be opened */
	bool live;                  /* SINK is the live view */
	const char *folder;         /* of runs, in which FILE is published at the end; NULL: none */
	char *file;                 /* of the run; freed by output_close. NULL: none */
	int failed;                 /* the code of its error, which was reported; 0: it works */
	bool raw; /* a terminal whose output processing is off; MODES are to be restored */
	struct termios modes;
};

/* How an output is opened. */
struct output_setup {
	struct output_file_options file;
	const struct writer_options *writer; /* outlives the output */
	writer_open *live_writer; /* replaces the text report on a terminal; NULL: nothing does */
	const char *command;      /* of the run; NULL: not known */
};

/* Creates the file of a run if TARGET is a folder of runs. The path of TARGET outlives OUTPUT.
 * Returns false, after a message, on failure; there is nothing to be closed then. */
bool output_begin(struct output *output, const struct output_target *target);

/* Opens the file and the writer. Returns false, after a message, on failure. */
bool output_open(struct output *output, const struct output_target *target,
                 const struct output_setup *setup);

/* Reports ERROR under the name of OUTPUT, or of the other file that the error names, such as a
 * temporary one, and stops writing to OUTPUT. */
void output_report_failure(struct output *output, const struct subunit2_error *error);

/* Handles the RESULT of a call to the sink of OUTPUT. */
static inline void
output_on_result(struct output *output, enum subunit2_result result,
                 const struct subunit2_error *error)
{
	if (result < 0)
		output_report_failure(output, error);
}

/* Writes what is held in memory, and reports a failure. */
void output_flush(struct output *output);

/* Closes OUTPUT; publishes a run in its folder, of which the newest KEEP are left, 0: all; or
 * removes the run if it is not complete. */
void output_close(struct output *output, uint64_t keep);

#endif
