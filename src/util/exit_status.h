/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The exit statuses of the commands. Those of wrap's command are in cmd/wrap.c.
 */
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

enum exit_status {
	EXIT_STATUS_GOOD = 0,
	EXIT_STATUS_BAD = 1, /* the verdict is not good */
	EXIT_STATUS_USAGE = 2,
	EXIT_STATUS_IO = 3,        /* input or output could not be read or written */
	COMMAND_WRAP_FAILED = 125, /* wrap itself failed, not its command */
};

#endif
