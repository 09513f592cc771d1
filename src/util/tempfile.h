/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Temporary files.
 */
#ifndef TEMPFILE_H
#define TEMPFILE_H

/* Returns the folder for temporary files: TMPDIR, or /tmp. */
const char *tempfile_folder(void);

/* Creates an unlinked file to read and write in that folder, or in FOLDER. Returns its descriptor,
 * or -1 with errno. */
int tempfile_open(void);
int tempfile_open_in(const char *folder);

#endif
