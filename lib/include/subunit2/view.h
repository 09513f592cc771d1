/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A view: bytes that belong to somebody else.
 *
 * Every string and every byte range that crosses this library is a view. A
 * view handed to a callback lives until that callback returns; whoever wants
 * it longer copies it. A view is absent when its data is NULL; an empty string
 * is present, with a length of 0.
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

/* The absent view. */
#define SUBUNIT2_ABSENT ((struct subunit2_view){NULL, 0})

/* A view of a string literal. */
#define SUBUNIT2_LITERAL(text) ((struct subunit2_view){"" text, sizeof(text) - 1})

/* A view of a C string, without its NUL; absent when TEXT is NULL. */
static inline struct subunit2_view
subunit2_view_of(const char *text)
{
	return (struct subunit2_view){text, text ? strlen(text) : 0};
}

static inline bool
subunit2_view_present(struct subunit2_view view)
{
	return view.data != NULL;
}

/* True when both hold the same bytes; an absent view equals an absent one only. */
static inline bool
subunit2_view_equal(struct subunit2_view a, struct subunit2_view b)
{
	if (!a.data || !b.data)
		return a.data == b.data;
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* True when VIEW begins with the bytes of WITH, or WITH has none. */
static inline bool
subunit2_view_starts(struct subunit2_view view, struct subunit2_view with)
{
	return with.len == 0 ||
	       (view.len >= with.len && memcmp(view.data, with.data, with.len) == 0);
}

/* True when VIEW ends with the bytes of WITH, or WITH has none. */
static inline bool
subunit2_view_ends(struct subunit2_view view, struct subunit2_view with)
{
	return with.len == 0 || (view.len >= with.len &&
	                         memcmp(view.data + view.len - with.len, with.data, with.len) == 0);
}

/* Negative, zero or positive as A is before, equal to or behind B, by their bytes; an
 * absent view is as an empty one. */
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
