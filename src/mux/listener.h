/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Listeners: the addresses where the producers of streams connect.
 *
 *     unix:PATH, PATH with a slash   a UNIX socket, removed in the end
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
	char *label; /* short and telling: the port, or the path's last part */

	int fds[LISTENER_ADDRESSES_MAX];
	struct event_loop_watch watches[LISTENER_ADDRESSES_MAX];
	size_t count;
	char *path; /* of the socket to remove; NULL: TCP */
};

/* What is wrong with the form of ADDRESS; NULL: nothing. */
const char *listener_fault(const char *address);

/*
 * Listens at ADDRESS, whose form is right. A port 0 becomes one that is free,
 * which is told on stderr. A socket that nobody listens to any more is replaced.
 * NULL with ERROR filled on failure.
 */
struct listener *listener_open(const char *address, struct subunit2_error *error);
void listener_close(struct listener *listener);

/* READY is called when somebody connects. */
void listener_watch(struct listener *listener, struct event_loop *loop,
                    void (*ready)(void *context), void *context);
void listener_unwatch(struct listener *listener, struct event_loop *loop);

/* The next connection, close-on-exec and not blocking; -1 with errno. One whose
 * peer vanishes without a word ends within minutes. */
int listener_accept(const struct listener *listener);

#endif
