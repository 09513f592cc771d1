/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Temporary files, as those see them that made them.
 */
#ifndef UNLINKED_H
#define UNLINKED_H

#include <sys/stat.h>
#include <unistd.h>

/* Bytes of all files that this process has open and that have no name. */
static inline off_t
unlinked_size(void)
{
	struct stat status;
	off_t size = 0;
	for (int fd = 3; fd < 64; fd++)
		if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 0)
			size += status.st_size;
	return size;
}

/* Cuts them to no bytes. Returns how many there are. */
static inline int
unlinked_cut(void)
{
	struct stat status;
	int count = 0;
	for (int fd = 3; fd < 64; fd++)
		if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 0 &&
		    ftruncate(fd, 0) == 0)
			count++;
	return count;
}

/* Bytes that they take on the disk. */
static inline off_t
unlinked_space(void)
{
	struct stat status;
	off_t space = 0;
	for (int fd = 3; fd < 64; fd++)
		if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 0)
			space += 512 * (off_t)status.st_blocks;
	return space;
}

#endif
