/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The last segment of a path.
 */
#ifndef BASE_NAME_H
#define BASE_NAME_H

#include <string.h>

/* Returns the part of PATH after its last slash. */
static inline const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

#endif
