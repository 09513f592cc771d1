/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Outputs: where a command's events go, all of them written at once.
 *
 * An output that fails is told at once, by name, and left alone from then on. The
 * others go on, and their sink returns an error only when none is left. What makes
 * results ends as soon as one fails, what reads them when all have; outputs_close gives
 * the status.
 */
#ifndef OUTPUTS_H
#define OUTPUTS_H

#include "output_options.h"

/* What a command does where nothing was said. Names of formats. */
struct outputs_defaults {
	const char *piped;         /* on a standard output that is no terminal */
	const char *terminal;      /* on one that is */
	const char *beside;        /* on standard output when there is -o; NULL: nothing there */
	bool append;               /* to files: others may write them too */
	const char *const *inputs; /* as for inputs_read: no output may be one; NULL: none */
	bool needs_input;          /* opens nothing if none of the inputs can be read */
	bool shared;               /* others may write to standard output too */
	bool flood;                /* as for a destination */
	writer_open *live;         /* in place of the text report, on a terminal; NULL: no other */
};

struct outputs;

/*
 * Opens all of them. NULL, after a message, when one cannot be opened: the
 * command ends with EXIT_STATUS_IO. OPTS outlives the outputs; the rest is copied.
 */
struct outputs *outputs_open(const struct output_options *opts,
                             const struct outputs_defaults *defaults,
                             const struct writer_options *writer);

/* All of them as one sink. */
struct subunit2_sink *outputs_sink(struct outputs *outputs);

/* What DEFAULTS->live returned; NULL: it was not called. */
struct subunit2_sink *outputs_live(const struct outputs *outputs);

/* An input could not be read to its end: no report's verdict is good any more. */
void outputs_lack_input(struct outputs *outputs);

/* Writes what is buffered: before waiting for anything. False when one has failed. */
bool outputs_flush(struct outputs *outputs);

/* True when one has failed, which was told; and when all have. */
bool outputs_failed(const struct outputs *outputs);
bool outputs_all_failed(const struct outputs *outputs);

/* Flushes, closes and frees; call the sink's finish first. EXIT_STATUS_GOOD, or
 * EXIT_STATUS_IO when any of them failed, now or before. */
int outputs_close(struct outputs *outputs);

#endif
