/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A block file: an unlinked temporary file that keeps many chains of bytes. It consists of blocks,
 * and the blocks of a dropped chain are used again, so that the file is never larger than the most
 * that it held at one time.
 */
#ifndef BLOCK_FILE_H
#define BLOCK_FILE_H

#include <subunit2/view.h>

#include <stdint.h>
#include <sys/types.h>

struct block_file;

/* The file is created when the first bytes are added. */
struct block_file *block_file_new(void);
void block_file_free(struct block_file *block_file); /* NULL is allowed */

/* A chain of bytes, in the order in which they were added. All zeroes: empty. */
struct block_chain {
	uint64_t len;
	uint32_t first, last; /* blocks */
};

/* Appends BYTES to CHAIN. Returns 0, or the errno of a failure, after which bytes are missing. */
int block_file_add(struct block_file *block_file, struct block_chain *chain,
                   struct subunit2_view bytes);

/* A position in a chain. The start is {chain.first, 0}. */
struct block_chain_place {
	uint32_t block;
	uint64_t at;
};

/* Reads up to SIZE bytes at PLACE, and moves PLACE past them. Returns the number of bytes, 0 at the
 * end, or -1 with errno. */
ssize_t block_file_read(const struct block_file *block_file, const struct block_chain *chain,
                        struct block_chain_place *place, char *buffer, size_t size);

/* Frees the blocks of CHAIN, which is empty then. */
void block_file_drop(struct block_file *block_file, struct block_chain *chain);

#endif
