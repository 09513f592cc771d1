/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Addresses where producers connect: their forms, sockets at paths, and ports of this machine. */
#include "listener.h"
#include "check.h"
#include "count_fds.h"
#include "messages.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[] = "/tmp/subunit2-listener-XXXXXX";

/* Forms */

static bool
is_good(const char *address)
{
	const char *fault = listener_fault(address);
	if (fault)
		printf("# %s: %s\n", address, fault);
	return !fault;
}

static bool
has_fault(const char *address, const char *wanted)
{
	const char *fault = listener_fault(address);
	return fault && strcmp(fault, wanted) == 0;
}

static void
check_forms(void)
{
	static const char host[] =
		"the host is neither localhost nor a number like 127.0.0.1 or [::1]";
	static const char port[] = "the port is not a number up to 65535";
	static const char neither[] = "neither [HOST]:PORT nor a path with a slash";
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	CHECK(is_good("unix:a") && is_good("./a") && is_good("unix:a:1") && is_good("a/b:1"));
	CHECK(is_good("127.0.0.1:0") && is_good("127.0.0.1:65535") && is_good("localhost:1"));
	CHECK(is_good(":1") && is_good("[::1]:1") && is_good("[::]:1"));
	CHECK(has_fault("a", neither) && has_fault("", neither) && has_fault("unix", neither));
	CHECK(has_fault("127.0.0.1:65536", port) && has_fault(":", port));
	CHECK(has_fault("127.0.0.1:-1", port) && has_fault("127.0.0.1:x", port));
	CHECK(has_fault("host:1", host) && has_fault("::1:1", host) && has_fault("[::1:1", host));
	CHECK(has_fault("::1]:1", host) && has_fault("[]:1", host) && has_fault("[:1", host));
	CHECK(has_fault("]:1", host) && has_fault("x:1", host) && has_fault("[::1]x:1", host));
	CHECK(has_fault("[127.0.0.1]:1", host) && has_fault("{::1}:1", host));
	CHECK(has_fault("unix:", "no path is named"));
	memset(path, '/', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	CHECK(has_fault(path, "the path is too long for a socket"));
	path[sizeof(path) - 2] = '\0';
	CHECK(is_good(path));
}

/* Sockets at paths */

static const char *
path_of(const char *name)
{
	static char path[128];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static bool
exists(const char *path)
{
	struct stat about;
	return lstat(path, &about) == 0;
}

/* Returns a socket that is connected to PATH, or -1. */
static int
connect_path(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Returns whether nothing but COUNT files is in the folder. */
static bool
folder_holds(unsigned count)
{
	char command[128];
	unsigned found = 0;
	snprintf(command, sizeof(command), "ls -A %s | wc -l", folder);
	FILE *file = popen(command, "r");
	bool counted = file && fscanf(file, "%u", &found) == 1;
	if (file)
		pclose(file);
	return counted && found == count;
}

static bool
is_refused(const char *address, int errnum)
{
	struct subunit2_error error = {0};
	int before = count_fds();
	struct listener *listener = listener_open(address, &error);
	if (!listener)
		return error.code == SUBUNIT2_E_SYSTEM && error.errnum == errnum &&
		       count_fds() == before;
	listener_close(listener);
	return false;
}

static void
check_path(void)
{
	int before = count_fds();
	const char *path = path_of("a.sock");
	struct listener *listener = listener_open(path, NULL);
	CHECK(listener && strcmp(listener->label, "a") == 0 && listener->count == 1);
	CHECK_NAMED("the socket has no other name", folder_holds(1));
	CHECK(listener_accept(listener) < 0 && errno == EAGAIN);
	int client = connect_path(path), fd = listener_accept(listener);
	CHECK(client >= 0 && fd >= 0);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC && fcntl(fd, F_GETFL) & O_NONBLOCK);
	CHECK(write(client, "x", 1) == 1);
	CHECK_NAMED("an address in use is refused", is_refused(path, EADDRINUSE) && exists(path));
	CHECK(folder_holds(1));
	close(fd);
	close(client);
	listener_close(listener);
	CHECK(!exists(path) && count_fds() == before);
	CHECK(messages_are(""));
}

/* Leaves a socket at PATH at which no process listens. */
static void
leave_stale(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		exit(99);
	close(fd);
}

static void
check_stale(void)
{
	const char *path = path_of("b.sock");
	leave_stale(path);
	struct listener *listener = listener_open(path, NULL);
	CHECK_NAMED("a socket without a listener is replaced", listener != NULL);
	int client = connect_path(path);
	CHECK(client >= 0);
	close(client);
	listener_close(listener);
	int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	close(file);
	CHECK_NAMED("another file is not", is_refused(path, EADDRINUSE) && exists(path));
	unlink(path);
	CHECK(is_refused("/nonexistent/a.sock", ENOENT));
	CHECK(folder_holds(0));
}

/* A path that leaves no room for the temporary name beside it. */
static void
check_long_path(void)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	size_t len = (size_t)snprintf(path, sizeof(path), "%s/", folder);
	memset(path + len, 'l', sizeof(path) - len);
	mkdir(path_of("d"), 0700);
	path[len] = 'd';
	path[len + 1] = '/';
	path[sizeof(path) - 1] = '\0';
	memset(path + len + 2, 'l', sizeof(path) - len - 3);
	struct listener *listener = listener_open(path, NULL);
	CHECK(listener != NULL);
	errno = ECONNREFUSED; /* of an earlier call: it must not count */
	CHECK(is_refused(path, EADDRINUSE));
	int client = connect_path(path);
	CHECK(client >= 0);
	close(client);
	listener_close(listener);
	CHECK(!exists(path));
	/* In a long folder, where a short name has room and the temporary one has not. */
	memset(path + len + 2, 'l', sizeof(path) - len - 3);
	path[sizeof(path) - 4] = '\0';
	mkdir(path, 0700);
	strcat(path, "/s");
	leave_stale(path);
	listener = listener_open(path, NULL);
	CHECK_NAMED("a socket without a listener is replaced there, too", listener != NULL);
	client = connect_path(path);
	CHECK(client >= 0);
	close(client);
	listener_close(listener);
	path[sizeof(path) - 4] = '\0';
	rmdir(path);
	rmdir(path_of("d"));
}

/* Ports */

/* Returns a socket that is connected to PORT of the loopback, or -1. */
static int
connect_port(int family, in_port_t port)
{
	struct sockaddr_in ipv4 = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = port};
	struct sockaddr_in6 ipv6 = {
		.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback, .sin6_port = port};
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int result = family == AF_INET ? connect(fd, (struct sockaddr *)&ipv4, sizeof(ipv4))
	                               : connect(fd, (struct sockaddr *)&ipv6, sizeof(ipv6));
	if (result == 0)
		return fd;
	close(fd);
	return -1;
}

