/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The first line of a script, which names its interpreter: "#!/bin/sh -e".
 */
#ifndef SHEBANG_H
#define SHEBANG_H

#include <stdbool.h>

#define SHEBANG_SIZE 256 /* of Linux: it cuts a longer first line */

struct shebang {
	char line[SHEBANG_SIZE]; /* the rest of the first line after "#!"; empty: no such line */
	bool binary;             /* the file has a NUL byte in its first bytes */
};

/* Reads the beginning of PATH, a regular file: reading another kind of file may block. Returns
 * false with errno if it cannot be opened. */
bool shebang_read(struct shebang *shebang, const char *path);

#endif
