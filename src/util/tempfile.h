/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Temporary files.
 */
#ifndef TEMPFILE_H
#define TEMPFILE_H

/* The folder for them: TMPDIR, or /tmp. */
const char *tempfile_folder(void);

/* A file there, or in FOLDER, to read and write: unlinked, so that it lasts as long
 * as its descriptor. -1 with errno on failure. */
int tempfile_open(void);
int tempfile_open_in(const char *folder);

#endif
