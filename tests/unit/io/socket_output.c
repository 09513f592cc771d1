/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Outputs to the address of a listener. */
#include "socket_output.h"
#include "check.h"
#include "count_fds.h"

#include "fault.h"
#include "fill_stack.h"

#include <arpa/inet.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/subunit2-socket-XXXXXX";

int
pipe2(int fds[2], int flags)
{
	return fault_hits("pipe2") ? -1 : (int)syscall(SYS_pipe2, fds, flags);
}

int
socket(int domain, int type, int protocol)
{
	return fault_hits("socket") ? -1 : (int)syscall(SYS_socket, domain, type, protocol);
}

ssize_t
read(int fd, void *bytes, size_t size)
{
	return fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, size);
}

static int waited_ms; /* the timeout of the last poll */

/* A poll that fails is one whose time is over. */
int
poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	const struct timespec at = {timeout_ms / 1000, 0};
	waited_ms = timeout_ms;
	if (count != 1)
		exit(95);
	return fault_hits("poll") ? 0 : (int)syscall(SYS_ppoll, fds, count, &at, NULL, 0);
}

static unsigned destroyed; /* actions of a lookup */

int
posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *files)
{
	static int (*real)(posix_spawn_file_actions_t * files);
	destroyed++;
	return fault_find("posix_spawn_file_actions_destroy", &real) ? errno : real(files);
}

int
posix_spawnp(pid_t *pid, const char *name, const posix_spawn_file_actions_t *files,
             const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
	static int (*real)(pid_t * pid, const char *name, const posix_spawn_file_actions_t *files,
	                   const posix_spawnattr_t *attributes, char *const argv[],
	                   char *const envp[]);
	return fault_find("posix_spawnp", &real) ? errno
	                                         : real(pid, name, files, attributes, argv, envp);
}

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
	int before = count_fds();
	return socket_output_open(name, &error) < 0 && error.code == SUBUNIT2_E_SYSTEM &&
	       error.errnum == errnum && strcmp(error.subject, name) == 0 && count_fds() == before;
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

/* The lookup prints LINES, and ends after it has closed its output. */
static void
set_lookup(const char *lines)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/getent", folder);
	FILE *script = fopen(path, "w");
	if (!script || fchmod(fileno(script), 0700) < 0)
		exit(99);
	fprintf(script, "#!/bin/sh\nPATH=%s\necho \"$*\" >%s/asked\necho '%s'\n", getenv("PATH"),
	        folder, lines);
	fprintf(script, "exec >&-\nsleep 0.05\n");
	fclose(script);
}

static bool
was_asked(const char *words)
{
	char path[64], line[64] = "";
	snprintf(path, sizeof(path), "%s/asked", folder);
	FILE *file = fopen(path, "r");
	bool same = file && fgets(line, sizeof(line), file) && strcmp(line, words) == 0;
	if (file)
		fclose(file);
	unlink(path);
	return same;
}

static void
check_lookup(int listener, int port)
{
	char name[64], *path = strdup(getenv("PATH"));
	int before = count_fds();
	set_lookup("\n127.0.0.9 STREAM\n127.0.0.1 STREAM\n127.0.0.9 STREAM");
	setenv("PATH", folder, 1);
	snprintf(name, sizeof(name), "tcp:here:%d", port);
	destroyed = 0;
	fill_stack();
	CHECK_NAMED("the first address that accepts is used", arrives(name, listener));
	CHECK(was_asked("ahosts here\n") && destroyed == 1);
	CHECK_NAMED("the lookup leaves nothing", waitpid(-1, NULL, 0) < 0 && count_fds() == before);
	setenv("PATH", path, 1);
	set_lookup("127.0.0.9 STREAM");
	setenv("PATH", folder, 1);
	CHECK(is_refused(name, ECONNREFUSED));
	CHECK_NAMED("no name is looked up for an address",
	            is_refused("tcp:127.0.0.9:1", ECONNREFUSED) &&
	                    !was_asked("ahosts 127.0.0.9\n"));
	CHECK_NAMED("brackets may be around a name, which is not empty",
	            is_refused("tcp:[a]:1", ECONNREFUSED) && was_asked("ahosts a\n") &&
	                    is_refused("tcp:[]:1", ECONNREFUSED) && was_asked("ahosts []\n"));
	CHECK_NAMED("brackets are a pair",
	            is_refused("tcp:[here:1", ECONNREFUSED) && was_asked("ahosts [here\n") &&
	                    is_refused("tcp:here]:1", ECONNREFUSED) && was_asked("ahosts here]\n"));
	fault_arm("pipe2", EMFILE, 0, 1);
	CHECK(is_refused(name, ENXIO) && fault_disarm() == 1);
	fault_arm("posix_spawnp", ENOENT, 0, 1);
	CHECK(is_refused(name, ENXIO) && fault_disarm() == 1);
	snprintf(name, sizeof(name), "%s/getent", folder);
	unlink(name);
	setenv("PATH", path, 1);
	free(path);
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
	check_lookup(listener, ntohs(address.sin_port));
	fault_arm("socket", EMFILE, 0, 1);
	CHECK(is_refused(name, EMFILE) && fault_disarm() == 1);
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

/* A socket whose peer has sent what nothing reads, and the end. */
static void
open_pair(int ends[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ||
	    write(ends[1], "said", 4) != 4 || shutdown(ends[1], SHUT_WR) < 0)
		exit(99);
}

static void
close_pair(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static void
check_finish(void)
{
	int ends[2];
	char byte;
	open_pair(ends);
	fault_arm("read", EINTR, 0, 2);
	CHECK(socket_output_finish(ends[0]) == 0 && fault_disarm() == 2 && waited_ms == 10000);
	CHECK_NAMED("the peer sees the end", read(ends[1], &byte, 1) == 0);
	close_pair(ends);
	CHECK(socket_output_finish(ends[0]) == EBADF);
	open_pair(ends);
	fault_arm("read", EAGAIN, 0, 1);
	CHECK(socket_output_finish(ends[0]) == 0 && fault_disarm() == 1);
	close_pair(ends);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		exit(99);
	fault_arm("poll", 0, 0, 1);
	CHECK_NAMED("a listener that does not close its end is not waited for without end",
	            socket_output_finish(ends[0]) == 0 && fault_disarm() == 1);
	close_pair(ends);
	open_pair(ends);
	if (write(ends[0], "lost", 4) != 4)
		exit(99);
	close(ends[1]);
	CHECK_NAMED("a listener that did not read everything is an error",
	            socket_output_finish(ends[0]) == ECONNRESET);
	close(ends[0]);
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
