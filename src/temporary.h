/*
 * Temporary files.
 */
#ifndef TEMPORARY_H
#define TEMPORARY_H

/* The folder for them: TMPDIR, or /tmp. */
const char *temporary_folder(void);

/* A file there, or in FOLDER, to read and write: unlinked, so that it lasts as long
 * as its descriptor. -1 with errno on failure. */
int temporary_open(void);
int temporary_open_in(const char *folder);

#endif
