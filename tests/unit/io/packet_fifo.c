/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The packet FIFO: its folder, its mode, and whether it was used. */
#include "packet_fifo.h"
#include "check.h"
#include "count_fds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/subunit2-fifo-XXXXXX";

static void
check_use(void)
{
	struct packet_fifo fifo;
	struct stat status;
	char parent[128], byte;
	int before = count_fds();
	CHECK(packet_fifo_make(&fifo, folder) && packet_fifo_is_unused(&fifo));
	snprintf(parent, sizeof(parent), "%s", fifo.path);
	*strrchr(parent, '/') = '\0';
	CHECK_NAMED("only its owner can enter its folder",
	            stat(parent, &status) == 0 && (status.st_mode & 07777) == 0700);
	CHECK_NAMED("no byte yet is not its end",
	            read(fifo.read_fd, &byte, 1) < 0 && errno == EAGAIN);
	setenv(PACKET_FIFO_VARIABLE, fifo.path, 1);
	int fd = packet_fifo_open();
	CHECK(fd >= 0 && fcntl(fd, F_GETFL) & O_NONBLOCK && fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK(write(fd, "x", 1) == 1 && !packet_fifo_is_unused(&fifo));
	CHECK(read(fifo.read_fd, &byte, 1) == 1 && byte == 'x' && packet_fifo_is_unused(&fifo));
	close(fd);
	CHECK(chmod(fifo.path, 0666) == 0 && !packet_fifo_is_unused(&fifo));
	CHECK(chmod(fifo.path, 0600) == 0 && packet_fifo_is_unused(&fifo));
	CHECK(unlink(fifo.path) == 0 && !packet_fifo_is_unused(&fifo));
	CHECK_NAMED("another FIFO under its name is not it",
	            mkfifo(fifo.path, 0600) == 0 && !packet_fifo_is_unused(&fifo));
	packet_fifo_remove(&fifo);
	CHECK(!fifo.path && stat(parent, &status) < 0 && !packet_fifo_is_unused(&fifo) &&
	      count_fds() == before);
	packet_fifo_remove(&fifo);
	CHECK_NAMED("nothing is opened when the wrap around has ended", packet_fifo_open() < 0);
}

/* One descriptor is left, which both ends need. */
static void
check_no_descriptor(void)
{
	struct packet_fifo fifo;
	struct rlimit before, few;
	int next = dup(STDIN_FILENO);
	close(next);
	getrlimit(RLIMIT_NOFILE, &before);
	few = (struct rlimit){(rlim_t)next + 1, before.rlim_max};
	setrlimit(RLIMIT_NOFILE, &few);
	bool made = packet_fifo_make(&fifo, folder);
	int errnum = errno;
	int after = dup(STDIN_FILENO);
	close(after);
	setrlimit(RLIMIT_NOFILE, &before);
	CHECK(!made && errnum == EMFILE && !fifo.path);
	CHECK_NAMED("on failure, no descriptor stays open", after == next);
}

int
main(void)
{
	struct packet_fifo fifo;
	if (!mkdtemp(folder))
		return 99;
	unsetenv(PACKET_FIFO_VARIABLE);
	errno = 0;
	CHECK(packet_fifo_open() < 0 && errno == ENOENT);
	setenv(PACKET_FIFO_VARIABLE, "", 1);
	errno = 0;
	CHECK(packet_fifo_open() < 0 && errno == ENOENT);
	CHECK(!packet_fifo_make(&fifo, "/nonexistent") && errno == ENOENT && !fifo.path);
	check_use();
	if (!getenv("CHECK_VALGRIND")) /* which has limits of its own */
		check_no_descriptor();
	CHECK(rmdir(folder) == 0);
	return check_done();
}
