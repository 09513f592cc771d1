/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "block_file.h"

#include "memory.h"
#include "tempfile.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define BLOCK_SIZE 16384

struct scratch {
	int fd;         /* -1: not needed yet */
	uint32_t *next; /* of each block: the one behind it, in its strand or among the free */
	uint32_t count, size;
	uint32_t free, free_count; /* the first that is free; how many are */
};

struct scratch *
scratch_new(void)
{
	struct scratch *scratch = memory_zeroed(1, sizeof(*scratch));
	scratch->fd = -1;
	return scratch;
}

void
scratch_free(struct scratch *scratch)
{
	if (!scratch)
		return;
	if (scratch->fd >= 0)
		close(scratch->fd);
	free(scratch->next);
	free(scratch);
}

static uint32_t
take_block(struct scratch *scratch)
{
	uint32_t block = scratch->free;
	if (scratch->free_count > 0) {
		scratch->free = scratch->next[block];
		scratch->free_count--;
		return block;
	}
	if (scratch->count == scratch->size) {
		scratch->size = scratch->size ? 2 * scratch->size : 64;
		scratch->next = memory_resize(scratch->next, scratch->size, sizeof(*scratch->next));
	}
	return scratch->count++;
}

/* Makes room for more in the strand's last block. */
static void
lengthen(struct scratch *scratch, struct strand *strand)
{
	uint32_t block = take_block(scratch);
	if (strand->len == 0)
		strand->first = block;
	else
		scratch->next[strand->last] = block;
	strand->last = block;
}

static off_t
offset_of(uint32_t block, uint64_t at)
{
	return (off_t)block * BLOCK_SIZE + (off_t)(at % BLOCK_SIZE);
}

int
scratch_add(struct scratch *scratch, struct strand *strand, struct subunit2_view bytes)
{
	if (scratch->fd < 0 && (scratch->fd = temporary_open()) < 0)
		return errno;
	while (bytes.len > 0) {
		size_t room = BLOCK_SIZE - strand->len % BLOCK_SIZE;
		if (room == BLOCK_SIZE)
			lengthen(scratch, strand);
		ssize_t wrote = pwrite(scratch->fd, bytes.data, bytes.len < room ? bytes.len : room,
		                       offset_of(strand->last, strand->len));
		if (wrote < 0 && errno != EINTR)
			return errno;
		strand->len += wrote > 0 ? (uint64_t)wrote : 0;
		bytes.data += wrote > 0 ? wrote : 0;
		bytes.len -= wrote > 0 ? (size_t)wrote : 0;
	}
	return 0;
}

ssize_t
scratch_read(const struct scratch *scratch, const struct strand *strand, struct strand_place *place,
             char *buffer, size_t size)
{
	size_t done = 0;
	while (done < size && place->at < strand->len) {
		uint64_t rest = strand->len - place->at;
		size_t room = BLOCK_SIZE - place->at % BLOCK_SIZE;
		size_t want = size - done < room ? size - done : room;
		if (want > rest)
			want = (size_t)rest;
		ssize_t got =
			pread(scratch->fd, buffer + done, want, offset_of(place->block, place->at));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			errno = got < 0 ? errno : EIO;
			return -1;
		}
		done += (size_t)got;
		place->at += (uint64_t)got;
		if (place->at % BLOCK_SIZE == 0 && place->at < strand->len)
			place->block = scratch->next[place->block];
	}
	return (ssize_t)done;
}

void
scratch_drop(struct scratch *scratch, struct strand *strand)
{
	uint64_t blocks = (strand->len + BLOCK_SIZE - 1) / BLOCK_SIZE;
	if (blocks > 0) {
		scratch->next[strand->last] = scratch->free;
		scratch->free = strand->first;
		scratch->free_count += (uint32_t)blocks;
	}
	*strand = (struct strand){0};
}
