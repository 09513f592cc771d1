/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Removals: all that is below a folder goes, and nothing beside it. */
#include "removal.h"
#include "check.h"

#include "clock.h"
#include "depth.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char base[] = "/tmp/removal-XXXXXX";

static void
put(const char *path)
{
	close(open(path, O_WRONLY | O_CREAT, 0600));
}

static bool
exists(const char *path)
{
	struct stat about;
	return lstat(path, &about) == 0;
}

/* Removes the folder PATH to the end; returns what removal_problem says, or "". */
static const char *
removed(const char *path)
{
	static char problem[512];
	struct removal *removal = removal_new(path);
	for (unsigned i = 0; !removal_run(removal, 0);)
		if (++i > 100000)
			abort();
	snprintf(problem, sizeof(problem), "%s",
	         removal_problem(removal) ? removal_problem(removal) : "");
	removal_free(removal);
	return problem;
}

/* The folder top with a few things in it, and the folder outside beside it. */
static void
prepare(void)
{
	mkdir("top", 0700);
	mkdir("top/a", 0700);
	mkdir("top/a/b", 0700);
	put("top/a/b/file");
	put("top/file");
	mkdir("outside", 0755);
	put("outside/file");
}

static void
test_all(void)
{
	prepare();
	CHECK(symlink("../outside", "top/link") == 0);
	CHECK(strcmp(removed("top"), "") == 0 && !exists("top"));
	CHECK(exists("outside/file"));
	CHECK(strcmp(removed("top"), "") == 0);
	CHECK(symlink("outside", "top") == 0);
	CHECK_NAMED("a link in its place is removed, not followed",
	            strcmp(removed("top"), "") == 0 && !exists("top") && exists("outside/file"));
}

/* Deeper than any path or number of descriptors, with names that are numbers. */
static void
test_depth(void)
{
	int fds[2] = {-1, -1};
	mkdir("top", 0700);
	put("top/1");
	mkdir("top/2", 0700);
	fds[0] = open("top", O_RDONLY | O_DIRECTORY);
	for (int i = 0; i < 500; i++) {
		mkdirat(fds[0], "0123456789", 0700);
		fds[1] = openat(fds[0], "0123456789", O_RDONLY | O_DIRECTORY);
		close(openat(fds[1], "file", O_WRONLY | O_CREAT, 0600));
		close(fds[0]);
		fds[0] = fds[1];
	}
	close(fds[0]);
	CHECK(strcmp(removed("top"), "") == 0 && !exists("top"));
}

/* In slices, interrupted by pauses. */
static void
test_pause(void)
{
	prepare();
	struct removal *removal = removal_new("top");
	unsigned steps = 0;
	while (steps < 1000 && !removal_run(removal, 0))
		if (++steps == 6)
			removal_pause(removal);
	CHECK(steps > 4 && steps < 1000 && !removal_problem(removal) && !exists("top"));
	removal_free(removal);
}

/* Runs TEST in a child with mounts of its own. */
static void
in_child(bool (*test)(void), const char *name)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		bool root = geteuid() == 0;
		if (unshare(CLONE_NEWNS | (root ? 0 : CLONE_NEWUSER)) < 0 ||
		    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0)
			_exit(2);
		_exit(!test());
	}
	int status = 0;
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		printf("ok %u - %s # SKIP no mounts here\n", ++check_count, name);
	else
		CHECK_NAMED(name, status == 0);
	umount2("top/a/mounted", MNT_DETACH);
	removed("top");
}

/* From now on CALL fails with ERRNUM. */
static void
forbid(int call, int errnum)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)errnum),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(*code), code};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		_exit(3);
}

/* A bind mount has the device of what it lies on. */
static bool
stays_off_mount(void)
{
	prepare();
	mkdir("top/a/mounted", 0700);
	if (mount("outside", "top/a/mounted", "none", MS_BIND, NULL) < 0)
		_exit(2);
	const char *problem = removed("top");
	return strcmp(problem, "top/a/mounted: is a mount point") == 0 && exists("outside/file") &&
	       !exists("top/file") && !exists("top/a/b");
}

static bool
stays_off_mount_without_openat2(void)
{
	forbid(SYS_openat2, ENOSYS);
	return stays_off_mount();
}

static bool
stays_off_mount_on_it(void)
{
	prepare();
	if (mount("outside", "top", "none", MS_BIND, NULL) < 0)
		_exit(2);
	const char *problem = removed("top");
	bool good = strcmp(problem, "top: is a mount point") == 0 && exists("outside/file");
	umount2("top", MNT_DETACH);
	return good;
}

static bool
removes_without_openat2(void)
{
	prepare();
	forbid(SYS_openat2, EPERM);
	return strcmp(removed("top"), "") == 0 && !exists("top");
}

/* Neither openat2 nor the ids of mounts. */
static bool
leaves_what_it_cannot_judge(void)
{
	prepare();
	forbid(SYS_openat2, ENOSYS);
	if (mount("none", "/proc", "tmpfs", 0, NULL) < 0)
		_exit(2);
	const char *problem = removed("top");
	return strcmp(problem, "top: Function not implemented") == 0 && exists("top/a/b/file");
}

static bool
ends_where_moving_fails(void)
{
	prepare();
	mkdir("top/a/b/c", 0700);
	mkdir("top/a/b/c/d", 0700);
	forbid(SYS_renameat, EACCES);
	forbid(SYS_renameat2, EACCES);
	const char *problem = removed("top");
	return strcmp(problem, "top/a/b/c: Permission denied") == 0 && !exists("top/file") &&
	       !exists("top/a/b/file");
}

static bool
ends_where_removing_fails(void)
{
	prepare();
	forbid(SYS_unlinkat, EROFS);
	return strncmp(removed("top"), "top/", 4) == 0 && exists("top/a/b/file");
}

int
main(void)
{
	if (!mkdtemp(base) || chdir(base) < 0 || !enter_depth())
		return 99;
	test_all();
	test_depth();
	test_pause();
	in_child(stays_off_mount, "a bind mount is not entered");
	in_child(stays_off_mount_without_openat2, "nor without openat2");
	in_child(stays_off_mount_on_it, "nor one in its place");
	in_child(removes_without_openat2, "openat2 may be forbidden");
	in_child(leaves_what_it_cannot_judge, "without /proc as well, the folder stays");
	in_child(ends_where_moving_fails, "a folder that cannot be moved stays");
	in_child(ends_where_removing_fails, "an entry that cannot be removed stays");
	removed("outside");
	CHECK(leave_depth() && chdir("/") == 0);
	CHECK(strcmp(removed(base), "") == 0);
	return check_done();
}
