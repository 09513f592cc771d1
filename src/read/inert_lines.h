/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finds inert lines in a command's output. An inert line is text to each reader of the output:
 * version 1, automake_suite_log, TAP and the consoles. Most lines that a build prints are inert.
 *
 * While the readers are idle, several inert lines in succession need not pass through them, where
 * each reader would look at every line. This saves 400 instructions a line.
 */
#ifndef INERT_LINES_H
#define INERT_LINES_H

#include <stdbool.h>
#include <subunit2/view.h>

#define INERT_LINES_MIN 8 /* if fewer follow each other, they pass through the readers */

/*
 * Returns the first piece of BYTES, which start at the beginning of a line. If BYTES begin with at
 * least INERT_LINES_MIN inert lines, the piece is these lines, and *INERT becomes true. Otherwise
 * it is the bytes before the next such lines, or all bytes, and *INERT becomes false.
 */
struct subunit2_view inert_lines_split(struct subunit2_view bytes, bool *inert);

#endif
