/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Tags: a packed list of strings, and a set that builds one.
 *
 * A packed list has the form that it has inside a packet: each tag is a number, its length,
 * followed by that many bytes of UTF-8. So the tags of a decoded packet are a view into the
 * packet and are forwarded without a copy. See FIELDS in subunit2(5).
 *
 * Threads: a set may be used by one thread at a time. The functions on lists may be called from
 * every thread.
 */
#ifndef SUBUNIT2_TAGS_H
#define SUBUNIT2_TAGS_H

#include "error.h"
#include "view.h"

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_tags {
	size_t count; /* 0: no tags; packed is ignored */
	struct subunit2_view packed;
};

#define SUBUNIT2_NO_TAGS (SUBUNIT2_VALUE(subunit2_tags){0, {NULL, 0}})

/*
 * Remove the first tag from REST and set *TAG to it. Return false if REST is empty. Walk over a
 * copy of the list:
 *
 *     struct subunit2_tags rest = event->tags;
 *     struct subunit2_view tag;
 *     while (subunit2_tags_next(&rest, &tag))
 *         ...
 */
bool subunit2_tags_next(struct subunit2_tags *rest, struct subunit2_view *tag);

/* Return whether TAGS contains TAG. */
bool subunit2_tags_has(struct subunit2_tags tags, struct subunit2_view tag);

/*
 * A set of tags in the order in which they were added. Starts as all zeroes; release it with
 * subunit2_tagset_clear. Adding a tag takes the same time for a small and a large set. A removal,
 * and the first addition after it, take time in proportion to the size of the set.
 */
struct subunit2_tagset {
	struct subunit2_tagset_data *data; /* private; NULL: empty */
};

/* Add a copy of TAG, unless SET contains it. Refuse a tag that is absent, contains NUL or is not
 * UTF-8: SUBUNIT2_E_INVALID with the subject "tag". */
enum subunit2_result subunit2_tagset_add(struct subunit2_tagset *set, struct subunit2_view tag,
                                         struct subunit2_error *error);
/* Add all TAGS. On failure, the tags before the one that failed stay added. */
enum subunit2_result subunit2_tagset_add_all(struct subunit2_tagset *set, struct subunit2_tags tags,
                                             struct subunit2_error *error);
/* Remove TAG if SET contains it. */
void subunit2_tagset_remove(struct subunit2_tagset *set, struct subunit2_view tag);
/* Free what SET holds and make it empty. */
void subunit2_tagset_clear(struct subunit2_tagset *set);

/* Return the set as a list: a view that is valid until the set changes. */
struct subunit2_tags subunit2_tagset_view(const struct subunit2_tagset *set);

#ifdef __cplusplus
}
#endif

#endif
