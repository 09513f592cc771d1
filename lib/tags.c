/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "index.h"
#include "number.h"

#include <subunit2/tags.h>

#include <stdlib.h>

bool
subunit2_tags_next(struct subunit2_tags *rest, struct subunit2_view *tag)
{
	uint32_t len;
	if (!rest->count)
		return false;
	size_t used = number_read((const uint8_t *)rest->packed.data, rest->packed.len, &len);
	if (!used || len > rest->packed.len - used)
		return false;
	*tag = (struct subunit2_view){rest->packed.data + used, len};
	rest->packed.data += used + len;
	rest->packed.len -= used + len;
	rest->count--;
	return true;
}

bool
subunit2_tags_has(struct subunit2_tags tags, struct subunit2_view tag)
{
	struct subunit2_view one;
	while (subunit2_tags_next(&tags, &one))
		if (subunit2_view_equal(one, tag))
			return true;
	return false;
}

static enum subunit2_result
tagset_reserve(struct subunit2_tagset *set, size_t more, struct subunit2_error *error)
{
	size_t size = set->size ? set->size : 64;
	while (size < set->len + more)
		size *= 2;
	if (size == set->size)
		return SUBUNIT2_E_OK;
	char *packed = realloc(set->packed, size);
	if (!packed)
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "tags", "out of memory");
	set->packed = packed;
	set->size = size;
	return SUBUNIT2_E_OK;
}

static struct subunit2_view
tagset_tag_at(const void *list, size_t offset)
{
	const struct subunit2_tagset *set = list;
	struct subunit2_tags rest = {1, {set->packed + offset, set->len - offset}};
	struct subunit2_view tag = SUBUNIT2_ABSENT;
	subunit2_tags_next(&rest, &tag);
	return tag;
}

static void
tagset_drop_index(struct subunit2_tagset *set)
{
	free(set->index);
	set->index = NULL;
}

/* Tags are indexed by their offsets. */
static enum subunit2_result
tagset_make_index(struct subunit2_tagset *set, struct subunit2_error *error)
{
	struct subunit2_tags rest = subunit2_tagset_view(set);
	struct subunit2_view tag;
	for (size_t offset = 0; subunit2_tags_next(&rest, &tag);
	     offset = set->len - rest.packed.len) {
		if (index_put(&set->index, tag, offset, tagset_tag_at, set) != SIZE_MAX)
			continue;
		tagset_drop_index(set);
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "tags", "out of memory");
	}
	return SUBUNIT2_E_OK;
}

/* Whether SET holds TAG; if not, it is expected at the end. */
static enum subunit2_result
tagset_find(struct subunit2_tagset *set, struct subunit2_view tag, bool *has,
            struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (set->count < INDEX_WORTHWHILE) {
		*has = subunit2_tags_has(subunit2_tagset_view(set), tag);
		return SUBUNIT2_E_OK;
	}
	if (!set->index)
		result = tagset_make_index(set, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	size_t offset = index_put(&set->index, tag, set->len, tagset_tag_at, set);
	if (offset == SIZE_MAX)
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "tags", "out of memory");
	*has = offset != set->len;
	return SUBUNIT2_E_OK;
}

enum subunit2_result
subunit2_tagset_add(struct subunit2_tagset *set, struct subunit2_view tag,
                    struct subunit2_error *error)
{
	size_t number = number_len(tag.len);
	bool has = false;
	if (!number)
		return subunit2_error_set(error, SUBUNIT2_E_INVALID, "tag", "too long");
	enum subunit2_result result = tagset_reserve(set, number + tag.len, error);
	if (result == SUBUNIT2_E_OK)
		result = tagset_find(set, tag, &has, error);
	if (result != SUBUNIT2_E_OK || has)
		return result;
	uint8_t *end = (uint8_t *)set->packed + set->len;
	number_write(end, (uint32_t)tag.len, number);
	if (tag.len)
		memcpy(end + number, tag.data, tag.len);
	set->len += number + tag.len;
	set->count++;
	return SUBUNIT2_E_OK;
}

enum subunit2_result
subunit2_tagset_add_all(struct subunit2_tagset *set, struct subunit2_tags tags,
                        struct subunit2_error *error)
{
	struct subunit2_view tag;
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (result == SUBUNIT2_E_OK && subunit2_tags_next(&tags, &tag))
		result = subunit2_tagset_add(set, tag, error);
	return result;
}

void
subunit2_tagset_remove(struct subunit2_tagset *set, struct subunit2_view tag)
{
	struct subunit2_tags rest = subunit2_tagset_view(set);
	struct subunit2_view one;
	for (;;) {
		size_t start = set->len - rest.packed.len;
		if (!subunit2_tags_next(&rest, &one))
			return;
		if (!subunit2_view_equal(one, tag))
			continue;
		memmove(set->packed + start, rest.packed.data, rest.packed.len);
		set->len = start + rest.packed.len;
		set->count--;
		tagset_drop_index(set);
		return;
	}
}

void
subunit2_tagset_clear(struct subunit2_tagset *set)
{
	free(set->packed);
	free(set->index);
	*set = (struct subunit2_tagset){0};
}

struct subunit2_tags
subunit2_tagset_view(const struct subunit2_tagset *set)
{
	return (struct subunit2_tags){set->count, {set->packed, set->len}};
}
