/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Spools: bytes that are written now and read later. All of a set share what they
 * take of memory, and beyond that a temporary file in TMPDIR: their number is
 * bounded by neither descriptors nor streams.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include "block_file.h"

#include <subunit2/error.h>

#include <stdio.h>

/* A spool. All zeroes: empty. It belongs to one set, and does not move. */
struct spool {
	char *data; /* the last bytes; those before them are in the file */
	size_t len, size;
	struct block_chain unloaded;
	int errnum; /* why it could not be kept */
};

struct spools {
	size_t each_max;  /* bytes in memory */
	size_t in_memory; /* of all of them */
	struct block_file *block_file;
	FILE *file;            /* NULL until it is asked for */
	struct spool *written; /* through FILE; NULL: none */
};

/* Each spool keeps up to EACH_MAX bytes in memory, all together 8 MiB; small ones do in
 * any case. */
void spools_begin(struct spools *spools, size_t each_max);
void spools_end(struct spools *spools); /* clear the spools before */

/* SUBUNIT2_E_SYSTEM when it could not be kept; spool_read tells of it again. */
enum subunit2_result spool_add(struct spools *spools, struct spool *spool,
                               struct subunit2_view bytes, struct subunit2_error *error);

/* A stream into SPOOL, until it is asked for with another one: the set has but one. What is
 * wrong with it, spool_read and spool_copy tell. */
FILE *spool_file(struct spools *spools, struct spool *spool);

bool spool_is_empty(struct spools *spools, const struct spool *spool);

/* All that was written so far, piece by piece. The first result of TAKE that is not
 * SUBUNIT2_E_OK ends it, and is returned. */
enum subunit2_result spool_read(struct spools *spools, const struct spool *spool,
                                enum subunit2_result (*take)(void *context,
                                                             struct subunit2_view piece,
                                                             struct subunit2_error *error),
                                void *context, struct subunit2_error *error);

/* The same to TO, whose own errors stay with it. */
enum subunit2_result spool_copy(struct spools *spools, const struct spool *spool, FILE *to,
                                struct subunit2_error *error);

/* It is empty then, and may be used again. */
void spool_clear(struct spools *spools, struct spool *spool);

#endif
