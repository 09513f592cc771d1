/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Labels of paths: the shortest part of each path that no other one has. For "runs/linux/out" and
 * "runs/mac/out" these are "linux" and "mac".
 */
#ifndef PATH_LABELS_H
#define PATH_LABELS_H

#include "string_list.h"

/*
 * Adds a label for each of the COUNT paths, in their order: the fewest adjacent segments that are
 * enough, as close to the end as possible, without the suffix of a file name. Repeated paths get
 * "#2", "#3".
 */
void path_labels_of(struct string_list *labels, const char *const *paths, size_t count);

#endif
