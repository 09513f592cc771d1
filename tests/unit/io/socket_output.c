/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Outputs to the address of a listener. */
#include "socket_output.h"
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[] = "/tmp/subunit2-socket-XXXXXX";

static int
listen_at(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, address, len) < 0 || listen(fd, 8) < 0)
		exit(99);
	return fd;
}

/* Returns true if NAME is connected to LISTENER, and bytes arrive there. */
static bool
arrives(const char *name, int listener)
{
	char byte = 0;
	struct subunit2_error error = {0};
	int fd = socket_output_open(name, &error);
	if (fd < 0) {
		printf("# %s: %s\n", name, error.message);
		return false;
	}
	int peer = accept(listener, NULL, NULL);
	bool good = (fcntl(fd, F_GETFD) & FD_CLOEXEC) && write(fd, "x", 1) == 1 &&
	            read(peer, &byte, 1) == 1 && byte == 'x';
	close(peer);
	good = good && socket_output_finish(fd) == 0;
	close(fd);
	return good;
}

static bool
is_refused(const char *name, int errnum)
{
	struct subunit2_error error = {0};
	return socket_output_open(name, &error) < 0 && error.code == SUBUNIT2_E_SYSTEM &&
	       error.errnum == errnum && strcmp(error.subject, name) == 0;
}

static void
check_names(void)
{
	CHECK(socket_output_is_name("unix:x") && socket_output_is_name("tcp:x"));
	CHECK(!socket_output_is_name("unix") && !socket_output_is_name("x.tcp:") &&
	      !socket_output_is_name("out.json"));
	CHECK(is_refused("tcp:1", 0) && is_refused("tcp::1", 0) && is_refused("tcp:x:", 0));
	CHECK(is_refused("tcp:x:0", 0) && is_refused("tcp:x:65536", 0) &&
	      is_refused("tcp:x:1y", 0));
}

static void
check_unix(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char name[128], longer[256];
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", folder);
	snprintf(name, sizeof(name), "unix:%s/s", folder);
	CHECK(is_refused(name, ENOENT));
	int listener = listen_at((const struct sockaddr *)&address, sizeof(address));
	CHECK(arrives(name, listener));
	close(listener);
	CHECK(is_refused(name, ECONNREFUSED));
	unlink(address.sun_path);
	memset(longer, 'x', sizeof(longer));
	memcpy(longer, "unix:", 5);
	longer[5 + sizeof(address.sun_path)] = '\0';
	CHECK(is_refused(longer, ENAMETOOLONG));
	longer[5 + sizeof(address.sun_path) - 1] = '\0';
	CHECK(is_refused(longer, ENOENT));
}

static void
check_tcp(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
	                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	char name[64], host[64];
	int listener = listen_at((const struct sockaddr *)&address, sizeof(address));
	if (getsockname(listener, (struct sockaddr *)&address, &len) < 0)
		exit(98);
	snprintf(name, sizeof(name), "tcp:127.0.0.1:%d", ntohs(address.sin_port));
	snprintf(host, sizeof(host), "tcp:localhost:%d", ntohs(address.sin_port));
	CHECK(arrives(name, listener));
	CHECK_NAMED("a name is looked up", arrives(host, listener));
	close(listener);
	CHECK(is_refused(name, ECONNREFUSED));
	CHECK_NAMED("a word that begins like an option is no name", is_refused("tcp:-x:1", ENXIO));
}

static void
check_ipv6(void)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	socklen_t len = sizeof(address);
	char name[64];
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, len) < 0 || listen(fd, 1) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) < 0) {
		close(fd);
		return; /* the system has no IPv6 */
	}
	snprintf(name, sizeof(name), "tcp:[::1]:%d", ntohs(address.sin6_port));
	CHECK(arrives(name, fd));
	close(fd);
}

/* The peer has data for us that nothing reads, then ends. */
static void
check_finish(void)
{
	int ends[2];
	char byte;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ||
	    write(ends[1], "said", 4) != 4 || shutdown(ends[1], SHUT_WR) < 0)
		exit(99);
	CHECK(socket_output_finish(ends[0]) == 0);
	CHECK_NAMED("the peer sees the end", read(ends[1], &byte, 1) == 0);
	close(ends[0]);
	close(ends[1]);
	CHECK(socket_output_finish(ends[0]) == EBADF);
}

int
main(void)
{
	if (!mkdtemp(folder))
		return 99;
	check_names();
	check_unix();
	check_tcp();
	check_ipv6();
	check_finish();
	rmdir(folder);
	return check_done();
}
