/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The job of a shim: a command, and the values with which it is started and ended. A parked shim
 * receives its next job as a message that carries the descriptors.
 */
#ifndef SHIM_MESSAGE_H
#define SHIM_MESSAGE_H

#include "jobserver.h"
#include "spawn.h"

#include <stdint.h>

struct shim_message {
	struct spawn spawn;
	/* The read ends of the command's output; -1: not read. The shim reads them when subunit2 is
	 * gone, so that a command that prints while it cleans up does not block. */
	int output_fds[2];
	int64_t grace_ns; /* between the first signal and SIGKILL */
	struct jobserver_loan
		*loan; /* the token that the test holds of make's jobserver; or NULL */
};

/* Returns false with errno if the shim is gone, or with EMSGSIZE if the job is too large. */
bool shim_message_send(int control, const struct shim_message *job);

/*
 * Waits for a job, and ignores other messages. Returns false at the end of the socket. The caller
 * closes the descriptors, which are close-on-exec, and frees *WORDS before the next call; the
 * strings that *JOB points to are valid until then.
 */
bool shim_message_receive(int control, struct shim_message *job, char ***words);

#endif
