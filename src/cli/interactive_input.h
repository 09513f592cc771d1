/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Reading inputs while a user looks on: redraws the view, checks a file that is followed, and
 * catches the signals that end the reading, so that the command still finishes its output.
 *
 * SIGTERM, SIGHUP and SIGQUIT end it. SIGINT does, too, unless a terminal sends it while a pipe is
 * read: the writer of the pipe gets it as well, and may still write results. A second SIGINT ends
 * the reading in every case.
 */
#ifndef INTERACTIVE_INPUT_H
#define INTERACTIVE_INPUT_H

#include "input_file.h"

struct interactive_input {
	bool follow;                                 /* regular files may grow */
	void (*draw)(void *context, int64_t now_ns); /* called repeatedly; NULL: no view */
	void *context;

	int signals; /* descriptor */
	int64_t drawn_ns;
	unsigned interrupts;
	bool over; /* the reading is to end */
};

/* Starts to catch signals, so that a program has one of these. Returns false with errno on failure.
 */
bool interactive_input_begin(struct interactive_input *interactive);

/* Waits as input_file_wait does, but may return earlier; INPUT_FILE NULL: waits for signals and the
 * time alone. The caller then checks interactive->over. */
bool interactive_input_wait(struct interactive_input *interactive,
                            const struct input_file *input_file, int timeout_ms);

#endif
