/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Removals while calls of the system fail: what stays is named with the reason, all else goes. */
#include "check.h"
#include "count_fds.h"
#include "removal.h"

#include "clock.h"
#include "depth.h"
#include "fault.h"
#include "real_syscall.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The entry that cannot be removed, neither as a file nor as a folder. */
static struct {
	const char *name; /* NULL: none */
	int as_file, as_folder;
} refused;

static int64_t now_ns;
static bool clock_runs;  /* by one nanosecond, at each look */
static unsigned reads;   /* of entries */
static unsigned unlinks; /* calls of unlinkat */

int
clock_gettime(clockid_t id, struct timespec *at)
{
	(void)id;
	now_ns += clock_runs;
	*at = (struct timespec){0, now_ns};
	return 0;
}

int
unlinkat(int fd, const char *name, int flags)
{
	unlinks++;
	if (refused.name && strcmp(name, refused.name) == 0) {
		errno = flags & AT_REMOVEDIR ? refused.as_folder : refused.as_file;
		return -1;
	}
	return fault_hits("unlinkat") ? -1 : (int)syscall(SYS_unlinkat, fd, name, flags);
}

int
rmdir(const char *path)
{
	return fault_hits("rmdir") ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR);
}

int
renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	return fault_hits("renameat") ? -1
	                              : (int)syscall(SYS_renameat2, from_fd, from, to_fd, to, 0);
}

int
open(const char *path, int flags, ...)
{
	return fault_hits("open") ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
}

int
openat(int fd, const char *path, int flags, ...)
{
	return fault_hits(flags & O_PATH ? "openat O_PATH" : "openat")
	               ? -1
	               : (int)syscall(SYS_openat, fd, path, flags, 0600);
}

int
fstat(int fd, struct stat *about)
{
	static int (*real)(int fd, struct stat *about);
	return fault_find("fstat", &real) ? -1 : real(fd, about);
}

DIR *
fdopendir(int fd)
{
	static DIR *(*real)(int fd);
	return fault_find("fdopendir", &real) ? NULL : real(fd);
}

struct dirent *
readdir(DIR *folder)
{
	static struct dirent *(*real)(DIR * folder);
	reads++;
	return fault_find("readdir", &real) ? NULL : real(folder);
}

/* For the ids of mounts: may fail, or open a file without an id. */
FILE *
fopen(const char *path, const char *mode)
{
	static FILE *(*real)(const char *path, const char *mode);
	if (fault_find("fopen", &real))
		return NULL;
	return real(fault_hits("id") ? "/dev/null" : path, mode);
}

static int openat2_errnum; /* with which openat2 fails; 0: it does not */

long
syscall(long number, ...)
{
	va_list list;
	va_start(list, number);
	struct syscall_arguments arguments = syscall_arguments(list);
	va_end(list);
	if (number == SYS_openat2 && openat2_errnum) {
		errno = openat2_errnum;
		return -1;
	}
	return real_syscall(number, &arguments);
}

static bool
exists(const char *path)
{
	struct stat about;
	return lstat(path, &about) == 0;
}

static mode_t
mode_of(const char *path)
{
	struct stat about;
	return lstat(path, &about) == 0 ? about.st_mode & 07777 : 0;
}

/* The folder top, with folders in each other and a file in the last one. */
static void
prepare(void)
{
	refused.name = NULL;
	openat2_errnum = 0;
	mkdir("top", 0700);
	mkdir("top/a", 0700);
	mkdir("top/a/b", 0700);
	mkdir("top/a/b/c", 0700);
	close(open("top/a/b/c/deep", O_WRONLY | O_CREAT));
}

/* Removes PATH. Returns true if that ends with PROBLEM; "": without one. */
static bool
ends_with(const char *path, const char *problem)
{
	int before = count_fds();
	struct removal *removal = removal_new(path);
	for (unsigned i = 0; !removal_run(removal, 0);)
		if (++i > 10000)
			abort();
	const char *got = removal_problem(removal);
	bool same = strcmp(got ? got : "", problem) == 0;
	if (!same)
		printf("# %s, not %s\n", got, problem);
	same = same && count_fds() == before && strcmp(removal_path(removal), path) == 0;
	removal_free(removal);
	return same;
}

/* The same of the folder top, while CALL fails TIMES, after SKIP good ones. */
static bool
fails_with(const char *call, int errnum, unsigned skip, unsigned times, const char *problem)
{
	prepare();
	fault_arm(call, errnum, skip, times);
	bool same = ends_with("top", problem);
	return fault_disarm() > 0 && same;
}

