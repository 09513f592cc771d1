/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Folders between a test of removals and the folder that it shares with other programs: a removal
 * that goes up instead of down by mistake ends in them, since it opens few folders at a time.
 */
#ifndef DEPTH_H
#define DEPTH_H

#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH 5

/* Goes down into new folders. */
static inline bool
enter_depth(void)
{
	bool good = true;
	for (int i = 0; i < DEPTH; i++)
		good = good && mkdir("down", 0700) == 0 && chdir("down") == 0;
	return good;
}

/* Goes up again, and removes the folders, which are empty. */
static inline bool
leave_depth(void)
{
	bool good = true;
	for (int i = 0; i < DEPTH; i++)
		good = good && chdir("..") == 0 && rmdir("down") == 0;
	return good;
}

#endif
