/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An index: numbers, found by the strings that they stand for in a list, which its
 * owner keeps. Where a list is short, looking at each is as fast.
 */
#ifndef INDEX_H
#define INDEX_H

#include <subunit2/view.h>

#define INDEX_WORTHWHILE 16 /* strings */

struct string_index;

/*
 * The number of STRING; when it has none, NUMBER is, from now on. AT says what
 * another number stands for in LIST. *INDEX is NULL while it is empty, and released
 * with free. SIZE_MAX when memory is short, and then nothing has changed.
 */
size_t index_put(struct string_index **index, struct subunit2_view string, size_t number,
                 struct subunit2_view (*at)(const void *list, size_t number), const void *list);

#endif
