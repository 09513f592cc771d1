/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finds plain lines in a command's output. A plain line is text for each reader of the output:
 * version 1, automake_suite_log, TAP and the consoles. Most lines that a build prints are plain.
 *
 * While the readers are idle, several plain lines in succession need not pass through them, where
 * each reader would look at every line. This saves 400 instructions a line.
 */
#ifndef PLAIN_LINES_H
#define PLAIN_LINES_H

#include <stdbool.h>
#include <subunit2/view.h>

#define PLAIN_LINES_MIN 8 /* if fewer follow each other, they pass through the readers */

/*
 * Returns the first piece of BYTES, which start at the beginning of a line. If BYTES begin with at
 * least PLAIN_LINES_MIN plain lines, the piece is these lines, and *PLAIN becomes true. Otherwise
 * it is the bytes before the next such lines, or all bytes, and *PLAIN becomes false.
 */
struct subunit2_view plain_lines_split(struct subunit2_view bytes, bool *plain);

#endif
