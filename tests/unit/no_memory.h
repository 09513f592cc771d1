/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Allocations that fail. A program that includes this is linked with --wrap for malloc, calloc,
 * realloc, aligned_alloc, strdup and free: the references of the library under test are counted,
 * one allocation fails, and each block must be freed.
 */
#ifndef NO_MEMORY_H
#define NO_MEMORY_H

#include "check.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <subunit2.h>

static size_t no_memory_count; /* allocations of the present run */
static size_t no_memory_at;    /* the allocation that fails; 0: none */
static size_t no_memory_live;  /* blocks that are not freed */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *block);

static bool
no_memory_fails(void)
{
	bool fails = ++no_memory_count == no_memory_at;
	if (fails)
		errno = ENOMEM;
	return fails;
}

/* Count BLOCK, which is new, or NULL. */
static void *
no_memory_add(void *block)
{
	no_memory_live += block != NULL;
	return block;
}

void *
__wrap_malloc(size_t size)
{
	return no_memory_fails() ? NULL : no_memory_add(__real_malloc(size));
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return no_memory_fails() ? NULL : no_memory_add(__real_calloc(count, size));
}

void *
__wrap_realloc(void *block, size_t size)
{
	if (no_memory_fails())
		return NULL;
	return block ? __real_realloc(block, size) : no_memory_add(__real_realloc(NULL, size));
}

void *
__wrap_aligned_alloc(size_t alignment, size_t size)
{
	return no_memory_fails() ? NULL : no_memory_add(__real_aligned_alloc(alignment, size));
}

char *
__wrap_strdup(const char *text)
{
	/* libc's strdup would be counted twice in a static program, whose libc calls __wrap_malloc.
	 */
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);
	return copy ? memcpy(copy, text, size) : NULL;
}

void
__wrap_free(void *block)
{
	no_memory_live -= block != NULL;
	__real_free(block);
}

/* A sink that keeps only a hash of what it receives, and so allocates nothing. */
struct no_memory_sink {
	struct subunit2_sink sink;
	uint64_t hash;
	bool finished;
};

static inline void
no_memory_hash(struct no_memory_sink *sink, struct subunit2_view bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		sink->hash = (sink->hash ^ (unsigned char)bytes.data[i]) * 0x100000001b3u;
	sink->hash = (sink->hash ^ 0xff) * 0x100000001b3u;
}

static inline enum subunit2_result
no_memory_event(struct subunit2_sink *self, const struct subunit2_event *event,
                struct subunit2_error *error)
{
	struct no_memory_sink *sink = (struct no_memory_sink *)self;
	const char flags[] = {(char)event->status, event->runnable, event->eof};
	(void)error;
	no_memory_hash(sink, event->test_id);
	no_memory_hash(sink, event->tags.packed);
	no_memory_hash(sink, event->route_code);
	no_memory_hash(sink, event->mime_type);
	no_memory_hash(sink, event->file_name);
	no_memory_hash(sink, event->file_bytes);
	no_memory_hash(sink, (struct subunit2_view){flags, sizeof(flags)});
	return SUBUNIT2_E_OK;
}

static inline enum subunit2_result
no_memory_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	(void)error;
	((struct no_memory_sink *)self)->finished = true;
	return SUBUNIT2_E_OK;
}

/*
 * Runs SCENARIO once with memory, then once for each of its allocations, which fails. SCENARIO
 * returns false if a function reported the failure, and sets *HASH to a hash of its results. A
 * run that reports nothing must have the same results as the run with memory. Each run frees all
 * that it allocates. Under valgrind, every seventh allocation fails.
 */
static inline void
no_memory_run(const char *name, bool (*scenario)(uint64_t *hash))
{
	uint64_t expected = 0, hash;
	size_t lost = 0, leaks = 0, total, step = getenv("CHECK_VALGRIND") ? 7 : 1;
	no_memory_at = no_memory_count = no_memory_live = 0;
	bool whole = scenario(&expected);
	leaks += no_memory_live > 0;
	total = no_memory_count;
	for (size_t at = 1; at <= total; at += step) {
		no_memory_at = at;
		no_memory_count = no_memory_live = 0;
		if (scenario(&hash) && hash != expected && !lost++)
			printf("# %s: nothing was reported when allocation %zu failed\n", name, at);
		if (no_memory_live > 0 && !leaks++)
			printf("# %s: %zu blocks are not freed after allocation %zu failed\n", name,
			       no_memory_live, at);
	}
	no_memory_at = 0;
	printf("# %s: %zu allocations\n", name, total);
	check_report(whole && total > 0, __FILE__, __LINE__, name);
	CHECK_NAMED("each failed allocation is reported", lost == 0);
	CHECK_NAMED("each block is freed", leaks == 0);
}

#endif
