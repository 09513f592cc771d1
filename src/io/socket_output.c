/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "socket_output.h"

#include "memory.h"
#include "number.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNIX_PREFIX "unix:"
#define TCP_PREFIX "tcp:"
#define FINISH_MS 10000

bool
socket_output_is_name(const char *name)
{
	return strncmp(name, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0 ||
	       strncmp(name, TCP_PREFIX, strlen(TCP_PREFIX)) == 0;
}

/* Returns a socket that is connected to ADDRESS, or -1 with errno. */
static int
socket_output_connect(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, address, len) == 0)
		return fd;
	int errnum = errno;
	close(fd);
	errno = errnum;
	return -1;
}

static int
socket_output_open_path(const char *path, struct subunit2_error *error, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address.sun_path)) {
		subunit2_error_system(error, name, ENAMETOOLONG);
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path));
	int fd = socket_output_connect((const struct sockaddr *)&address, sizeof(address));
	if (fd < 0)
		subunit2_error_system(error, name, errno);
	return fd;
}

/* Connects to PORT of ADDRESS, a number. Returns -1 with errno; EINVAL: it is not a number. */
static int
socket_output_open_address(const char *address, in_port_t port)
{
	struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	if (inet_pton(AF_INET, address, &ipv4.sin_addr) == 1)
		return socket_output_connect((const struct sockaddr *)&ipv4, sizeof(ipv4));
	if (inet_pton(AF_INET6, address, &ipv6.sin6_addr) == 1)
		return socket_output_connect((const struct sockaddr *)&ipv6, sizeof(ipv6));
	errno = EINVAL;
	return -1;
}

/* Starts "getent ahosts HOST" and returns its output, or NULL. */
static FILE *
socket_output_start_lookup(const char *host, pid_t *pid)
{
	char *argv[] = {"getent", "ahosts", (char *)host, NULL};
	posix_spawn_file_actions_t actions;
	int fds[2];
	if (*host == '-' || pipe2(fds, O_CLOEXEC) < 0)
		return NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	int failed = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	if (failed)
		close(fds[0]);
	return failed ? NULL : memory_have(fdopen(fds[0], "r"));
}

/* Connects to the first address of the name HOST that accepts. Names are looked up by getent(1),
 * since a static program cannot load the libraries that nsswitch.conf(5) names. */
static int
socket_output_open_name(const char *host, in_port_t port)
{
	char line[1024], address[INET6_ADDRSTRLEN];
	int fd = -1, errnum = ENXIO;
	pid_t pid;
	FILE *output = socket_output_start_lookup(host, &pid);
	while (output && fgets(line, sizeof(line), output)) {
		if (fd >= 0 || sscanf(line, "%45s", address) != 1)
			continue;
		fd = socket_output_open_address(address, port);
		errnum = errno;
	}
	if (output) {
		fclose(output);
		waitpid(pid, NULL, 0);
	}
	errno = errnum;
	return fd;
}

static int
socket_output_open_tcp(const char *text, struct subunit2_error *error, const char *name)
{
	const char *colon = strrchr(text, ':');
	uint64_t port;
	if (!colon || colon == text || !number_parse_range(colon + 1, 1, UINT16_MAX, &port)) {
		subunit2_error_set(error, SUBUNIT2_E_SYSTEM, name, "is not tcp:HOST:PORT");
		return -1;
	}
	bool brackets = *text == '[' && colon[-1] == ']' && colon - text > 2;
	char *host = brackets ? memory_copy_len(text + 1, (size_t)(colon - text - 2))
	                      : memory_copy_len(text, (size_t)(colon - text));
	int fd = socket_output_open_address(host, (in_port_t)port);
	if (fd < 0 && errno == EINVAL)
		fd = socket_output_open_name(host, (in_port_t)port);
	if (fd < 0)
		subunit2_error_system(error, name, errno);
	free(host);
	return fd;
}

int
socket_output_open(const char *name, struct subunit2_error *error)
{
	if (strncmp(name, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0)
		return socket_output_open_path(name + strlen(UNIX_PREFIX), error, name);
	return socket_output_open_tcp(name + strlen(TCP_PREFIX), error, name);
}

int
socket_output_finish(int fd)
{
	char bytes[512];
	struct pollfd waited = {.fd = fd, .events = POLLIN};
	if (shutdown(fd, SHUT_WR) < 0)
		return errno;
	while (poll(&waited, 1, FINISH_MS) > 0) {
		ssize_t len = read(fd, bytes, sizeof(bytes));
		if (len == 0 || (len < 0 && errno == EAGAIN))
			return 0;
		if (len < 0 && errno != EINTR)
			return errno;
	}
	return 0;
}
