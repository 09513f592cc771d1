/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Copies the standard error of a command to that of this program, line by line, after a name. The
 * last line is kept: it may say why the command ended.
 */
#ifndef STDERR_COPY_H
#define STDERR_COPY_H

#include "buffer.h"
#include "lines.h"

struct stderr_copy {
	const char *name;
	struct lines lines;
	struct buffer last; /* the last line that is not empty, without its end */
};

/* Begins a copy after NAME, which outlives it, also if one has begun before. */
void stderr_copy_begin(struct stderr_copy *copy, const char *name);
void stderr_copy_clear(struct stderr_copy *copy);

void stderr_copy_add(struct stderr_copy *copy, struct subunit2_view bytes);

/* Ends the copy: copies the last line if it has no newline. */
void stderr_copy_end(struct stderr_copy *copy);

#endif
