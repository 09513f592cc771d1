/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Listeners: the addresses where the producers of streams connect.
 *
 *     unix:PATH, PATH with a slash   a UNIX socket, removed by listener_close
 *     127.0.0.1:PORT, [::1]:PORT     TCP, at that address of this machine
 *     localhost:PORT                 both of the two above
 *     :PORT                          TCP, at every address of this machine
 */
#ifndef LISTENER_H
#define LISTENER_H

#include "event_loop.h"

#include <subunit2/error.h>

#define LISTENER_ADDRESSES_MAX 2 /* one of IPv4, one of IPv6 */

struct listener {
	char *label; /* the port, or the last part of the path without its ending */

	int fds[LISTENER_ADDRESSES_MAX];
	struct event_loop_watch watches[LISTENER_ADDRESSES_MAX];
	size_t count;
	char *path; /* of the socket that listener_close removes; NULL: TCP */
};

/* Returns a message if the form of ADDRESS is wrong, else NULL. */
const char *listener_fault(const char *address);

/*
 * Listens at ADDRESS, whose form was checked by listener_fault. Port 0 selects a free port and
 * prints it on stderr. A UNIX socket at which no process listens any more is replaced, and a new
 * one appears under its name only once it accepts connections. Returns NULL on failure, with
 * ERROR filled.
 */
struct listener *listener_open(const char *address, struct subunit2_error *error);
void listener_close(struct listener *listener);

/* Calls READY from LOOP when a connection can be accepted. */
void listener_watch(struct listener *listener, struct event_loop *loop,
                    void (*ready)(void *context), void *context);
void listener_unwatch(struct listener *listener, struct event_loop *loop);

/* Returns the next connection, close-on-exec and non-blocking, or -1 with errno; EAGAIN: there is
 * no further one. A TCP connection whose peer vanished is reset within minutes, by keepalive. */
int listener_accept(const struct listener *listener);

#endif