/* Returns whether the loopback has addresses of FAMILY. */
static bool
has_loopback(int family)
{
	int fd = connect_port(family, htons(1));
	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno == ECONNREFUSED;
}

static int
option_of(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);
	getsockopt(fd, level, name, &value, &len);
	return value;
}

static unsigned
port_of(const struct listener *listener)
{
	return (unsigned)atoi(listener->label);
}

static void
check_port(void)
{
	char wanted[64], address[64];
	int before = count_fds();
	struct listener *listener = listener_open("127.0.0.1:0", NULL);
	CHECK(listener && listener->count == 1 && !listener->path && port_of(listener) > 0);
	snprintf(wanted, sizeof(wanted), "listening on 127.0.0.1:%s\n", listener->label);
	CHECK(messages_are(wanted));
	CHECK(option_of(listener->fds[0], SOL_SOCKET, SO_REUSEADDR) == 1);
	int client = connect_port(AF_INET, htons((in_port_t)port_of(listener)));
	int fd = listener_accept(listener);
	CHECK(client >= 0 && fd >= 0);
	CHECK(option_of(fd, SOL_SOCKET, SO_KEEPALIVE) == 1);
	CHECK(option_of(fd, IPPROTO_TCP, TCP_KEEPIDLE) == 60);
	CHECK(option_of(fd, IPPROTO_TCP, TCP_KEEPINTVL) == 15);
	CHECK(option_of(fd, IPPROTO_TCP, TCP_KEEPCNT) == 4);
	snprintf(address, sizeof(address), "127.0.0.1:%s", listener->label);
	CHECK(is_refused(address, EADDRINUSE));
	close(client);
	close(fd);
	listener_close(listener);
	listener = listener_open(address, NULL);
	CHECK_NAMED("a port that is named is not reported", listener && messages_are(""));
	CHECK(strcmp(listener->label, address + strlen("127.0.0.1:")) == 0);
	listener_close(listener);
	CHECK(count_fds() == before);
}

/* IPv4 and IPv6 have the same port, and a client of each is accepted. */
static void
check_both(const char *address, const char *ipv6, const char *ipv4)
{
	char wanted[128];
	struct listener *listener = listener_open(address, NULL);
	CHECK(listener && listener->count == 2);
	snprintf(wanted, sizeof(wanted), "listening on %s:%s\nlistening on %s:%s\n", ipv6,
	         listener->label, ipv4, listener->label);
	CHECK(messages_are(wanted));
	CHECK(option_of(listener->fds[0], IPPROTO_IPV6, IPV6_V6ONLY) == 1);
	CHECK(listener_accept(listener) < 0 && errno == EAGAIN);
	static const int families[] = {AF_INET, AF_INET6};
	for (int i = 0; i < 2; i++) {
		int client = connect_port(families[i], htons((in_port_t)port_of(listener)));
		int fd = listener_accept(listener);
		CHECK(client >= 0 && fd >= 0);
		close(client);
		close(fd);
	}
	listener_close(listener);
}

static void
check_ipv4_alone(void)
{
	struct listener *listener = listener_open("localhost:0", NULL);
	CHECK(listener && listener->count == 1);
	listener_close(listener);
	CHECK(is_refused("[::1]:0", EADDRNOTAVAIL) || is_refused("[::1]:0", EAFNOSUPPORT));
	messages_take();
}

/* The loop */

static void
on_ready(void *context)
{
	++*(unsigned *)context;
}

static void
check_watch(void)
{
	struct event_loop *loop = event_loop_new();
	unsigned ready = 0;
	struct listener *listener = listener_open(path_of("w"), NULL);
	listener_watch(listener, loop, on_ready, &ready);
	int client = connect_path(path_of("w"));
	event_loop_turn(loop);
	CHECK(ready == 1);
	listener_unwatch(listener, loop);
	int fd = listener_accept(listener);
	CHECK(client >= 0 && fd >= 0);
	close(client);
	close(fd);
	listener_close(listener);
	event_loop_free(loop);
}

int
main(void)
{
	messages_begin();
	if (!mkdtemp(folder))
		return 99;
	check_forms();
	check_path();
	check_stale();
	check_long_path();
	if (has_loopback(AF_INET)) {
		check_port();
		if (has_loopback(AF_INET6)) {
			check_both("localhost:0", "[::1]", "127.0.0.1");
			check_both(":0", "[::]", "0.0.0.0");
		} else {
			check_ipv4_alone();
		}
	}
	check_watch();
	rmdir(folder);
	return check_done();
}
