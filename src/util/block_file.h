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

struct scratch;

/* The file is made when it is first needed. */
struct scratch *scratch_new(void);
void scratch_free(struct scratch *scratch); /* NULL is allowed */

/* Bytes that belong together, in the order in which they were added. All zeroes: none. */
struct strand {
	uint64_t len;
	uint32_t first, last; /* blocks */
};

/* 0, or the errno for which not all was kept. */
int scratch_add(struct scratch *scratch, struct strand *strand, struct subunit2_view bytes);

/* Where a strand is read. Begins as {strand.first, 0}. */
struct strand_place {
	uint32_t block;
	uint64_t at;
};

/* What stands at PLACE, up to SIZE bytes, which PLACE moves past. The length, 0 at the
 * end, or -1 with errno set. */
ssize_t scratch_read(const struct scratch *scratch, const struct strand *strand,
                     struct strand_place *place, char *buffer, size_t size);

/* Gives the strand's blocks to others; it is empty then. */
void scratch_drop(struct scratch *scratch, struct strand *strand);

#endif
