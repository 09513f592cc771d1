/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The temporary file of a collector, which holds all large attachments in blocks: one descriptor
 * serves any number of open tests. Released blocks are used again. The file is emptied when no
 * block is in use.
 */
#ifndef ATTACHMENT_STORE_H
#define ATTACHMENT_STORE_H

#include <subunit2/error.h>
#include <subunit2/view.h>

/* Starts as all zeroes; release with attachment_store_close. */
struct attachment_store {
	bool is_open;
	int fd;
	size_t count; /* blocks in the file */
	size_t *free; /* the blocks that are not in use */
	size_t free_count, free_size;
};

/* Bytes in the store. Starts as all zeroes; release with attachment_store_release. */
struct stored {
	uint64_t len;
	size_t *blocks;
	size_t size; /* allocated */
};

/* Open the file with TEMPORARY, unless it is open. Return false if that fails. */
bool attachment_store_open(struct attachment_store *store, int (*temporary)(void));
void attachment_store_close(struct attachment_store *store);

/* Append BYTES to STORED. */
enum subunit2_result attachment_store_add(struct attachment_store *store, struct stored *stored,
                                          struct subunit2_view bytes, struct subunit2_error *error);

/* Map all of STORED, which is not empty, and set *MAP. Unmap with munmap(*MAP, stored->len). */
enum subunit2_result attachment_store_map(const struct attachment_store *store,
                                          const struct stored *stored, char **map,
                                          struct subunit2_error *error);

/* Return the blocks of STORED to the store and make STORED empty. */
void attachment_store_release(struct attachment_store *store, struct stored *stored);

#endif