/* Removes the rest of a test. Returns true if PATH was left, as the only entry of its folder. */
static bool
is_left(const char *path)
{
	bool left = exists(path);
	refused.name = NULL;
	openat2_errnum = 0;
	return ends_with("top", "") && left;
}

static void
refuse(const char *name, int as_file, int as_folder)
{
	prepare();
	refused.name = name;
	refused.as_file = as_file;
	refused.as_folder = as_folder;
}

static void
test_entries(void)
{
	mkdir("top", 0700);
	close(open("top/file", O_WRONLY | O_CREAT));
	CHECK_NAMED("a file is removed by one call", ends_with("top", "") && unlinks == 1);
	mkdir("top", 0700);
	mkdir("top/empty", 0700);
	fault_arm("rmdir", EBUSY, 1, 99);
	CHECK_NAMED("an empty folder is removed like a file",
	            ends_with("top", "top: Device or resource busy") && unlinks == 3);
	fault_disarm();
	refuse("file", EPERM, ENOTDIR);
	close(open("top/file", O_WRONLY | O_CREAT));
	CHECK(ends_with("top", "top/file: Operation not permitted") && !exists("top/a"));
	CHECK(is_left("top/file"));
	refuse("file", EPERM, ENOTDIR);
	close(open("top/a/b/file", O_WRONLY | O_CREAT));
	CHECK_NAMED("a problem has the path from the folder on",
	            ends_with("top", "top/a/b/file: Operation not permitted"));
	CHECK_NAMED("all else goes", !exists("top/a/b/c") && is_left("top/a/b/file"));
	for (int old_kernel = 0; old_kernel < 2; old_kernel++) {
		refuse("link", EPERM, ENOTDIR);
		CHECK(symlink("nothing", "top/link") == 0);
		openat2_errnum = old_kernel ? ENOSYS : 0;
		CHECK_NAMED("a link that stays is a file",
		            ends_with("top", "top/link: Operation not permitted") &&
		                    is_left("top/link"));
		refuse("link", EPERM, EROFS);
		CHECK(symlink("nothing", "top/link") == 0);
		openat2_errnum = old_kernel ? ENOSYS : 0;
		CHECK(ends_with("top", "top/link: Operation not permitted") && is_left("top/link"));
	}
}

