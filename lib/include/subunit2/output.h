/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The output: packets to a file descriptor that others may write to as well.
 *
 * Standard output is   so
 * a pipe or FIFO       every write holds whole packets and at most PIPE_BUF bytes,
 *                      which the kernel keeps together
 * a regular file       O_APPEND is set, as make does: one write stays whole
 * anything else        every write happens under fcntl(F_SETLKW)
 *
 * Short writes, EINTR and EAGAIN (a non-blocking descriptor) are finished,
 * never dropped. A pipe that nobody reads is an error, EPIPE, where the program
 * ignores SIGPIPE; otherwise the signal ends it. Source: write(2), pipe(7); POSIX.1-2017, write().
 */
#ifndef SUBUNIT2_OUTPUT_H
#define SUBUNIT2_OUTPUT_H

#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_output;

/* Flags of subunit2_output_new. */
enum subunit2_output_flags {
	SUBUNIT2_OUTPUT_SOLE_WRITER = 1, /* no other process writes to the descriptor */
};

/*
 * FD stays the caller's. FLAGS: 0 or SUBUNIT2_OUTPUT_SOLE_WRITER, with which writes are large and
 * packets are forwarded as they came, whatever FD is. NAME ("standard output", a path) becomes the
 * subject of errors and is copied. NULL with ERROR filled when memory is short or FD is bad.
 */
struct subunit2_output *subunit2_output_new(int fd, const char *name, unsigned flags,
                                            struct subunit2_error *error);
/* Flushes nothing: call subunit2_output_flush first. */
void subunit2_output_free(struct subunit2_output *output);

/* INTERRUPTED is asked, with CONTEXT, each time a signal ended the wait for room; true: nothing
 * more is written, and the error is EINTR. NULL, as it is at first: waiting goes on. */
void subunit2_output_set_interrupt(struct subunit2_output *output,
                                   bool (*interrupted)(void *context), void *context);

/* The most bytes a packet may have here: PIPE_BUF on a shared pipe, else
 * SUBUNIT2_PACKET_MAX. */
size_t subunit2_output_limit(const struct subunit2_output *output);

/*
 * Queues EVENT. event->packet is written as it stands when it is present and
 * fits; otherwise the event is encoded, and split to the limit. Written at the
 * latest by subunit2_output_flush. An event that is refused leaves no partial
 * packet, and what was queued before it is intact.
 */
enum subunit2_result subunit2_output_event(struct subunit2_output *output,
                                           const struct subunit2_event *event,
                                           struct subunit2_error *error);

/* Writes what is queued. Call it before waiting for anything. */
enum subunit2_result subunit2_output_flush(struct subunit2_output *output,
                                           struct subunit2_error *error);

/* Return the output as a sink, whose finish flushes. It lives as long as the output:
 * subunit2_sink_free does not free it. */
struct subunit2_sink *subunit2_output_sink(struct subunit2_output *output);

#ifdef __cplusplus
}
#endif

#endif
