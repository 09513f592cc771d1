/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The standard descriptors and standard output of this program.
 */
#ifndef STD_FDS_H
#define STD_FDS_H

/*
 * Replaces closed standard descriptors by unusable ones: the next file to be opened would take
 * their numbers, and receive the output meant for them. Returns the argument for std_fds_release,
 * which is not needed before an exit.
 */
unsigned std_fds_occupy(void);
void std_fds_release(unsigned occupied);

/* Makes stdout wait for room if standard output is non-blocking. */
void std_fds_wait(void);

/* Flushes stdout. Returns STATUS, or EXIT_STATUS_IO after a message if a write failed. */
int std_fds_flush(int status);

#endif
