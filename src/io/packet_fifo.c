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
remove_path(char *path)
{
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	free(path);
}

bool
channel_make(struct channel *channel, const char *parent)
{
	char *folder = memory_format("%s/subunit2-XXXXXX", parent);
	*channel = (struct channel){.read_fd = -1, .write_fd = -1};
	if (!mkdtemp(folder)) {
		free(folder);
		return false;
	}
	char *path = memory_format("%s/output", folder);
	free(folder);
	if (mkfifo(path, S_IRUSR | S_IWUSR) == 0)
		channel->read_fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* As long as this program has it open, it does not end. */
	if (channel->read_fd >= 0)
		channel->write_fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (channel->write_fd >= 0) {
		channel->path = path;
		return true;
	}
	int errnum = errno;
	if (channel->read_fd >= 0)
		close(channel->read_fd);
	remove_path(path);
	errno = errnum;
	return false;
}

void
channel_remove(struct channel *channel)
{
	if (!channel->path)
		return;
	close(channel->read_fd);
	close(channel->write_fd);
	remove_path(channel->path);
	channel->path = NULL;
}

bool
channel_is_unused(const struct channel *channel)
{
	struct stat named, open;
	int unread;
	return channel->path && lstat(channel->path, &named) == 0 &&
	       fstat(channel->read_fd, &open) == 0 && named.st_ino == open.st_ino &&
	       named.st_dev == open.st_dev && named.st_mode == (S_IFIFO | S_IRUSR | S_IWUSR) &&
	       ioctl(channel->read_fd, FIONREAD, &unread) == 0 && unread == 0;
}

int
channel_open(void)
{
	const char *path = getenv(CHANNEL_VARIABLE);
	return path && *path ? open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY) : -1;
}
