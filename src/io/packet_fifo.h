/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The channel: by which what runs below a wrap, at any depth and whatever its
 * standard output is, writes packets into that wrap's stream.
 *
 * It is a FIFO in a folder that only its owner can enter. SUBUNIT2_OUTPUT names
 * it to the command; only what is meant for the stream writes there.
 */
#ifndef PACKET_FIFO_H
#define PACKET_FIFO_H

#include <stdbool.h>

#define CHANNEL_VARIABLE "SUBUNIT2_OUTPUT"
#define CHANNEL_FILE "@wrap" /* the name that -o knows it by */

struct channel {
	char *path; /* NULL: there is none */
	int read_fd, write_fd;
};

/* Makes one below the folder PARENT. False, with errno, when it cannot. */
bool channel_make(struct channel *channel, const char *parent);
void channel_remove(struct channel *channel);

/* Is it as channel_make made it, with nothing in it? */
bool channel_is_unused(const struct channel *channel);

/* Opens the enclosing wrap's for writing, without waiting: -1 when there is none,
 * or nobody reads it any more. */
int channel_open(void);

#endif
