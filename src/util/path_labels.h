/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Labels: for each of several paths, the shortest part of it that tells it from
 * the others. "runs/linux/out" and "runs/mac/out" are "linux" and "mac".
 */
#ifndef PATH_LABELS_H
#define PATH_LABELS_H

#include "string_list.h"

/*
 * Adds one label for each of the COUNT paths, in their order: whole segments that
 * stand together, as few as possible and as far behind as possible, without the
 * ending of the last. Where a path is there twice, the later ones get "#2", "#3".
 */
void path_labels_of(struct string_list *labels, const char *const *paths, size_t count);

#endif
