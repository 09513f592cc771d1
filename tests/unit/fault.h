/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * System calls that fail. A program that includes this defines functions of libc itself: an armed
 * one fails with an errno, the others do their work by another call of the same meaning.
 */
#ifndef FAULT_H
#define FAULT_H

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The calls of CALL fail with ERRNUM: TIMES of them, after SKIP good ones. */
static struct {
	const char *call;
	int errnum;
	unsigned skip, times;
	unsigned failed; /* how many have failed */
} fault;

static inline void
fault_arm(const char *call, int errnum, unsigned skip, unsigned times)
{
	fault.call = call;
	fault.errnum = errnum;
	fault.skip = skip;
	fault.times = times;
	fault.failed = 0;
}

/* Ends the faults. Returns how many calls failed. */
static inline unsigned
fault_disarm(void)
{
	fault.call = NULL;
	return fault.failed;
}

/* To be called by each call of CALL. Returns true if it fails, with errno set. */
static inline bool
fault_hits(const char *call)
{
	if (!fault.call || strcmp(fault.call, call) != 0 || fault.failed == fault.times)
		return false;
	if (fault.skip > 0) {
		fault.skip--;
		return false;
	}
	fault.failed++;
	errno = fault.errnum;
	return true;
}

/* The same for a function that has no other of the same meaning: sets *REAL, a pointer to a
 * function, to libc's. */
static inline bool
fault_find(const char *call, void *real)
{
	void *found = dlsym(RTLD_NEXT, call);
	if (!found)
		exit(99);
	memcpy(real, &found, sizeof(found));
	return fault_hits(call);
}

#endif
