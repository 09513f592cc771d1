/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "write_all.h"

#include "eintr_hook.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* Returns false with errno if poll fails. */
static bool
write_all_wait_for_room(int fd)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};
	return poll(&room, 1, -1) >= 0;
}

int
write_all(int fd, struct subunit2_view bytes)
{
	while (bytes.len) {
		ssize_t wrote = write(fd, bytes.data, bytes.len);
		if (wrote < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) &&
		    write_all_wait_for_room(fd))
			continue;
		if (wrote < 0 && (errno != EINTR || eintr_hook_ends_wait()))
			return errno;
		bytes.data += wrote > 0 ? wrote : 0;
		bytes.len -= wrote > 0 ? (size_t)wrote : 0;
	}
	return 0;
}
