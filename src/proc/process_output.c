/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "process_output.h"

#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define DRAIN_MAX (1 << 20) /* bytes; more than any pipe holds */
#define HUNG_UP_MS 20       /* between two looks for a terminal that is open again */

static void process_output_on_reopen(void *context);

void
process_output_init(struct process_output *output)
{
	output->fds[PROCESS_STDOUT] = output->fds[PROCESS_STDERR] = -1;
}

static void
process_output_close_stream(struct process_output *output, enum process_stream stream)
{
	if (output->fds[stream] < 0)
		return;
	event_loop_unwatch(output->loop, &output->watches[stream]);
	close(output->fds[stream]);
	output->fds[stream] = -1;
}

void
process_output_close(struct process_output *output)
{
	process_output_close_stream(output, PROCESS_STDOUT);
	process_output_close_stream(output, PROCESS_STDERR);
	event_loop_timer_stop(output->loop, &output->reopen);
}

/* EIO at the upper end: no process has the lower end open now. A process that has the terminal as
 * its controlling terminal may open it again, which no descriptor shows. */
static void
process_output_hang_up(struct process_output *output)
{
	event_loop_unwatch(output->loop, &output->watches[PROCESS_STDOUT]);
	output->hung_up = true;
	event_loop_timer_start(output->loop, &output->reopen,
	                       event_loop_now_ns(output->loop) + HUNG_UP_MS * EVENT_LOOP_MS,
	                       process_output_on_reopen, output);
}

static void
process_output_on_error(struct process_output *output, enum process_stream stream, int errnum)
{
	if (errnum == EIO && output->terminal) {
		process_output_hang_up(output);
		return;
	}
	output->errnum = errnum;
	process_output_close_stream(output, stream);
}

/* Reads into the buffer of STREAM. Returns the number of bytes; 0 at the end, -1 if the pipe is
 * empty now. */
static ssize_t
process_output_fill(struct process_output *output, enum process_stream stream)
{
	ssize_t got;
	do
		got = read(output->fds[stream], output->buffers[stream], SUPERVISOR_BUFFER_SIZE);
	while (got < 0 && errno == EINTR);
	if (got == 0)
		process_output_close_stream(output, stream);
	else if (got < 0 && errno != EAGAIN)
		process_output_on_error(output, stream, errno);
	return got;
}

static void
process_output_deliver(struct process_output *output, enum process_stream stream, ssize_t len)
{
	struct subunit2_view bytes = {output->buffers[stream], (size_t)len};
	if (len > 0)
		output->deliver(output->context, stream, bytes);
}

/* Delivers what the pipe holds now, at most DRAIN_MAX bytes: other processes may go on writing. */
static void
process_output_drain_stream(struct process_output *output, enum process_stream stream)
{
	ssize_t got = 1;
	for (size_t all = 0; output->fds[stream] >= 0 && got > 0 && all < DRAIN_MAX; all += got) {
		got = process_output_fill(output, stream);
		process_output_deliver(output, stream, got);
	}
}

static bool
process_output_is_at_end(const struct process_output *output)
{
	return (output->fds[PROCESS_STDOUT] < 0 || output->hung_up) &&
	       output->fds[PROCESS_STDERR] < 0;
}

void
process_output_check(struct process_output *output)
{
	if (process_output_is_at_end(output))
		output->ended(output->context);
}

bool
process_output_drain(struct process_output *output)
{
	process_output_drain_stream(output, PROCESS_STDERR);
	process_output_drain_stream(output, PROCESS_STDOUT);
	return process_output_is_at_end(output);
}

static void
process_output_on_stderr_readable(void *context)
{
	struct process_output *output = context;
	ssize_t got = process_output_fill(output, PROCESS_STDERR);
	process_output_deliver(output, PROCESS_STDERR, got);
	process_output_check(output);
}

static void
process_output_on_stdout_readable(void *context)
{
	struct process_output *output = context;
	ssize_t got = process_output_fill(output, PROCESS_STDOUT);
	process_output_drain_stream(output, PROCESS_STDERR);
	process_output_deliver(output, PROCESS_STDOUT, got);
	process_output_check(output);
}

static void
process_output_on_reopen(void *context)
{
	struct process_output *output = context;
	output->hung_up = false;
	process_output_watch(output, PROCESS_STDOUT, output->fds[PROCESS_STDOUT]);
	process_output_on_stdout_readable(output);
}

void
process_output_watch(struct process_output *output, enum process_stream stream, int fd)
{
	static void (*const on_readable[])(void *context) = {process_output_on_stdout_readable,
	                                                     process_output_on_stderr_readable};
	output->fds[stream] = fd;
	event_loop_watch(output->loop, &output->watches[stream], fd, on_readable[stream], output);
}

int
process_output_open(struct process_output *output, enum process_stream stream, int pipe_size)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	if (pipe_size)
		fcntl(ends[0], F_SETPIPE_SZ, pipe_size);
	process_output_watch(output, stream, ends[0]);
	return ends[1];
}
