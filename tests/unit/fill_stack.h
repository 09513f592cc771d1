/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A stack on which no variable is zero by chance.
 */
#ifndef FILL_STACK_H
#define FILL_STACK_H

#include <stddef.h>

/* Fills the part of the stack that the next calls use. */
static inline void
fill_stack(void)
{
	volatile char bytes[1 << 15];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = '\xff';
}

#endif
