/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The log and the results of a test: created, opened again, and closed with what was lost. */
#include "automake_files.h"
#include "check.h"
#include "count_fds.h"
#include "messages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/subunit2-files-XXXXXX", path[64];

/* Returns whether the file has TEXT, and no more. */
static bool
holds(const char *text)
{
	char got[64];
	FILE *file = fopen(path, "r");
	size_t len = file ? fread(got, 1, sizeof(got), file) : 0;
	if (file)
		fclose(file);
	return file && len == strlen(text) && memcmp(got, text, len) == 0;
}

static void
check_files(void)
{
	int before = count_fds();
	struct stat status;
	mode_t mask = umask(0);
	FILE *file = automake_files_create(path);
	umask(mask);
	CHECK_NAMED("all users may read and write a file, but for the mask",
	            stat(path, &status) == 0 && (status.st_mode & 0777) == 0666);
	CHECK(file && holds("") && fcntl(fileno(file), F_GETFD) & FD_CLOEXEC);
	fputs("one", file);
	fflush(file);
	FILE *other = fopen(path, "a");
	fputs("two", other);
	fclose(other);
	fputs("three", file);
	CHECK(automake_files_close(file, path));
	CHECK_NAMED("both of two writers append", holds("onetwothree"));
	file = automake_files_create(path);
	CHECK_NAMED("a file is created anew", file && holds(""));
	fputs("one", file);
	unlink(path);
	file = automake_files_reopen(file, path);
	CHECK_NAMED("a file that was removed is created again", file && holds(""));
	fputs("two", file);
	file = automake_files_reopen(file, path);
	CHECK(file && holds("two"));
	fputs("three", file);
	CHECK(automake_files_close(file, path) && holds("twothree"));
	CHECK(messages_are("") && count_fds() == before);
}

static void
check_lost_bytes(void)
{
	int before = count_fds();
	CHECK(!automake_files_create("/nonexistent/log"));
	CHECK(messages_are("/nonexistent/log: No such file or directory\n"));
	FILE *file = automake_files_create("/dev/full");
	fputs("lost", file);
	CHECK(!automake_files_close(file, "the log"));
	CHECK(messages_are("the log: No space left on device\n"));
	file = automake_files_create("/dev/full");
	fputs("lost", file);
	fflush(file);
	CHECK_NAMED("an earlier failure counts", !automake_files_close(file, "the log"));
	CHECK(strncmp(messages_take(), "the log: ", 9) == 0);
	file = automake_files_create("/dev/full");
	fputs("lost", file);
	CHECK(!automake_files_reopen(file, "/dev/full"));
	CHECK(messages_are("/dev/full: No space left on device\n"));
	CHECK(count_fds() == before);
}

int
main(void)
{
	messages_begin();
	if (!mkdtemp(folder))
		return 99;
	snprintf(path, sizeof(path), "%s/log", folder);
	check_files();
	check_lost_bytes();
	unlink(path);
	rmdir(folder);
	return check_done();
}
