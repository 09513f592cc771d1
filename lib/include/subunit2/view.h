/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The view: a pointer to bytes and their number. A view does not own its bytes.
 *
 * Every string and every range of bytes that this library takes or returns is a view. A view that
 * is passed to a callback is valid until the callback returns; copy the bytes to keep them longer.
 * A view is absent if its data is NULL. An empty string is present and has the length 0.
 *
 * Threads: these functions may be called from every thread.
 */
#ifndef SUBUNIT2_VIEW_H
#define SUBUNIT2_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_view {
	const char *data; /* not terminated; NULL: absent */
	size_t len;       /* in bytes */
};

/* SUBUNIT2_VALUE(NAME){...} is a value of struct NAME, in C and in C++. */
#ifdef __cplusplus
#define SUBUNIT2_VALUE(name) name
#else
#define SUBUNIT2_VALUE(name) (struct name)
#endif

/* The absent view. */
#define SUBUNIT2_ABSENT (SUBUNIT2_VALUE(subunit2_view){NULL, 0})

/* A view of a string literal. */
#define SUBUNIT2_LITERAL(text) (SUBUNIT2_VALUE(subunit2_view){"" text, sizeof(text) - 1})

/* Return a view of a C string, without its NUL; the absent view if TEXT is NULL. */
static inline struct subunit2_view
subunit2_view_of(const char *text)
{
	struct subunit2_view view = {text, text ? strlen(text) : 0};
	return view;
}

/* Return whether VIEW is present. */
static inline bool
subunit2_view_present(struct subunit2_view view)
{
	return view.data != NULL;
}

/* Return whether A and B hold the same bytes. An absent view equals only an absent one. */
static inline bool
subunit2_view_equal(struct subunit2_view a, struct subunit2_view b)
{
	if (!a.data || !b.data)
		return a.data == b.data;
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* Return whether VIEW begins with the bytes of START; true if START is empty or absent. */
static inline bool
subunit2_view_starts(struct subunit2_view view, struct subunit2_view start)
{
	return start.len == 0 ||
	       (view.len >= start.len && memcmp(view.data, start.data, start.len) == 0);
}

/* Return whether VIEW ends with the bytes of END; true if END is empty or absent. */
static inline bool
subunit2_view_ends(struct subunit2_view view, struct subunit2_view end)
{
	return end.len == 0 || (view.len >= end.len &&
	                        memcmp(view.data + view.len - end.len, end.data, end.len) == 0);
}

/* Return a negative number, zero or a positive number if A sorts before, equal to or after B,
 * compared byte by byte. An absent view sorts as an empty one. */
static inline int
subunit2_view_compare(struct subunit2_view a, struct subunit2_view b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len > 0 ? memcmp(a.data, b.data, len) : 0;
	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

#ifdef __cplusplus
}
#endif

#endif
