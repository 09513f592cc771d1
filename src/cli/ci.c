/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "ci.h"

#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARENTS_MAX 64
#define SAVED_FD_FIRST 10
#define SAVED_FD_LAST 15
#define STAT_SIZE 512 /* bytes of /proc/PID/stat up to the parent's id, and more */

static bool
ci_is_true(const char *variable)
{
	const char *value = getenv(variable);
	return value && strcmp(value, "true") == 0;
}

enum ci_service
ci_detect(void)
{
	return ci_is_true("GITHUB_ACTIONS") ? CI_GITHUB
	       : ci_is_true("GITLAB_CI")    ? CI_GITLAB
	                                    : CI_PLAIN;
}

const char *
ci_format(enum ci_service service)
{
	return service == CI_GITHUB ? "github" : service == CI_GITLAB ? "gitlab" : "text";
}

/* Fills STATUS with that of /proc/PID/NAME. PID 0 is this process. */
static bool
ci_stat(long pid, const char *name, struct stat *status)
{
	char path[64];
	if (pid > 0)
		snprintf(path, sizeof(path), "/proc/%ld/%s", pid, name);
	else
		snprintf(path, sizeof(path), "/proc/self/%s", name);
	return stat(path, status) == 0;
}

/* Returns true if NAME of process PID is the same file as that of this process. */
static bool
ci_shares(long pid, const char *name)
{
	struct stat own, other;
	return ci_stat(0, name, &own) && ci_stat(pid, name, &other) && own.st_dev == other.st_dev &&
	       own.st_ino == other.st_ino;
}

/* Returns true if process PID holds a writable file at a descriptor where shells save the standard
 * output that they redirect: dash redirects its own before it starts a command. */
static bool
ci_saved_stdout(long pid)
{
	for (int fd = SAVED_FD_FIRST; fd <= SAVED_FD_LAST; fd++) {
		char path[64];
		unsigned flags;
		snprintf(path, sizeof(path), "/proc/%ld/fdinfo/%d", pid, fd);
		FILE *file = fopen(path, "re");
		if (!file)
			continue;
		bool writable = fscanf(file, "pos: %*u flags: %o", &flags) == 1 &&
		                (flags & O_ACCMODE) != O_RDONLY;
		fclose(file);
		if (writable)
			return true;
	}
	return false;
}

/* Returns true if standard output and standard error are the same file: 2>&1 | tee log. */
static bool
ci_shares_own(void)
{
	struct stat out, err;
	return fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &err) == 0 &&
	       out.st_dev == err.st_dev && out.st_ino == err.st_ino;
}

/* Returns the parent of process PID; 0: unknown. */
static long
ci_parent_of(long pid)
{
	char path[64], text[STAT_SIZE];
	long parent = 0;
	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	FILE *file = fopen(path, "re");
	if (!file)
		return 0;
	size_t len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	/* The name of the command is in parentheses and may hold some itself. */
	const char *end = strrchr(text, ')');
	return end && sscanf(end + 1, " %*c %ld", &parent) == 1 ? parent : 0;
}

bool
ci_stdout_is_log(void)
{
	if (!ci_is_true("CI") || getenv("SUBUNIT2_TEST_ID") || isatty(STDOUT_FILENO))
		return false;
	bool in_job = true, is_log = ci_shares_own();
	long pid = getppid();
	for (int i = 0; i < PARENTS_MAX && pid > 0; i++, pid = ci_parent_of(pid)) {
		if (ci_shares(pid, "exe"))
			return false;
		in_job = in_job && ci_shares(pid, "fd/2");
		if (in_job && (!ci_shares(pid, "fd/1") || ci_saved_stdout(pid)))
			return false;
		is_log |= in_job;
	}
	return is_log;
}

bool
ci_begin_lines(struct ci_lines *lines)
{
	lines->guarded = ci_detect() == CI_GITHUB && ci_stdout_is_log();
	if (!lines->guarded)
		return true;
	if (!github_token_make(lines->token)) {
		message("cannot get random bytes: %s", strerror(errno));
		return false;
	}
	printf("::stop-commands::%s\n", lines->token);
	return true;
}

void
ci_end_lines(const struct ci_lines *lines)
{
	if (lines->guarded)
		printf("::%s::\n", lines->token);
}
