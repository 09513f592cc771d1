/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finds inert lines in a command's output. An inert line is text to each reader of the output:
 * version 1, automake_suite_log, TAP and the consoles. Most lines that a build prints are inert.
 *
 * While the readers are idle, several inert lines in succession need not pass through them, where
 * each reader would look at every line. If the first word shows that they are inert, wrap takes 149
 * instructions for such a line of 40 bytes. It takes 514 if all lines pass through the readers.
 */
#ifndef INERT_LINES_H
#define INERT_LINES_H

#include <stdbool.h>
#include <subunit2/view.h>

#define INERT_LINES_MIN 8 /* if fewer follow each other, they pass through the readers */

struct inert_lines {
	size_t before; /* bytes before them */
	size_t len;    /* 0: no such lines were found */
};

/* Finds the first INERT_LINES_MIN inert lines in succession in BYTES, which start at the beginning
 * of a line, and the inert lines that follow them. */
struct inert_lines inert_lines_find(struct subunit2_view bytes);

#endif
