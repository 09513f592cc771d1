/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Files in memory: the text holds all writes, also after a seek, and an allocation that fails ends
 * the program once. */
#include "memory_file.h"
#include "check.h"

#include "die.h"
#include "exit_status.h"
#include "in_fork.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static size_t size_max = SIZE_MAX; /* larger allocations fail */

/* In place of libc's, which memory_resize calls. */
void *
reallocarray(void *block, size_t count, size_t size)
{
	if (count * size > size_max) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(block, count * size);
}

static void
check_writing(void)
{
	char *text;
	size_t len;
	FILE *file = memory_file(&text, &len);
	CHECK(file && len == 0 && strcmp(text, "") == 0);
	for (int i = 0; i < 10000; i++)
		fputs("line\n", file);
	fflush(file);
	CHECK(len == 50000 && strlen(text) == len && strcmp(text + len - 10, "line\nline\n") == 0);
	CHECK(fseek(file, 5, SEEK_SET) == 0 && len == 5 && strcmp(text, "line\n") == 0);
	CHECK(fseek(file, 6, SEEK_SET) < 0 && errno == EINVAL);
	CHECK(fseek(file, -6, SEEK_CUR) < 0 && errno == EINVAL);
	clearerr(file);
	fputs("more", file);
	CHECK(fclose(file) == 0 && len == 9 && strcmp(text, "line\nmore") == 0);
	free(text);
}

/* Writes to a file in memory until an allocation fails, which ends the process. */
static int
write_too_much(void)
{
	static const char piece[10000];
	char *text;
	size_t len;
	if (!freopen("/dev/null", "w", stderr))
		_exit(99);
	die_begin(EXIT_STATUS_IO);
	size_max = 100000;
	FILE *file = memory_file(&text, &len);
	for (int i = 0; i < 20; i++)
		fwrite(piece, 1, sizeof(piece), file);
	return 98;
}

static void
check_no_memory(void)
{
	CHECK_NAMED("a failed allocation ends the program by its exit status",
	            in_fork(write_too_much) == EXIT_STATUS_IO);
}

int
main(void)
{
	check_writing();
	check_no_memory();
	return check_done();
}
