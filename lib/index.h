/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An index: finds the number of a string in a list of the caller. In short lists, comparing with
 * each string is as fast.
 */
#ifndef INDEX_H
#define INDEX_H

#include <subunit2/view.h>

#define INDEX_WORTHWHILE 16 /* strings */

struct string_index;

/*
 * Return the number of STRING. If it has no number, NUMBER becomes its number. AT returns the
 * string of a number in LIST. *INDEX is NULL if the index is empty; release it with free. Return
 * SIZE_MAX and change nothing if memory is short.
 */
size_t index_put(struct string_index **index, struct subunit2_view string, size_t number,
                 struct subunit2_view (*at)(const void *list, size_t number), const void *list);

#endif
