/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "listener.h"

#include "memory.h"
#include "message.h"
#include "number.h"
#include "path_labels.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define UNIX_PREFIX "unix:"
#define SOCKET_FLAGS (SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC)

/* TCP keepalive: after IDLE_S seconds of silence, PROBES probes INTERVAL_S seconds apart. */
#define IDLE_S 60
#define INTERVAL_S 15
#define PROBES 4

union address {
	struct sockaddr any;
	struct sockaddr_un path;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
};

struct addresses {
	union address items[LISTENER_ADDRESSES_MAX];
	size_t count;
};

static in_port_t *
listener_port_of(union address *address)
{
	return address->any.sa_family == AF_INET6 ? &address->ipv6.sin6_port
	                                          : &address->ipv4.sin_port;
}

static void
listener_add_ipv4(struct addresses *addresses, in_addr_t host)
{
	addresses->items[addresses->count++].ipv4 =
		(struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(host)};
}

static void
listener_add_ipv6(struct addresses *addresses, struct in6_addr host)
{
	addresses->items[addresses->count++].ipv6 =
		(struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = host};
}

static const char *
listener_parse_path(struct addresses *addresses, const char *path)
{
	struct sockaddr_un *address = &addresses->items[addresses->count++].path;
	address->sun_family = AF_UNIX;
	if (!*path)
		return "no path is named";
	if (strlen(path) >= sizeof(address->sun_path))
		return "the path is too long for a socket";
	memcpy(address->sun_path, path, strlen(path));
	return NULL;
}

/* Adds the addresses of HOST, without looking up names: they are this machine's own. Returns a
 * message if HOST is wrong, else NULL. */
static const char *
listener_parse_host(struct addresses *addresses, const char *host)
{
	struct in_addr ipv4;
	struct in6_addr ipv6;
	size_t len = strlen(host);
	if (!len) {
		listener_add_ipv6(addresses, in6addr_any);
		listener_add_ipv4(addresses, INADDR_ANY);
		return NULL;
	}
	if (strcmp(host, "localhost") == 0) {
		listener_add_ipv6(addresses, in6addr_loopback);
		listener_add_ipv4(addresses, INADDR_LOOPBACK);
		return NULL;
	}
	if (inet_pton(AF_INET, host, &ipv4) == 1) {
		listener_add_ipv4(addresses, ntohl(ipv4.s_addr));
		return NULL;
	}
	char *inner = memory_copy_len(host + 1, len > 2 ? len - 2 : 0);
	bool is_ipv6 = *host == '[' && host[len - 1] == ']' && inet_pton(AF_INET6, inner, &ipv6);
	free(inner);
	if (!is_ipv6)
		return "the host is neither localhost nor a number like 127.0.0.1 or [::1]";
	listener_add_ipv6(addresses, ipv6);
	return NULL;
}

static const char *
listener_parse_port(struct addresses *addresses, const char *text)
{
	uint64_t port;
	if (!number_parse_range(text, 0, UINT16_MAX, &port))
		return "the port is not a number up to 65535";
	for (size_t i = 0; i < addresses->count; i++)
		*listener_port_of(&addresses->items[i]) = htons((uint16_t)port);
	return NULL;
}

