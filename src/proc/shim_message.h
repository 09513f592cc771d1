/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A shim's job: the command, and what it takes to start and to end it. A shim
 * that has done one may be sent another, as a message with descriptors.
 */
#ifndef SHIM_MESSAGE_H
#define SHIM_MESSAGE_H

#include "jobserver.h"
#include "spawn.h"

#include <stdint.h>

struct shim_message {
	struct spawn spawn;
	/* Where the command's output is read; -1: nowhere. The shim reads them when this program is
	 * gone, so that what cleans up in the grace may say so. */
	int output_fds[2];
	int64_t grace_ns;            /* between the polite signal and SIGKILL */
	struct jobserver_loan *loan; /* what the test holds of make's jobserver; NULL: nothing */
};

/* False with errno: the shim is gone, or the job too large for a message. */
bool shim_message_send(int control, const struct shim_message *job);

/*
 * Waits for a job; other messages are of no use any more, and passed over. False
 * when there will be none. The descriptors are the caller's to close, and
 * close-on-exec; what else *JOB points to lives until the next call, but for
 * *WORDS, which is to be freed before it.
 */
bool shim_message_receive(int control, struct shim_message *job, char ***words);

#endif
