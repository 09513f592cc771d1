/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_log.h"

#include "attachment.h"
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void
automake_logs_init(struct automake_logs *logs, const char *directory, const char *make_directory,
                   struct timespec begun)
{
	*logs = (struct automake_logs){.begun = begun};
	char *real = realpath(directory, NULL);
	if (real)
		string_list_add_owned(&logs->roots, real);
	if (!make_directory)
		return;
	char *path = *make_directory == '/' ? memory_copy(make_directory)
	                                    : memory_format("%s/%s", directory, make_directory);
	real = realpath(path, NULL);
	if (real)
		string_list_add_owned(&logs->roots, real);
	free(path);
}

void
automake_logs_clear(struct automake_logs *logs)
{
	string_list_clear(&logs->roots);
}

struct timespec
automake_log_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return now;
}

/* Returns the path of FOLDER from ROOT on; NULL if it does not lie below it. */
static const char *
automake_log_below(const char *folder, const char *root)
{
	size_t len = strlen(root);
	while (len && root[len - 1] == '/')
		len--;
	if (strncmp(folder, root, len) != 0 || (folder[len] && folder[len] != '/'))
		return NULL;
	folder += len;
	folder += strspn(folder, "/");
	return *folder ? folder : ".";
}

/* Opens PATH below ROOT without openat2: a link on the way is not followed out of it, if
 * no other process changes the path meanwhile. */
static int
automake_log_open_checked(int root_fd, const char *root, const char *path)
{
	char *whole = memory_format("%s/%s", root, path), *real = realpath(whole, NULL);
	const char *below = real ? automake_log_below(real, root) : NULL;
	int fd = below ? openat(root_fd, below,
	                        O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW)
	               : -1;
	free(real);
	free(whole);
	return fd;
}

static int
automake_log_open_below(const char *root, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	int root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root_fd < 0)
		return -1;
	int fd = (int)syscall(SYS_openat2, root_fd, path, &how, sizeof(how));
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = automake_log_open_checked(root_fd, root, path);
	close(root_fd);
	return fd;
}

/* Returns by how many seconds at least the clock of the file system in DIRECTORY, which may
 * be a server's, is ahead of this one's. */
static time_t
automake_log_skew(const char *directory)
{
	struct stat status;
	time_t skew = 0;
	struct timespec now = automake_log_now();
	int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 && fstat(fd, &status) == 0)
		skew = status.st_ctim.tv_sec - now.tv_sec;
	if (fd >= 0)
		close(fd);
	/* The second may have changed between the two. */
	return skew >= -1 && skew <= 1 ? 0 : skew - 1;
}

/* Returns true if the file with STATUS, below ROOT, changed since BEGUN. Some file systems
 * keep whole seconds only. */
static bool
automake_log_is_fresh(const struct stat *status, struct timespec begun, const char *root)
{
	begun.tv_sec += automake_log_skew(root);
	if (status->st_ctim.tv_sec != begun.tv_sec)
		return status->st_ctim.tv_sec > begun.tv_sec;
	return status->st_ctim.tv_nsec == 0 || status->st_ctim.tv_nsec >= begun.tv_nsec;
}

int
automake_log_open_file(const struct automake_logs *logs, const char *folder, const char *name)
{
	for (size_t i = 0; i < logs->roots.count; i++) {
		const char *root = logs->roots.items[i], *below = automake_log_below(folder, root);
		struct stat status;
		if (!below)
			continue;
		char *path = memory_format("%s/%s", below, name);
		int fd = automake_log_open_below(root, path);
		free(path);
		if (fd < 0)
			continue;
		if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
		    status.st_uid == geteuid() && automake_log_is_fresh(&status, logs->begun, root))
			return fd;
		close(fd);
	}
	return -1;
}

int
automake_log_open(const struct automake_logs *logs, const char *folder, struct subunit2_view test,
                  char **path)
{
	char *name = memory_format("%.*s.log", (int)test.len, test.data);
	int fd = automake_log_open_file(logs, folder, name);
	if (fd < 0) {
		name[strlen(name) - strlen(".log")] = '\0';
		char *slash = strrchr(name, '/'), *dot = strrchr(slash ? slash : name, '.');
		if (dot) {
			strcpy(dot, ".log");
			fd = automake_log_open_file(logs, folder, name);
		}
	}
	*path = fd >= 0 ? memory_format("%s/%s", folder, name) : NULL;
	free(name);
	return fd;
}

enum subunit2_result
automake_log_send(int fd, const char *path, const struct subunit2_event *event,
                  struct subunit2_sink *sink, struct subunit2_error *error)
{
	char name[4 * NAME_MAX];
	struct subunit2_view base = subunit2_view_of(strrchr(path, '/') + 1);
	struct subunit2_view fit = {name, subunit2_utf8_escape(base, name, sizeof(name))};
	struct subunit2_event piece = *event;
	struct attachment_piece next = {0};
	struct attachment log;
	enum subunit2_result result = SUBUNIT2_E_OK;
	attachment_of_fd(&log, fit, path, fd);
	next.last = attachment_open(&log, NULL) != SUBUNIT2_E_OK;
	while (!next.last && result == SUBUNIT2_E_OK) {
		attachment_next(&log, &next, NULL); /* an error of reading ends it */
		piece.file_name = next.name;
		piece.file_bytes = next.bytes;
		piece.mime_type = next.mime_type;
		piece.eof = next.last;
		result = subunit2_sink_event(sink, &piece, error);
	}
	attachment_clear(&log);
	return result;
}