/* Returns a message if TEXT is no address, else NULL. */
static const char *
listener_parse(struct addresses *addresses, const char *text)
{
	const char *colon = strrchr(text, ':');
	*addresses = (struct addresses){.count = 0};
	if (strncmp(text, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0)
		return listener_parse_path(addresses, text + strlen(UNIX_PREFIX));
	if (strchr(text, '/'))
		return listener_parse_path(addresses, text);
	if (!colon)
		return "neither [HOST]:PORT nor a path with a slash";
	char *host = memory_copy_len(text, (size_t)(colon - text));
	const char *fault = listener_parse_host(addresses, host);
	free(host);
	return fault ? fault : listener_parse_port(addresses, colon + 1);
}

const char *
listener_fault(const char *address)
{
	struct addresses addresses;
	return listener_parse(&addresses, address);
}

static socklen_t
listener_len_of(const union address *address)
{
	switch (address->any.sa_family) {
	case AF_UNIX:
		return sizeof(address->path);
	case AF_INET6:
		return sizeof(address->ipv6);
	default:
		return sizeof(address->ipv4);
	}
}

/* Returns true if the path of ADDRESS is a socket at which no process listens. Other files refuse
 * connections as well, so the type is checked first. */
static bool
listener_is_stale(const union address *address)
{
	struct stat status;
	if (lstat(address->path.sun_path, &status) < 0 || !S_ISSOCK(status.st_mode))
		return false;
	int fd = socket(AF_UNIX, SOCKET_FLAGS, 0);
	if (fd < 0)
		return false;
	bool refused =
		connect(fd, &address->any, listener_len_of(address)) < 0 && errno == ECONNREFUSED;
	close(fd);
	return refused;
}

/* Sets TEMPORARY to a path in the folder of ADDRESS. Returns false if it is too long for a socket.
 */
static bool
listener_temporary_path(const union address *address, union address *temporary)
{
	const char *path = address->path.sun_path, *slash = strrchr(path, '/');
	int folder_len = slash ? (int)(slash + 1 - path) : 0;
	temporary->path = (struct sockaddr_un){.sun_family = AF_UNIX};
	int len = snprintf(temporary->path.sun_path, sizeof(temporary->path.sun_path),
	                   "%.*s.%ld.new", folder_len, path, (long)getpid());
	return len < (int)sizeof(temporary->path.sun_path);
}

/* Gives the socket at FROM the path TO as well, replacing a stale socket. */
static bool
listener_link(const union address *from, const union address *to)
{
	const char *path = to->path.sun_path;
	if (link(from->path.sun_path, path) == 0)
		return true;
	if (errno == EEXIST && listener_is_stale(to) && unlink(path) == 0 &&
	    link(from->path.sun_path, path) == 0)
		return true;
	if (errno == EEXIST)
		errno = EADDRINUSE;
	return false;
}

/* Binds FD to the path of ADDRESS and listens. A process that sees the path may connect at once,
 * so FD is bound to a temporary path, which is linked once FD listens; unless that is too long. */
static bool
listener_listen_at_path(int fd, const union address *address)
{
	union address temporary;
	if (!listener_temporary_path(address, &temporary)) {
		if (listener_is_stale(address))
			unlink(address->path.sun_path);
		return bind(fd, &address->any, listener_len_of(address)) == 0 &&
		       listen(fd, SOMAXCONN) == 0;
	}
	if (bind(fd, &temporary.any, listener_len_of(&temporary)) < 0)
		return false;
	bool good = listen(fd, SOMAXCONN) == 0 && listener_link(&temporary, address);
	int errnum = errno;
	unlink(temporary.path.sun_path);
	errno = errnum;
	return good;
}

/* Returns the socket, or -1 with errno. */
static int
listener_listen_at(const union address *address)
{
	const int yes = 1;
	int fd = socket(address->any.sa_family, SOCKET_FLAGS, 0);
	if (fd < 0)
		return -1;
	if (address->any.sa_family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	/* IPv4 has a socket of its own at the same port. */
	if (address->any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
	bool good = address->any.sa_family == AF_UNIX
	                    ? listener_listen_at_path(fd, address)
	                    : bind(fd, &address->any, listener_len_of(address)) == 0 &&
	                              listen(fd, SOMAXCONN) == 0;
	if (good)
		return fd;
	int errnum = errno;
	close(fd);
	errno = errnum;
	return -1;
}

/* Prints the port that the system chose for FD, and stores it in ADDRESS. */
static void
listener_report_port(int fd, union address *address)
{
	char host[INET6_ADDRSTRLEN];
	socklen_t len = sizeof(*address);
	getsockname(fd, &address->any, &len);
	unsigned port = ntohs(*listener_port_of(address));
	if (address->any.sa_family == AF_INET6)
		message("listening on [%s]:%u",
		        inet_ntop(AF_INET6, &address->ipv6.sin6_addr, host, sizeof(host)), port);
	else
		message("listening on %s:%u",
		        inet_ntop(AF_INET, &address->ipv4.sin_addr, host, sizeof(host)), port);
}

/* Listens at ADDRESS and sets *PORT to its port. If the port of ADDRESS is 0, *PORT is used, which
 * may be 0 for any. Returns the socket, or -1 with errno. */
static int
listener_listen_at_port(union address *address, in_port_t *port)
{
	bool chosen = *listener_port_of(address) == 0;
	if (chosen)
		*listener_port_of(address) = *port;
	int fd = listener_listen_at(address);
	if (fd >= 0 && chosen)
		listener_report_port(fd, address);
	if (fd >= 0)
		*port = *listener_port_of(address);
	return fd;
}

static int
listener_open_ports(struct listener *listener, struct addresses *addresses)
{
	in_port_t port = 0;
	for (size_t i = 0; i < addresses->count; i++) {
		int fd = listener_listen_at_port(&addresses->items[i], &port);
		/* A machine may lack IPv6 or IPv4; one of them is enough. */
		bool missing = fd < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL);
		bool last = i + 1 == addresses->count;
		if (fd >= 0)
			listener->fds[listener->count++] = fd;
		else if (!missing || (last && !listener->count))
			return -1;
	}
	listener->label = memory_format("%u", ntohs(port));
	return 0;
}

static int
listener_open_path(struct listener *listener, const union address *address)
{
	const char *path = address->path.sun_path;
	int fd = listener_listen_at(address);
	if (fd < 0)
		return -1;
	struct string_list labels = {0};
	path_labels_of(&labels, &path, 1);
	listener->label = memory_copy(labels.items[0]);
	string_list_clear(&labels);
	listener->path = memory_copy(path);
	listener->fds[listener->count++] = fd;
	return 0;
}

struct listener *
listener_open(const char *address, struct subunit2_error *error)
{
	struct addresses addresses;
	struct listener *listener = memory_zeroed(1, sizeof(*listener));
	listener_parse(&addresses, address);
	bool is_path = addresses.items[0].any.sa_family == AF_UNIX;
	int opened = is_path ? listener_open_path(listener, &addresses.items[0])
	                     : listener_open_ports(listener, &addresses);
	if (opened == 0)
		return listener;
	subunit2_error_system(error, NULL, errno);
	listener_close(listener);
	return NULL;
}

void
listener_close(struct listener *listener)
{
	for (size_t i = 0; i < listener->count; i++)
		close(listener->fds[i]);
	if (listener->path)
		unlink(listener->path);
	free(listener->label);
	free(listener->path);
	free(listener);
}

void
listener_watch(struct listener *listener, struct event_loop *loop, void (*ready)(void *context),
               void *context)
{
	for (size_t i = 0; i < listener->count; i++)
		event_loop_watch(loop, &listener->watches[i], listener->fds[i], ready, context);
}

void
listener_unwatch(struct listener *listener, struct event_loop *loop)
{
	for (size_t i = 0; i < listener->count; i++)
		event_loop_unwatch(loop, &listener->watches[i]);
}

static void
listener_keep_alive(int fd)
{
	const int yes = 1, idle_s = IDLE_S, interval_s = INTERVAL_S, probes = PROBES;
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof(idle_s));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof(interval_s));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
}

int
listener_accept(const struct listener *listener)
{
	for (size_t i = 0; i < listener->count; i++) {
		int fd = accept4(listener->fds[i], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0 && !listener->path)
			listener_keep_alive(fd);
		if (fd >= 0 || errno != EAGAIN)
			return fd;
	}
	errno = EAGAIN;
	return -1;
}
