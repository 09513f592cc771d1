/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * For LD_PRELOAD: the allocation number $FAIL_AT of the program fails, and with $FAIL_ON
 * all that follow; the file $FAIL_TOLD is made then.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static long count, fail_at;
static int goes_on;
static const char *told;

__attribute__((constructor)) static void
begin(void)
{
	const char *at = getenv("FAIL_AT");
	told = getenv("FAIL_TOLD");
	goes_on = getenv("FAIL_ON") != NULL;
	count = 0;
	fail_at = at ? atol(at) : 0;
	/* Let the allocations of child programs succeed. */
	unsetenv("LD_PRELOAD");
}

static int
fails(void)
{
	if (!fail_at || (++count != fail_at && !(goes_on && count > fail_at)))
		return 0;
	if (told)
		close(open(told, O_CREAT | O_WRONLY | O_CLOEXEC, 0666));
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t amount, size_t size)
{
	return fails() ? NULL : __libc_calloc(amount, size);
}

void *
realloc(void *block, size_t size)
{
	return fails() ? NULL : __libc_realloc(block, size);
}

void *
aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : __libc_memalign(alignment, size);
}
