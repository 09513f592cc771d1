/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Option structs that begin with their size, so that later versions can add members at the end.
 */
#ifndef SIZED_OPTIONS_H
#define SIZED_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * Copy the options at FROM, whose size is *(size_t *)FROM, to TO of TO_SIZE bytes. Members that
 * FROM lacks become 0. MIN_SIZE is the size of the struct in version 1.0. Return false if the size
 * is smaller than that, or if FROM has members that this version does not know and that are not 0.
 */
static inline bool
sized_options_copy(void *to, size_t to_size, const void *from, size_t min_size)
{
	size_t size = *(const size_t *)from;

	if (size < min_size)
		return false;
	for (size_t i = to_size; i < size; i++) {
		if (((const char *)from)[i] != 0)
			return false;
	}
	memset(to, 0, to_size);
	memcpy(to, from, size < to_size ? size : to_size);
	return true;
}

#endif
