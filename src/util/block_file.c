/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "block_file.h"

#include "memory.h"
#include "tempfile.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCK_SIZE 16384

struct block_file {
	int fd;         /* -1: not needed yet */
	uint32_t *next; /* of each block: the next one in its chain, or among the free blocks */
	uint32_t count, size;
	uint32_t free, free_count; /* the first free block, and the number of free blocks */
};

struct block_file *
block_file_new(void)
{
	struct block_file *block_file = memory_zeroed(1, sizeof(*block_file));
	block_file->fd = -1;
	return block_file;
}

void
block_file_free(struct block_file *block_file)
{
	if (!block_file)
		return;
	if (block_file->fd >= 0)
		close(block_file->fd);
	free(block_file->next);
	free(block_file);
}

static uint32_t
block_file_allocate_block(struct block_file *block_file)
{
	uint32_t block = block_file->free;
	if (block_file->free_count > 0) {
		block_file->free = block_file->next[block];
		block_file->free_count--;
		return block;
	}
	if (block_file->count == block_file->size) {
		block_file->size = block_file->size ? 2 * block_file->size : 64;
		block_file->next = memory_resize(block_file->next, block_file->size,
		                                 sizeof(*block_file->next));
	}
	return block_file->count++;
}

/* Appends a block to the chain if its last one is full. */
static void
block_file_lengthen(struct block_file *block_file, struct block_chain *chain)
{
	uint32_t block = block_file_allocate_block(block_file);
	if (chain->len == 0)
		chain->first = block;
	else
		block_file->next[chain->last] = block;
	chain->last = block;
}

static off_t
block_file_offset_of(uint32_t block, uint64_t at)
{
	return (off_t)block * BLOCK_SIZE + (off_t)(at % BLOCK_SIZE);
}

int
block_file_add(struct block_file *block_file, struct block_chain *chain, struct subunit2_view bytes)
{
	if (block_file->fd < 0 && (block_file->fd = tempfile_open()) < 0)
		return errno;
	while (bytes.len > 0) {
		size_t room = BLOCK_SIZE - chain->len % BLOCK_SIZE;
		if (room == BLOCK_SIZE)
			block_file_lengthen(block_file, chain);
		ssize_t wrote =
			pwrite(block_file->fd, bytes.data, bytes.len < room ? bytes.len : room,
		               block_file_offset_of(chain->last, chain->len));
		if (wrote < 0 && errno != EINTR)
			return errno;
		chain->len += wrote > 0 ? (uint64_t)wrote : 0;
		bytes.data += wrote > 0 ? wrote : 0;
		bytes.len -= wrote > 0 ? (size_t)wrote : 0;
	}
	return 0;
}

ssize_t
block_file_read(const struct block_file *block_file, const struct block_chain *chain,
                struct block_chain_place *place, char *buffer, size_t size)
{
	size_t done = 0;
	while (done < size && place->at < chain->len) {
		uint64_t rest = chain->len - place->at;
		size_t room = BLOCK_SIZE - place->at % BLOCK_SIZE;
		size_t want = size - done < room ? size - done : room;
		if (want > rest)
			want = (size_t)rest;
		ssize_t got = pread(block_file->fd, buffer + done, want,
		                    block_file_offset_of(place->block, place->at));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			errno = got < 0 ? errno : EIO;
			return -1;
		}
		done += (size_t)got;
		place->at += (uint64_t)got;
		if (place->at % BLOCK_SIZE == 0 && place->at < chain->len)
			place->block = block_file->next[place->block];
	}
	return (ssize_t)done;
}

void
block_file_drop(struct block_file *block_file, struct block_chain *chain)
{
	uint64_t blocks = (chain->len + BLOCK_SIZE - 1) / BLOCK_SIZE;
	if (blocks > 0) {
		block_file->next[chain->last] = block_file->free;
		block_file->free = chain->first;
		block_file->free_count += (uint32_t)blocks;
	}
	*chain = (struct block_chain){0};
}
