/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The temporary file of a collector, in which all its large attachments are kept: in
 * blocks, so that a descriptor is enough for any number of open tests. Blocks that are
 * released are used again, and the file is emptied when no block is in use.
 */
#ifndef ATTACHMENT_STORE_H
#define ATTACHMENT_STORE_H

#include <subunit2/error.h>
#include <subunit2/view.h>

/* Starts as all zeroes; released with attachment_store_close. */
struct attachment_store {
	bool is_open;
	int fd;
	size_t count; /* blocks that the file has */
	size_t *free; /* those that are not in use */
	size_t free_count, free_size;
};

/* Bytes in the store. Starts as all zeroes. */
struct stored {
	uint64_t len;
	size_t *blocks;
	size_t size; /* allocated */
};

/* Opens the file with TEMPORARY, unless it is open. Returns false on failure. */
bool attachment_store_open(struct attachment_store *store, int (*temporary)(void));
void attachment_store_close(struct attachment_store *store);

/* Appends BYTES to STORED. */
enum subunit2_result attachment_store_add(struct attachment_store *store, struct stored *stored,
                                          struct subunit2_view bytes, struct subunit2_error *error);

/* Maps all of STORED, which is not empty, to be unmapped with munmap(*MAP, stored->len). */
enum subunit2_result attachment_store_map(const struct attachment_store *store,
                                          const struct stored *stored, char **map,
                                          struct subunit2_error *error);

/* Gives the blocks of STORED back, and makes it empty. */
void attachment_store_release(struct attachment_store *store, struct stored *stored);

#endif
