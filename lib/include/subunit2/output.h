/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The output: writes packets to a descriptor that other processes may write to as well.
 *
 * How it writes depends on the kind of the descriptor, so that no packet is torn:
 *
 * pipe, FIFO       every write holds whole packets and at most PIPE_BUF bytes, which the kernel
 *                  keeps together; or several packets of PIPE_BUF bytes each, if the kernel
 *                  divides such a write only between them, as Linux does
 * regular file     O_APPEND is set on the open file: every write stays together
 * all others       every write is made under fcntl(F_SETLKW)
 *
 * After a short write, EINTR or EAGAIN (a descriptor that does not block) the output writes the
 * remainder. A pipe without a reader is the error EPIPE if the program ignores SIGPIPE; otherwise
 * the signal ends the program. See write(2) and pipe(7).
 *
 * Threads: an output may be used by one thread at a time. Several outputs, in any threads and
 * processes, may write to one pipe or file; where a lock is needed, it excludes other processes
 * only.
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
 * Create an output to FD, which stays open and the caller's. With SUBUNIT2_OUTPUT_SOLE_WRITER in
 * FLAGS, writes are large and packets are forwarded unchanged for every kind of FD. NAME ("standard
 * output", a path) is copied and becomes the subject of errors. Return NULL and fill ERROR if
 * memory is short or FD is not open. Release with subunit2_output_free.
 */
struct subunit2_output *subunit2_output_new(int fd, const char *name, unsigned flags,
                                            struct subunit2_error *error);
/* Release OUTPUT and discard the packets that are queued: call subunit2_output_flush first. NULL is
 * allowed. */
void subunit2_output_free(struct subunit2_output *output);

/* Call INTERRUPTED with CONTEXT each time a signal interrupts a wait for room. If it returns true,
 * stop writing and fail with EINTR; if it returns false, or if INTERRUPTED is NULL (the default),
 * wait again. */
void subunit2_output_set_interrupt(struct subunit2_output *output,
                                   bool (*interrupted)(void *context), void *context);

/* Return the largest size of a packet: PIPE_BUF for a shared pipe, else SUBUNIT2_PACKET_MAX. */
size_t subunit2_output_limit(const struct subunit2_output *output);

/*
 * Queue EVENT. If event->packet is present and within the limit, it is written unchanged;
 * otherwise the event is encoded and split to the limit. subunit2_output_flush writes it at the
 * latest. If EVENT is refused, as by subunit2_packet_encode, no part of it is written, and the
 * packets queued before are intact.
 */
enum subunit2_result subunit2_output_event(struct subunit2_output *output,
                                           const struct subunit2_event *event,
                                           struct subunit2_error *error);

/* Write the packets that are queued. Call it before every wait. After a failed write, every call
 * returns the same error and nothing more is written. */
enum subunit2_result subunit2_output_flush(struct subunit2_output *output,
                                           struct subunit2_error *error);

/* Return the output as a sink, whose finish flushes. It is valid as long as the output;
 * subunit2_sink_free does not free it. */
struct subunit2_sink *subunit2_output_sink(struct subunit2_output *output);

#ifdef __cplusplus
}
#endif

#endif
