/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "jobserver.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* make 4.2 and later, and before. */
static const char *const words[] = {"--jobserver-auth=", "--jobserver-fds="};

/* Returns the value after a jobserver's word at TEXT; NULL if TEXT begins with no such word. */
static const char *
jobserver_value(const char *text)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strncmp(text, words[i], strlen(words[i])) == 0)
			return text + strlen(words[i]);
	return NULL;
}

/* Returns the value of the last jobserver in FLAGS, to be freed, or NULL. *JOBS becomes make's
 * -jN, if FLAGS has it. */
static char *
jobserver_find(const char *flags, int *jobs)
{
	char *found = NULL;
	while (*(flags += strspn(flags, " "))) {
		size_t len = strcspn(flags, " ");
		const char *value = jobserver_value(flags);
		if (value) {
			free(found);
			found = memory_copy_len(value, len - (size_t)(value - flags));
		} else if (strncmp(flags, "-j", 2) == 0 && len > 2) {
			*jobs = atoi(flags + 2);
		} else if (strncmp(flags, "--", 2) == 0 && len == 2) {
			break; /* variables follow */
		}
		flags += len;
	}
	return found;
}

static bool
jobserver_same_pipe(int a, int b)
{
	struct stat x, y;
	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && S_ISFIFO(x.st_mode) &&
	       S_ISFIFO(y.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static enum jobserver_state
jobserver_open_both(struct jobserver *server, const char *read_path, const char *write_path)
{
	server->read_fd = open(read_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (server->read_fd < 0)
		return JOBSERVER_FAILED;
	server->write_fd = open(write_path, O_WRONLY | O_CLOEXEC);
	if (server->write_fd < 0) {
		int errnum = errno;
		close(server->read_fd);
		server->read_fd = -1;
		errno = errnum;
		return JOBSERVER_FAILED;
	}
	return JOBSERVER_USABLE;
}

static enum jobserver_state
jobserver_open_pipe(struct jobserver *server, int read_fd, int write_fd)
{
	char read_path[32], write_path[32];
	if (!jobserver_same_pipe(read_fd, write_fd))
		return JOBSERVER_CLOSED;
	snprintf(read_path, sizeof(read_path), "/proc/self/fd/%d", read_fd);
	snprintf(write_path, sizeof(write_path), "/proc/self/fd/%d", write_fd);
	enum jobserver_state state = jobserver_open_both(server, read_path, write_path);
	if (state == JOBSERVER_USABLE) {
		server->keep_fds[0] = read_fd;
		server->keep_fds[1] = write_fd;
	}
	return state;
}

enum jobserver_state
jobserver_open(struct jobserver *server, const char *makeflags)
{
	*server = (struct jobserver){.read_fd = -1, .write_fd = -1, .keep_fds = {-1, -1}};
	char *value = makeflags ? jobserver_find(makeflags, &server->jobs) : NULL;
	if (!value)
		return JOBSERVER_ABSENT;
	enum jobserver_state state = JOBSERVER_CLOSED;
	int read_fd, write_fd, end = 0;
	if (strncmp(value, "fifo:", 5) == 0)
		state = jobserver_open_both(server, value + 5, value + 5);
	else if (sscanf(value, "%d,%d%n", &read_fd, &write_fd, &end) == 2 && !value[end])
		state = jobserver_open_pipe(server, read_fd, write_fd);
	free(value);
	return state;
}

void
jobserver_close(struct jobserver *server)
{
	close(server->read_fd);
	close(server->write_fd);
	server->read_fd = server->write_fd = -1;
}

struct jobserver_loan *
jobserver_loans_new(unsigned count)
{
	struct jobserver_loan *loans = mmap(NULL, count * sizeof(*loans), PROT_READ | PROT_WRITE,
	                                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (loans == MAP_FAILED)
		return NULL;
	for (unsigned i = 0; i < count; i++)
		loans[i].token = JOBSERVER_NO_TOKEN;
	return loans;
}

void
jobserver_loans_free(struct jobserver_loan *loans, unsigned count)
{
	if (loans)
		munmap(loans, count * sizeof(*loans));
}

bool
jobserver_is_lent(const struct jobserver_loan *loan)
{
	return loan->token != JOBSERVER_NO_TOKEN;
}

bool
jobserver_take(struct jobserver *server, struct jobserver_loan *loan)
{
	unsigned char token;
	ssize_t got;
	do
		got = read(server->read_fd, &token, 1);
	while (got < 0 && errno == EINTR);
	if (got == 1)
		loan->token = token;
	return got == 1;
}

void
jobserver_give(const struct jobserver *server, struct jobserver_loan *loan)
{
	int token = atomic_exchange(&loan->token, JOBSERVER_NO_TOKEN);
	if (token == JOBSERVER_NO_TOKEN)
		return;
	char byte = (char)token;
	while (write(server->write_fd, &byte, 1) < 0 && errno == EINTR)
		;
}

void
jobserver_keep(struct jobserver_loan *loan)
{
	if (loan)
		loan->keeper = getpid();
}

void
jobserver_give_kept(const struct jobserver *server, struct jobserver_loan *loan)
{
	if (loan && loan->keeper == getpid())
		jobserver_give(server, loan);
}

char *
jobserver_strip(const char *makeflags)
{
	char *out = memory_zeroed(strlen(makeflags) + 1, 1), *end = out;
	while (*makeflags) {
		size_t blanks = strspn(makeflags, " "), len = strcspn(makeflags + blanks, " ");
		if (!jobserver_value(makeflags + blanks)) {
			memcpy(end, makeflags, blanks + len);
			end += blanks + len;
		}
		makeflags += blanks + len;
	}
	return out;
}
