/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The standard streams of the process, made safe for a command.
 */
#ifndef STD_FDS_H
#define STD_FDS_H

/*
 * Where a standard descriptor is closed, the next file that is opened would take
 * its place, and get what is meant for it. One that cannot be used stands in.
 * Returns what std_fds_release takes; who ends anyway need not release.
 */
unsigned std_fds_occupy(void);
void std_fds_release(unsigned occupied);

/* What is printed from now on waits for room where standard output does not block. */
void std_fds_wait(void);

/* What was printed through stdio arrives: STATUS; or, after a message, EXIT_STATUS_IO. */
int std_fds_flush(int status);

#endif
