/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "attachment_store.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* A multiple of every page size. */
#define BLOCK_SIZE ((size_t)1 << 20)

bool
attachment_store_open(struct attachment_store *store, int (*temporary)(void))
{
	if (!store->is_open) {
		store->fd = temporary();
		store->is_open = store->fd >= 0;
	}
	return store->is_open;
}

void
attachment_store_close(struct attachment_store *store)
{
	if (store->is_open)
		close(store->fd);
	free(store->free);
	*store = (struct attachment_store){0};
}

/* Make room for more than COUNT numbers in LIST, which has *SIZE. Return false if memory is short.
 */
static bool
attachment_store_make_room(size_t **list, size_t *size, size_t count)
{
	size_t larger = *size ? 2 * *size : 4;
	size_t *numbers;

	if (count < *size)
		return true;
	numbers = realloc(*list, larger * sizeof(*numbers));
	if (!numbers)
		return false;
	*list = numbers;
	*size = larger;
	return true;
}

/* Append a block to STORED. Return false if memory is short. The list of free blocks always has
 * room for all blocks, so that a release cannot fail. */
static bool
attachment_store_add_block(struct attachment_store *store, struct stored *stored)
{
	size_t at = (size_t)(stored->len / BLOCK_SIZE);

	if (!attachment_store_make_room(&stored->blocks, &stored->size, at))
		return false;
	if (store->free_count > 0) {
		stored->blocks[at] = store->free[--store->free_count];
		return true;
	}
	if (!attachment_store_make_room(&store->free, &store->free_size, store->count))
		return false;
	stored->blocks[at] = store->count++;
	return true;
}

static off_t
attachment_store_offset_of(size_t block)
{
	return (off_t)block * (off_t)BLOCK_SIZE;
}

enum subunit2_result
attachment_store_add(struct attachment_store *store, struct stored *stored,
                     struct subunit2_view bytes, struct subunit2_error *error)
{
	while (bytes.len > 0) {
		size_t at = (size_t)(stored->len % BLOCK_SIZE), room = BLOCK_SIZE - at;
		ssize_t written;

		if (at == 0 && !attachment_store_add_block(store, stored))
			return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "attachment",
			                          "out of memory");
		written = pwrite(
			store->fd, bytes.data, bytes.len < room ? bytes.len : room,
			attachment_store_offset_of(stored->blocks[stored->len / BLOCK_SIZE]) +
				(off_t)at);
		if (written < 0 && at == 0)
			store->free[store->free_count++] = stored->blocks[stored->len / BLOCK_SIZE];
		if (written < 0 && errno != EINTR)
			return subunit2_error_system(error, "temporary file", errno);
		if (written < 0)
			continue;
		stored->len += (uint64_t)written;
		bytes.data += written;
		bytes.len -= (size_t)written;
	}
	return SUBUNIT2_E_OK;
}

/* Return how many of the COUNT blocks from AT on follow each other in the file. */
static size_t
attachment_store_run_of(const size_t *blocks, size_t at, size_t count)
{
	size_t run = 1;

	while (at + run < count && blocks[at + run] == blocks[at] + run)
		run++;
	return run;
}

enum subunit2_result
attachment_store_map(const struct attachment_store *store, const struct stored *stored, char **map,
                     struct subunit2_error *error)
{
	size_t len = (size_t)stored->len, count = (len + BLOCK_SIZE - 1) / BLOCK_SIZE;
	char *all;

	if (stored->len > SIZE_MAX - BLOCK_SIZE)
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "attachment", "too long");
	all = mmap(NULL, len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (all == MAP_FAILED)
		return subunit2_error_system(error, "attachment", errno);
	for (size_t at = 0, run; at < count; at += run) {
		size_t from = at * BLOCK_SIZE, part;

		run = attachment_store_run_of(stored->blocks, at, count);
		part = run * BLOCK_SIZE < len - from ? run * BLOCK_SIZE : len - from;
		if (mmap(all + from, part, PROT_READ, MAP_PRIVATE | MAP_FIXED, store->fd,
		         attachment_store_offset_of(stored->blocks[at])) == MAP_FAILED) {
			int errnum = errno;

			munmap(all, len);
			return subunit2_error_system(error, "attachment", errnum);
		}
	}
	*map = all;
	return SUBUNIT2_E_OK;
}

void
attachment_store_release(struct attachment_store *store, struct stored *stored)
{
	size_t count = (size_t)((stored->len + BLOCK_SIZE - 1) / BLOCK_SIZE);

	for (size_t i = count; i-- > 0;)
		store->free[store->free_count++] = stored->blocks[i];
	free(stored->blocks);
	*stored = (struct stored){0};
	/* If no block is in use, free the disk space. */
	if (store->count > 0 && store->free_count == store->count && ftruncate(store->fd, 0) == 0)
		store->count = store->free_count = 0;
}
