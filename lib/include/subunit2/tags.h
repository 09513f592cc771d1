/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Tags: a packed list of strings, and a set that builds one.
 *
 * A packed list has the form that it has inside a packet: each tag is a number
 * (its length) and that many bytes of UTF-8. So a decoded packet's tags are a
 * view into the packet, whatever their count, and cost nothing to forward.
 * Source: the protocol's "tags" field (subunit2(5), FIELDS).
 */
#ifndef SUBUNIT2_TAGS_H
#define SUBUNIT2_TAGS_H

#include "error.h"
#include "view.h"

#ifdef __cplusplus
extern "C" {
#endif

struct subunit2_tags {
	size_t count; /* 0: no tags, and packed is ignored */
	struct subunit2_view packed;
};

#define SUBUNIT2_NO_TAGS ((struct subunit2_tags){0, {NULL, 0}})

/*
 * Takes the first tag off REST. False when none is left. REST is a copy that
 * the caller walks with:
 *
 *     struct subunit2_tags rest = event->tags;
 *     struct subunit2_view tag;
 *     while (subunit2_tags_next(&rest, &tag))
 *         ...
 */
bool subunit2_tags_next(struct subunit2_tags *rest, struct subunit2_view *tag);

/* True when TAG is in TAGS. */
bool subunit2_tags_has(struct subunit2_tags tags, struct subunit2_view tag);

/*
 * A set of tags, in the order in which they came. Starts as all zeroes and is
 * released with subunit2_tagset_clear, which makes it empty again. Both forms
 * of add copy; a tag that is there already is left alone. Removal of what is
 * not there does nothing. Adding takes the same time however many there are;
 * the add after a removal, and the removal, walk over them.
 */
struct subunit2_tagset {
	char *packed;
	size_t len, size; /* in bytes: used, allocated */
	size_t count;
	struct subunit2_index *index; /* of many tags; NULL: none yet */
};

enum subunit2_result subunit2_tagset_add(struct subunit2_tagset *set, struct subunit2_view tag,
                                         struct subunit2_error *error);
enum subunit2_result subunit2_tagset_add_all(struct subunit2_tagset *set, struct subunit2_tags tags,
                                             struct subunit2_error *error);
void subunit2_tagset_remove(struct subunit2_tagset *set, struct subunit2_view tag);
void subunit2_tagset_clear(struct subunit2_tagset *set);

/* The set as a list: a view that lives until the set is changed. */
struct subunit2_tags subunit2_tagset_view(const struct subunit2_tagset *set);

#ifdef __cplusplus
}
#endif

#endif
