#include "pour.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

int
pour(int fd, struct subunit2_view bytes)
{
	while (bytes.len) {
		ssize_t wrote = write(fd, bytes.data, bytes.len);
		if (wrote < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
		else if (wrote < 0 && errno != EINTR)
			return errno;
		bytes.data += wrote > 0 ? wrote : 0;
		bytes.len -= wrote > 0 ? (size_t)wrote : 0;
	}
	return 0;
}
