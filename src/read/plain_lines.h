/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Lines that are text for each reader of a command's output: nearly all of what a build prints.
 * Runs of them need not pass through the readers, each of which would look at every line: this
 * saves 400 instructions a line.
 */
#ifndef PLAIN_LINES_H
#define PLAIN_LINES_H

#include <stdbool.h>
#include <subunit2/view.h>

#define PLAIN_LINES_MIN 8 /* lines of a run; fewer are not worth a call of their own */

/*
 * Returns the first piece of BYTES, which begin with a line: a run of plain lines, or all bytes
 * before the next run. Sets *PLAIN to say which. A plain line is text for version 1, for
 * automake_suite_log, for TAP and for consoles, if these are idle.
 */
struct subunit2_view plain_lines_split(struct subunit2_view bytes, bool *plain);

#endif
