/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The packet FIFO: a way for programs below a wrap, at any depth and with any standard output, to
 * write packets into the stream of that wrap.
 *
 * It lies in a folder that only its owner can enter. The command finds it by SUBUNIT2_OUTPUT. Only
 * packets are written to it.
 */
#ifndef PACKET_FIFO_H
#define PACKET_FIFO_H

#include <stdbool.h>

#define PACKET_FIFO_VARIABLE "SUBUNIT2_OUTPUT"
#define PACKET_FIFO_FILE "@wrap" /* its name as an argument of -o */

struct packet_fifo {
	char *path; /* NULL: not created */
	int read_fd, write_fd;
};

/* Creates a FIFO in a new folder in PARENT. Returns false with errno on failure. */
bool packet_fifo_make(struct packet_fifo *fifo, const char *parent);
void packet_fifo_remove(struct packet_fifo *fifo);

/* Returns true if the FIFO still has its path and mode and is empty. */
bool packet_fifo_is_unused(const struct packet_fifo *fifo);

/* Opens the FIFO of the enclosing wrap for writing, without blocking. Returns -1 with errno: ENOENT
 * if there is no such wrap, ENOENT or ENXIO if it has ended. */
int packet_fifo_open(void);

#endif
