/*
 * A spool: text that is written now and copied into place later. It is kept in
 * memory while small, then in an unlinked file in TMPDIR.
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <subunit2/error.h>

#include <stdio.h>

struct spool;

struct spool *spool_new(void);
void spool_free(struct spool *spool); /* NULL is allowed */

/* Where to write; lives as long as the spool. */
FILE *spool_file(struct spool *spool);

/* All that was written so far goes to TO, whose own errors stay with it.
 * SUBUNIT2_SYSTEM when the spool could not be kept. */
int spool_copy(struct spool *spool, FILE *to, struct subunit2_error *error);

#endif
