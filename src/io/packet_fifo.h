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

#define PACKET_FIFO_VARIABLE "SUBUNIT2_OUTPUT"
#define PACKET_FIFO_FILE "@wrap" /* the name that -o knows it by */

struct packet_fifo {
	char *path; /* NULL: there is none */
	int read_fd, write_fd;
};

/* Makes one below the folder PARENT. False, with errno, when it cannot. */
bool packet_fifo_make(struct packet_fifo *fifo, const char *parent);
void packet_fifo_remove(struct packet_fifo *fifo);

/* Is it as packet_fifo_make made it, with nothing in it? */
bool packet_fifo_is_unused(const struct packet_fifo *fifo);

/* Opens the enclosing wrap's for writing, without waiting: -1 when there is none,
 * or nobody reads it any more. */
int packet_fifo_open(void);

#endif
