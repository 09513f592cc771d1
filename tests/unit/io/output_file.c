/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Outputs: how each kind is opened, and errors that are kept for a later check. */
#include "output_file.h"
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/subunit2-output-XXXXXX";
static char path[64];

static const struct output_file_options plain = {.owned = true};

static bool
holds(const char *text)
{
	char bytes[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, bytes, sizeof(bytes));
	close(fd);
	return len == (ssize_t)strlen(text) && memcmp(bytes, text, (size_t)len) == 0;
}

static void
check_files(void)
{
	struct output_file to;
	struct subunit2_error error = {0};
	CHECK(output_file_open(&to, path, &plain, &error) == SUBUNIT2_E_OK && to.owned &&
	      to.seekable && !to.terminal && !to.append && !to.socket);
	fputs("first", to.file);
	CHECK(holds("") && output_file_flush(&to, &error) == SUBUNIT2_E_OK && holds("first"));
	CHECK(output_file_close(&to, &error) == SUBUNIT2_E_OK && to.fd < 0);
	const struct output_file_options append = {.owned = true, .append = true};
	CHECK(output_file_open(&to, path, &append, &error) == SUBUNIT2_E_OK && !to.owned &&
	      !to.seekable && to.append);
	fputs(", more", to.file);
	CHECK(output_file_close(&to, &error) == SUBUNIT2_E_OK && holds("first, more"));
	CHECK(output_file_open(&to, path, &plain, &error) == SUBUNIT2_E_OK &&
	      output_file_close(&to, &error) == SUBUNIT2_E_OK && holds(""));
	const struct output_file_options beside = {.beside = true};
	CHECK(output_file_open(&to, path, &beside, &error) == SUBUNIT2_E_OK && !to.seekable);
	CHECK(output_file_close(&to, &error) == SUBUNIT2_E_OK);
	const struct output_file_options nothing = {.folder = true};
	CHECK(output_file_open(&to, "/nonexistent/folder", &nothing, &error) == SUBUNIT2_E_OK &&
	      to.fd < 0 && !to.file);
	CHECK(output_file_flush(&to, &error) == SUBUNIT2_E_OK &&
	      output_file_close(&to, &error) == SUBUNIT2_E_OK);
}

static void
check_errors(void)
{
	struct output_file to;
	struct subunit2_error error = {0};
	CHECK(output_file_open(&to, "/nonexistent/file", &plain, &error) == SUBUNIT2_E_SYSTEM &&
	      error.errnum == ENOENT && strcmp(error.subject, "/nonexistent/file") == 0);
	CHECK(output_file_open(&to, "/dev/full", &plain, &error) == SUBUNIT2_E_OK && !to.seekable);
	fputs("lost", to.file);
	CHECK(output_file_check(&to, &error) == SUBUNIT2_E_OK);
	CHECK(output_file_flush(&to, &error) == SUBUNIT2_E_SYSTEM && error.errnum == ENOSPC);
	error = (struct subunit2_error){0};
	CHECK_NAMED("an error is kept",
	            output_file_check(&to, &error) == SUBUNIT2_E_SYSTEM && error.errnum == ENOSPC);
	CHECK(output_file_close(&to, &error) == SUBUNIT2_E_SYSTEM && error.errnum == ENOSPC);
	unsetenv("SUBUNIT2_OUTPUT");
	CHECK(output_file_open(&to, "@wrap", &plain, &error) == SUBUNIT2_E_SYSTEM &&
	      strcmp(error.subject, "the stream of the wrap around") == 0);
}

/* Returns true if an output to a file has colors. */
static bool
has_color(enum color color, const char *no_color, const char *force)
{
	struct output_file to;
	const struct output_file_options options = {.color = color};
	setenv("NO_COLOR", no_color, 1);
	setenv("CLICOLOR_FORCE", force, 1);
	if (output_file_open(&to, path, &options, NULL) != SUBUNIT2_E_OK)
		exit(99);
	bool has = to.color;
	output_file_close(&to, NULL);
	return has;
}

static void
check_colors(void)
{
	CHECK(has_color(COLOR_ALWAYS, "1", "0") && !has_color(COLOR_NEVER, "", "1"));
	CHECK(has_color(COLOR_AUTO, "", "1") && !has_color(COLOR_AUTO, "", "0") &&
	      !has_color(COLOR_AUTO, "", ""));
	CHECK(!has_color(COLOR_AUTO, "1", "1"));
}

/* Returns the size of a pipe of SIZE bytes that was opened as a file. */
static int
pipe_size(bool flood, int size)
{
	struct output_file to;
	int ends[2];
	char name[64];
	const struct output_file_options options = {.flood = flood};
	if (pipe2(ends, O_CLOEXEC) < 0 || fcntl(ends[0], F_SETPIPE_SZ, size) < 0)
		exit(99);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", ends[1]);
	if (output_file_open(&to, name, &options, NULL) != SUBUNIT2_E_OK || to.seekable)
		exit(98);
	output_file_close(&to, NULL);
	int now = fcntl(ends[0], F_GETPIPE_SZ);
	close(ends[0]);
	close(ends[1]);
	return now;
}

static void
check_pipes(void)
{
	CHECK(pipe_size(false, 4096) == 4096);
	CHECK_NAMED("a pipe for much output becomes larger", pipe_size(true, 4096) == 512 * 1024);
	CHECK_NAMED("and never smaller", pipe_size(true, 1024 * 1024) == 1024 * 1024);
}

static void
check_standard_output(void)
{
	struct output_file to;
	CHECK(output_file_open(&to, NULL, &plain, NULL) == SUBUNIT2_E_OK &&
	      strcmp(to.name, "standard output") == 0);
	CHECK_NAMED("standard output stays open", output_file_close(&to, NULL) == SUBUNIT2_E_OK &&
	                                                  fcntl(STDOUT_FILENO, F_GETFD) >= 0);
}

int
main(void)
{
	if (!mkdtemp(folder))
		return 99;
	snprintf(path, sizeof(path), "%s/file", folder);
	check_files();
	check_errors();
	check_colors();
	check_pipes();
	check_standard_output();
	unlink(path);
	rmdir(folder);
	return check_done();
}
