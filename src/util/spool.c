/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "spool.h"

#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ALL_MAX (8 << 20)    /* bytes of all spools in memory */
#define FEW 4096             /* bytes of a spool that stay in memory even above ALL_MAX */
#define READ_SIZE (64 << 10) /* bytes read from the file at a time */

void
spools_begin(struct spools *spools, size_t each_max)
{
	*spools = (struct spools){.each_max = each_max, .block_file = block_file_new()};
}

void
spools_end(struct spools *spools)
{
	if (spools->file)
		fclose(spools->file);
	block_file_free(spools->block_file);
	*spools = (struct spools){0};
}

static void
spool_resize(struct spools *spools, struct spool *spool, size_t size)
{
	spools->in_memory += size - spool->size;
	spool->data = memory_resize(spool->data, size, 1);
	spool->size = size;
}

static void
spool_release(struct spools *spools, struct spool *spool)
{
	spools->in_memory -= spool->size;
	free(spool->data);
	spool->data = NULL;
	spool->len = spool->size = 0;
}

/* Moves the bytes in memory to the file. Keeps the memory allocated, unless the set is above its
 * limit. */
static void
spool_unload(struct spools *spools, struct spool *spool)
{
	spool->errnum = block_file_add(spools->block_file, &spool->unloaded,
	                               (struct subunit2_view){spool->data, spool->len});
	spool->len = 0;
	if (spools->in_memory > ALL_MAX || spool->errnum)
		spool_release(spools, spool);
}

static void
spool_append(struct spools *spools, struct spool *spool, struct subunit2_view bytes)
{
	if (spool->errnum || bytes.len == 0)
		return;
	if (spool->len + bytes.len > spool->size)
		spool_resize(spools, spool,
		             2 * spool->size > spool->len + bytes.len ? 2 * spool->size
		                                                      : spool->len + bytes.len);
	memcpy(spool->data + spool->len, bytes.data, bytes.len);
	spool->len += bytes.len;
	if (spool->len > spools->each_max || (spools->in_memory > ALL_MAX && spool->len > FEW))
		spool_unload(spools, spool);
}

static enum subunit2_result
spool_check(const struct spool *spool, struct subunit2_error *error)
{
	return spool->errnum ? subunit2_error_system(error, "temporary file", spool->errnum)
	                     : SUBUNIT2_E_OK;
}

/* For fopencookie. Never fails, because stdio would write the rest to the next spool; the spool
 * keeps the error. */
static ssize_t
spool_write_through(void *cookie, const char *data, size_t len)
{
	struct spools *spools = cookie;
	spool_append(spools, spools->written, (struct subunit2_view){data, len});
	return (ssize_t)len;
}

/* Writes the buffered bytes of the stream to their spool. */
static void
spool_flush_stream(struct spools *spools)
{
	if (spools->written)
		fflush(spools->file);
}

/* If the stream writes to SPOOL, writes its buffered bytes, and detaches it from SPOOL. */
static void
spool_end_stream(struct spools *spools, const struct spool *spool)
{
	if (spools->written != spool)
		return;
	spool_flush_stream(spools);
	spools->written = NULL;
}

enum subunit2_result
spool_add(struct spools *spools, struct spool *spool, struct subunit2_view bytes,
          struct subunit2_error *error)
{
	spool_end_stream(spools, spool);
	spool_append(spools, spool, bytes);
	return spool_check(spool, error);
}

FILE *
spool_file(struct spools *spools, struct spool *spool)
{
	if (!spools->file)
		spools->file = memory_have(fopencookie(
			spools, "w", (cookie_io_functions_t){.write = spool_write_through}));
	if (spools->written != spool) {
		spool_flush_stream(spools);
		spools->written = spool;
	}
	return spools->file;
}

bool
spool_is_empty(struct spools *spools, const struct spool *spool)
{
	spool_flush_stream(spools);
	return spool->len == 0 && spool->unloaded.len == 0 && spool->errnum == 0;
}

enum subunit2_result
spool_read(struct spools *spools, const struct spool *spool,
           enum subunit2_result (*take)(void *context, struct subunit2_view piece,
                                        struct subunit2_error *error),
           void *context, struct subunit2_error *error)
{
	char buffer[READ_SIZE];
	struct block_chain_place place = {.block = spool->unloaded.first};
	spool_flush_stream(spools);
	enum subunit2_result result = spool_check(spool, error);
	while (result == SUBUNIT2_E_OK && place.at < spool->unloaded.len) {
		ssize_t got = block_file_read(spools->block_file, &spool->unloaded, &place, buffer,
		                              sizeof(buffer));
		if (got < 0)
			return subunit2_error_system(error, "temporary file", errno);
		result = take(context, (struct subunit2_view){buffer, (size_t)got}, error);
	}
	if (result == SUBUNIT2_E_OK && spool->len > 0)
		result = take(context, (struct subunit2_view){spool->data, spool->len}, error);
	return result;
}

static enum subunit2_result
spool_put(void *context, struct subunit2_view piece, struct subunit2_error *error)
{
	(void)error;
	fwrite(piece.data, 1, piece.len, context);
	return SUBUNIT2_E_OK;
}

enum subunit2_result
spool_copy(struct spools *spools, const struct spool *spool, FILE *to, struct subunit2_error *error)
{
	return spool_read(spools, spool, spool_put, to, error);
}

void
spool_clear(struct spools *spools, struct spool *spool)
{
	if (spools->written != spool && !spool->size && !spool->unloaded.len) {
		spool->errnum = 0;
		return;
	}
	spool_end_stream(spools, spool);
	spool_release(spools, spool);
	block_file_drop(spools->block_file, &spool->unloaded);
	spool->errnum = 0;
}
