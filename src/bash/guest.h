/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A guest: subunit2 status in a process that is not its own, which it leaves as
 * it found it.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>

/* Once, before and after all else. False when memory is short. */
bool guest_begin(void);
void guest_end(void);

/* "subunit2 status ...": ARGV[0] is replaced. INTERRUPTED is asked when a signal
 * came during a wait, for input or for room; true ends the command. Returns the exit status. */
int guest_status(int argc, const char **argv, bool (*interrupted)(void));

/* What stands in the way of running the program: told as it tells things itself. */
void guest_refuse(const char *reason);

#endif
