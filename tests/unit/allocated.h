/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The memory that this program has allocated.
 */
#ifndef ALLOCATED_H
#define ALLOCATED_H

#include <malloc.h>

/* Repetitions after which the memory of a piece of code stays the same: glibc counts up to seven
 * freed blocks of a size as allocated. */
#define ALLOCATED_SETTLES 10

/* Returns the number of bytes; 0 under tools that replace malloc. */
static inline size_t
allocated(void)
{
	return mallinfo2().uordblks;
}

#endif
