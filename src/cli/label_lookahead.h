/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Finds out, before an input is read, whether its tests ran in several places. A report that
 * prints tests as they end shows the label of the first test only if it knows that others follow.
 */
#ifndef LABEL_LOOKAHEAD_H
#define LABEL_LOOKAHEAD_H

#include <stdbool.h>

/*
 * Returns true if the labels of routes differ within the first bytes of the regular files among
 * PATHS, which end with NULL; "-" is standard input, whose position stays the same. Other files,
 * and files that cannot be read, are ignored.
 */
bool label_lookahead(const char *const *paths);

#endif
