/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Outputs to sockets at which another program listens, such as subunit2 mux:
 *
 *     unix:PATH        a UNIX socket
 *     tcp:HOST:PORT    TCP; [HOST] for an address of IPv6
 */
#ifndef SOCKET_OUTPUT_H
#define SOCKET_OUTPUT_H

#include <stdbool.h>
#include <subunit2/error.h>

/* Returns true if NAME has one of the forms above, whether it is correct or not. */
bool socket_output_is_name(const char *name);

/* Connects to NAME. Returns the socket, close-on-exec, or -1 with ERROR filled. */
int socket_output_open(const char *name, struct subunit2_error *error);

/* Tells the listener that no more follows, and waits until it closes its end, for at most 10
 * seconds. Returns 0, or an errno if the connection was lost before the listener had read
 * everything. */
int socket_output_finish(int fd);

#endif
