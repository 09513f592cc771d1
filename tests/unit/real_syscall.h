/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * libc's syscall, for a program that defines one itself.
 */
#ifndef REAL_SYSCALL_H
#define REAL_SYSCALL_H

#include "fault.h"

#include <stdarg.h>

struct syscall_arguments {
	long values[6];
};

/* Returns the arguments of a call, as many as a call can have. */
static inline struct syscall_arguments
syscall_arguments(va_list list)
{
	struct syscall_arguments arguments;
	for (int i = 0; i < 6; i++)
		arguments.values[i] = va_arg(list, long);
	return arguments;
}

static inline long
real_syscall(long number, const struct syscall_arguments *arguments)
{
	static long (*real)(long number, ...);
	const long *values = arguments->values;
	if (!real)
		fault_find("syscall", &real);
	return real(number, values[0], values[1], values[2], values[3], values[4], values[5]);
}

#endif
