/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * For LD_PRELOAD: the allocation with the number in FAIL_ALLOC fails, once.
 *
 * Forks of the process are counted, too; programs that it executes are not. At the exit
 * of the process the number of its allocations is written to FAIL_ALLOC_COUNT.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static unsigned long made, wanted;
static char count_file[4096];
static pid_t first_pid;

__attribute__((constructor)) static void
fail_alloc_begin(void)
{
	const char *number = getenv("FAIL_ALLOC"), *file = getenv("FAIL_ALLOC_COUNT");

	if (file)
		snprintf(count_file, sizeof(count_file), "%s", file);
	first_pid = getpid();
	made = 0;
	wanted = number ? strtoul(number, NULL, 10) : 0;
	unsetenv("LD_PRELOAD");
	unsetenv("FAIL_ALLOC");
	unsetenv("FAIL_ALLOC_COUNT");
}

__attribute__((destructor)) static void
fail_alloc_end(void)
{
	char text[32];
	int len, fd;

	if (!count_file[0] || getpid() != first_pid)
		return;
	len = snprintf(text, sizeof(text), "%lu\n", made);
	fd = open(count_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, text, (size_t)len) != len)
		_exit(99);
	close(fd);
}

static int
is_to_fail(void)
{
	if (++made != wanted)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return is_to_fail() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return is_to_fail() ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *old, size_t size)
{
	return is_to_fail() ? NULL : __libc_realloc(old, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return is_to_fail() ? NULL : __libc_memalign(alignment, size);
}
