/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "packet_fifo.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void
packet_fifo_remove_path(char *path)
{
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	free(path);
}

bool
packet_fifo_make(struct packet_fifo *fifo, const char *parent)
{
	char *folder = memory_format("%s/subunit2-XXXXXX", parent);
	*fifo = (struct packet_fifo){.read_fd = -1, .write_fd = -1};
	if (!mkdtemp(folder)) {
		free(folder);
		return false;
	}
	char *path = memory_format("%s/output", folder);
	free(folder);
	if (mkfifo(path, S_IRUSR | S_IWUSR) == 0)
		fifo->read_fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* Kept open, so that the read end is never at its end. */
	if (fifo->read_fd >= 0)
		fifo->write_fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fifo->write_fd >= 0) {
		fifo->path = path;
		return true;
	}
	int errnum = errno;
	if (fifo->read_fd >= 0)
		close(fifo->read_fd);
	packet_fifo_remove_path(path);
	errno = errnum;
	return false;
}

void
packet_fifo_remove(struct packet_fifo *fifo)
{
	if (!fifo->path)
		return;
	close(fifo->read_fd);
	close(fifo->write_fd);
	packet_fifo_remove_path(fifo->path);
	fifo->path = NULL;
}

bool
packet_fifo_is_unused(const struct packet_fifo *fifo)
{
	struct stat named, open;
	int unread;
	return fifo->path && lstat(fifo->path, &named) == 0 && fstat(fifo->read_fd, &open) == 0 &&
	       named.st_ino == open.st_ino && named.st_dev == open.st_dev &&
	       named.st_mode == (S_IFIFO | S_IRUSR | S_IWUSR) &&
	       ioctl(fifo->read_fd, FIONREAD, &unread) == 0 && unread == 0;
}

int
packet_fifo_open(void)
{
	const char *path = getenv(PACKET_FIFO_VARIABLE);
	return open(path ? path : "", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}
