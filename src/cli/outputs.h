/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The outputs of a command, all written at the same time.
 *
 * An output that fails is reported at once, by name, and not written any more; the others continue.
 * Their common sink returns an error only when all have failed. Commands that run tests stop when
 * the first output fails, commands that read results when all have; outputs_close returns the
 * exit status.
 */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include "output_options.h"

/* The outputs of a command without --to; formats by their names. */
struct outputs_defaults {
	const char *piped;         /* to standard output if it is not a terminal */
	const char *terminal;      /* to standard output if it is a terminal */
	const char *beside;        /* to standard output if there is -o; NULL: nothing */
	bool append;               /* append to files, which others may write too */
	const char *const *inputs; /* as for inputs_read; no output may be an input. NULL: none */
	bool some_routes;          /* only some routes are read: do not look ahead for labels */
	bool needs_input;          /* fail, opening nothing, if no input can be read */
	bool shared;               /* other processes write to standard output too */
	bool for_people;           /* text if standard output is the log of a CI job */
	bool merges;               /* tests of several streams may get equal ids and routes */
	bool flood;                /* as in struct output_file_options */
	writer_open *live;         /* replaces the text report on a terminal; NULL: nothing does */
};

struct outputs;

/*
 * Opens all outputs. Returns NULL, after a message, if one cannot be opened; the command then ends
 * with EXIT_STATUS_IO. OPTS outlives the outputs; DEFAULTS and WRITER are copied.
 */
struct outputs *outputs_open(const struct output_options *opts,
                             const struct outputs_defaults *defaults,
                             const struct writer_options *writer);

/* Returns the sink that passes each event to all outputs. It lives as long as OUTPUTS. */
struct subunit2_sink *outputs_sink(struct outputs *outputs);

/* Returns the sink that DEFAULTS->live opened; NULL: it was not called. */
struct subunit2_sink *outputs_live(const struct outputs *outputs);

/* Notes that an input could not be read to its end, so that no report's verdict is good. */
void outputs_note_lost_input(struct outputs *outputs);

/* Writes what is buffered; call it before each wait. Returns false if an output has failed. */
bool outputs_flush(struct outputs *outputs);

/* Return true if one output has failed, or all have. Each failure was reported. */
bool outputs_failed(const struct outputs *outputs);
bool outputs_all_failed(const struct outputs *outputs);

/* Flushes, closes and frees OUTPUTS, after the sink was finished. Returns EXIT_STATUS_GOOD, or
 * EXIT_STATUS_IO if an output has failed. */
int outputs_close(struct outputs *outputs);

#endif
