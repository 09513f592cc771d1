/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Scratch: one unlinked temporary file in which many keep bytes, each apart from
 * the others. It is made of blocks, and those that are dropped are used again, so
 * that it grows no further than what is in it at one time.
 */
#ifndef BLOCK_FILE_H
#define BLOCK_FILE_H

#include <subunit2/view.h>

#include <stdint.h>
#include <sys/types.h>

struct block_file;

/* The file is made when it is first needed. */
struct block_file *block_file_new(void);
void block_file_free(struct block_file *block_file); /* NULL is allowed */

/* Bytes that belong together, in the order in which they were added. All zeroes: none. */
struct block_chain {
	uint64_t len;
	uint32_t first, last; /* blocks */
};

/* 0, or the errno for which not all was kept. */
int block_file_add(struct block_file *block_file, struct block_chain *chain,
                   struct subunit2_view bytes);

/* Where a strand is read. Begins as {strand.first, 0}. */
struct block_chain_place {
	uint32_t block;
	uint64_t at;
};

/* What stands at PLACE, up to SIZE bytes, which PLACE moves past. The length, 0 at the
 * end, or -1 with errno set. */
ssize_t block_file_read(const struct block_file *block_file, const struct block_chain *chain,
                        struct block_chain_place *place, char *buffer, size_t size);

/* Gives the strand's blocks to others; it is empty then. */
void block_file_drop(struct block_file *block_file, struct block_chain *chain);

#endif
