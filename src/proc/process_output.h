/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The outputs of a process: two pipes, one pipe for both, or a terminal, read as the event loop
 * finds them readable. stderr is delivered first: it may explain a failure that stdout reports.
 */
#ifndef PROCESS_OUTPUT_H
#define PROCESS_OUTPUT_H

#include "event_loop.h"

#include <subunit2/view.h>

enum process_stream {
	PROCESS_STDOUT,
	PROCESS_STDERR,
};

struct process_output {
	struct event_loop *loop;
	char *const *buffers; /* to read into, by process_stream; of SUPERVISOR_BUFFER_SIZE bytes */
	bool terminal;        /* stdout is the upper end of a terminal */
	void (*deliver)(void *context, enum process_stream stream, struct subunit2_view bytes);
	void (*ended)(
		void *context); /* called, maybe repeatedly, while all outputs are at their end */
	void *context;

	int errnum; /* of the read that failed, after which output is missing; else 0 */

	int fds[2]; /* to read from, by process_stream; -1: not open or at its end */
	struct event_loop_watch watches[2];
	bool hung_up; /* no process has the terminal open now */
	struct event_loop_timer reopen;
};

/* The caller fills the first members before; no output is open yet. */
void process_output_init(struct process_output *output);

/* Creates the pipe of STREAM, of PIPE_SIZE bytes if the system allows that; 0: its default. Returns
 * the end for the command, or -1 with errno. */
int process_output_open(struct process_output *output, enum process_stream stream, int pipe_size);

/* Reads STREAM from FD, which is non-blocking and is closed by process_output_close. */
void process_output_watch(struct process_output *output, enum process_stream stream, int fd);

/* Calls ENDED if all outputs are at their end. */
void process_output_check(struct process_output *output);

/* Delivers the bytes that the pipes hold now. Returns false if a process still holds one open. */
bool process_output_drain(struct process_output *output);

/* Stops reading and closes the descriptors. May be called twice. */
void process_output_close(struct process_output *output);

#endif
