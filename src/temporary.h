/*
 * A temporary file: unlinked, so that it lasts as long as its descriptor, in
 * TMPDIR.
 */
#ifndef TEMPORARY_H
#define TEMPORARY_H

/* To read and write; -1 with errno on failure. */
int temporary_open(void);

#endif
