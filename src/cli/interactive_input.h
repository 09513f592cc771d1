/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A watch: somebody looks on while inputs are read. It has the view drawn anew,
 * has the file that is followed looked at, and takes the signals that end the
 * reading, so that the rest of the command still happens.
 *
 * SIGTERM, SIGHUP and SIGQUIT end it. So does SIGINT, but for the one that a
 * terminal sends while a pipe is read: whoever writes that pipe has it as well,
 * and still has something to say. A second one ends it.
 */
#ifndef INTERACTIVE_INPUT_H
#define INTERACTIVE_INPUT_H

#include "input_file.h"

struct interactive_input {
	bool follow;                                 /* files that grow */
	void (*draw)(void *context, int64_t now_ns); /* at times; NULL: there is no view */
	void *context;

	int signals; /* descriptor */
	int64_t drawn_ns;
	unsigned interrupts;
	bool over; /* nothing more is to be read */
};

/* There is one in a program: it catches signals. False with errno on failure. */
bool interactive_input_begin(struct interactive_input *interactive);

/* As input_file_wait, which it may return before: INPUT_FILE NULL has nothing to wait
 * for. Look at watch->over behind it. */
bool interactive_input_wait(struct interactive_input *interactive,
                            const struct input_file *input_file, int timeout_ms);

#endif
