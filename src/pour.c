#include "pour.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

/* 0 when there is room, or may be; else the errno. */
static int
wait_for_room(int fd)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};
	return poll(&room, 1, -1) < 0 && errno != EINTR ? errno : 0;
}

int
pour(int fd, struct subunit2_view bytes)
{
	int errnum = 0;
	while (bytes.len && !errnum) {
		ssize_t wrote = write(fd, bytes.data, bytes.len);
		if (wrote < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			errnum = wait_for_room(fd);
		else if (wrote < 0 && errno != EINTR)
			errnum = errno;
		bytes.data += wrote > 0 ? wrote : 0;
		bytes.len -= wrote > 0 ? (size_t)wrote : 0;
	}
	return errnum;
}