/* The answer to a removal of the folder a, and the problem that is left. */
static void
test_folders(void)
{
	static const struct {
		int as_file, as_folder;
		const char *problem;
	} cases[] = {
		{EPERM, EROFS, "top/a: Read-only file system"},
		{EISDIR, EROFS, "top/a: Read-only file system"},
		{EPERM, EEXIST, "top/a: File exists"},
		{EISDIR, ENOTEMPTY, "top/a: Directory not empty"},
		{EISDIR, EXDEV, "top/a: is a mount point"},
		/* Another program may remove it, and create it again. */
		{EISDIR, ENOENT, "top: Directory not empty"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		refuse("a", cases[i].as_file, cases[i].as_folder);
		CHECK_NAMED(cases[i].problem, ends_with("top", cases[i].problem));
		CHECK(!exists("top/a/b") && is_left("top/a"));
	}
	refuse("a", ENOENT, EPERM);
	CHECK_NAMED("an entry that is gone is not entered",
	            ends_with("top", "top: Directory not empty") && is_left("top/a/b/c/deep"));
	CHECK_NAMED("the folder itself may be gone after a pass",
	            fails_with("rmdir", ENOENT, 1, 1, "") && !exists("top/a") && is_left("top"));
	refuse("a", EISDIR, EROFS);
	fault_arm("rmdir", ENOENT, 1, 1);
	CHECK_NAMED("with all that could not be removed",
	            ends_with("top", "") && fault_disarm() == 1 && is_left("top/a"));
	CHECK(fails_with("rmdir", EBUSY, 1, 1, "top: Device or resource busy") && is_left("top"));
	mkdir("top", 0700);
	close(open("top/file", O_WRONLY | O_CREAT));
	CHECK_NAMED("a problem that does not persist is none",
	            fails_with("renameat", EACCES, 0, 1, "") && !exists("top"));
	CHECK(fails_with("renameat", EACCES, 0, 99, "top/a/b/c: Permission denied") &&
	      is_left("top/a/b/c/deep"));
	for (int i = 0; i < 3; i++)
		CHECK_NAMED(
			"a name that is used already is passed over",
			fails_with("renameat", (int[]){ENOTEMPTY, EEXIST, ENOTDIR}[i], 0, 3, "") &&
				!exists("top"));
}

static void
test_opens(void)
{
	CHECK(fails_with("open", EMFILE, 0, 1, "top: Too many open files") && is_left("top/a/b"));
	CHECK(fails_with("openat", EMFILE, 0, 1, "top: Too many open files") && is_left("top/a/b"));
	CHECK(fails_with("openat", EMFILE, 1, 1, "top/a: Too many open files") &&
	      is_left("top/a/b"));
	CHECK(fails_with("fdopendir", ENOMEM, 1, 1, "top/a: Cannot allocate memory") &&
	      is_left("top/a/b"));
	CHECK(fails_with("readdir", EIO, 0, 1, "top/.: Input/output error") && is_left("top/a/b"));
	prepare();
	openat2_errnum = ENOSYS;
	fault_arm("openat O_PATH", EMFILE, 1, 1);
	CHECK(ends_with("top", "top/a: Too many open files") && fault_disarm() == 1 &&
	      is_left("top/a/b"));
	prepare();
	openat2_errnum = EACCES;
	CHECK_NAMED("an answer of openat2 is final",
	            ends_with("top", "top: Permission denied") && is_left("top/a/b"));
	for (unsigned skip = 0; skip < 2; skip++)
		for (int closed = 0; closed < 2; closed++) {
			prepare();
			openat2_errnum = ENOSYS;
			/* The ids of both, or only that of the folder. */
			fault_arm(closed ? "fopen" : "id", ENOENT, skip, 2 - skip);
			CHECK_NAMED("a folder that may be a mount stays",
			            ends_with("top", skip ? "top: is a mount point"
			                                  : "top: Function not implemented") &&
			                    fault_disarm() == 2 - skip && is_left("top/a/b"));
		}
}

static void
test_modes(void)
{
	static const struct {
		mode_t before, after;
		bool fails;
	} cases[] = {{0, 0700, false}, {0577, 0700, false}, {0750, 0750, false}, {0, 0, true}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		refuse("b", EISDIR, EROFS);
		chmod("top/a", cases[i].before);
		fault_arm(cases[i].fails ? "fstat" : "none", EIO, 0, 99);
		if (geteuid() == 0 || !cases[i].fails)
			CHECK_NAMED("permissions of a folder are added if some are missing",
			            ends_with("top", "top/a/b: Read-only file system") &&
			                    mode_of("top/a") == cases[i].after);
		fault_disarm();
		chmod("top/a", 0700);
		CHECK(is_left("top/a/b"));
	}
}

static void
test_paths(void)
{
	removal_free(NULL);
	prepare();
	CHECK(ends_with("./top", "") && !exists("top"));
	prepare();
	CHECK(ends_with("top/a/b", "") && exists("top/a") && !exists("top/a/b"));
	refuse("a", EISDIR, EROFS);
	CHECK(ends_with("./top", "./top/a: Read-only file system") && is_left("top/a"));
	CHECK(symlink(".", "link") == 0);
	prepare();
	CHECK_NAMED("the way to the folder may lead over links",
	            ends_with("link/top", "") && !exists("top") && unlink("link") == 0);
}

static void
test_slices(void)
{
	prepare();
	struct removal *removal = removal_new("top");
	reads = 0;
	clock_runs = true;
	CHECK_NAMED("a slice has one step at least", !removal_run(removal, 0) && reads == 0);
	CHECK(!removal_run(removal, now_ns) && reads == 1);
	CHECK_NAMED("and ends when its time has come",
	            !removal_run(removal, now_ns + 3) && reads == 4);
	clock_runs = false;
	int open_fds = count_fds();
	struct removal *other = removal_new("top");
	for (int i = 0; i < 6; i++)
		removal_run(other, 0);
	CHECK(count_fds() > open_fds);
	removal_free(other);
	CHECK_NAMED("a removal that is given up closes its descriptors", count_fds() == open_fds);
	CHECK(removal_run(removal, now_ns + 1) && !exists("top") && !removal_problem(removal));
	removal_free(removal);
}

int
main(void)
{
	char base[] = "/tmp/subunit2-removal-XXXXXX";
	umask(0);
	if (!mkdtemp(base) || chdir(base) < 0 || !enter_depth())
		return 99;
	test_entries();
	test_folders();
	test_opens();
	test_modes();
	test_paths();
	test_slices();
	CHECK(leave_depth() && chdir("/") == 0 && rmdir(base) == 0);
	return check_done();
}
