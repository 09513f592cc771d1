/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Spools: bytes that are written now and read later. The spools of a set share a limit of memory,
 * and a temporary file for the rest, so that their number is limited neither by descriptors nor by
 * streams.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include "block_file.h"

#include <subunit2/error.h>

#include <stdio.h>

/* All zeroes: empty. A spool belongs to one set, and must not be moved. */
struct spool {
	char *data; /* the last bytes; those before them are in the file */
	size_t len, size;
	struct block_chain unloaded;
	int errnum; /* of a failed write to the file; 0: none failed */
};

struct spools {
	size_t each_max;  /* bytes in memory */
	size_t in_memory; /* of all of them */
	struct block_file *block_file;
	FILE *file;            /* of spool_file; NULL: not created yet */
	struct spool *written; /* the spool to which FILE writes; or NULL */
};

/* Each spool keeps up to EACH_MAX bytes in memory, and all together 8 MiB. A small spool stays in
 * memory in every case. */
void spools_begin(struct spools *spools, size_t each_max);
void spools_end(struct spools *spools); /* after all spools were cleared */

/* Appends BYTES. Returns SUBUNIT2_E_SYSTEM if they could not be stored; so does spool_read then. */
enum subunit2_result spool_add(struct spools *spools, struct spool *spool,
                               struct subunit2_view bytes, struct subunit2_error *error);

/* Returns a stream that appends to SPOOL until the next call for another spool: a set has one
 * stream. Its errors are returned by spool_read and spool_copy. */
FILE *spool_file(struct spools *spools, struct spool *spool);

bool spool_is_empty(struct spools *spools, const struct spool *spool);

/* Calls TAKE with all bytes, piece by piece. Stops at the first result of TAKE that is not
 * SUBUNIT2_E_OK, and returns it. */
enum subunit2_result spool_read(struct spools *spools, const struct spool *spool,
                                enum subunit2_result (*take)(void *context,
                                                             struct subunit2_view piece,
                                                             struct subunit2_error *error),
                                void *context, struct subunit2_error *error);

/* Writes all bytes to TO. The caller checks TO for errors of its own. */
enum subunit2_result spool_copy(struct spools *spools, const struct spool *spool, FILE *to,
                                struct subunit2_error *error);

/* Empties SPOOL, which may be used again. */
void spool_clear(struct spools *spools, struct spool *spool);

#endif
