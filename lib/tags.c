/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "index.h"
#include "number.h"

#include <subunit2/tags.h>
#include <subunit2/utf8.h>

#include <stdlib.h>

#define SIZE_MIN 64 /* bytes of a packed list */

struct subunit2_tagset_data {
	size_t count;               /* of the tags */
	size_t len, size;           /* of PACKED in bytes: used, allocated */
	struct string_index *index; /* of the tags by their offsets; NULL: not built */
	char packed[];
};

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
tagset_no_memory(struct subunit2_error *error)
{
	return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "tags", "out of memory");
}

/* Make room for MORE bytes. Return false if memory is short. */
static bool
tagset_reserve(struct subunit2_tagset *set, size_t more)
{
	struct subunit2_tagset_data *data = set->data;
	size_t len = data ? data->len : 0, size = data ? data->size : SIZE_MIN;

	while (size < len + more)
		size *= 2;
	if (data && size == data->size)
		return true;
	data = realloc(data, sizeof(*data) + size);
	if (!data)
		return false;
	if (!set->data)
		*data = (struct subunit2_tagset_data){0};
	data->size = size;
	set->data = data;
	return true;
}

static struct subunit2_view
tagset_tag_at(const void *list, size_t offset)
{
	const struct subunit2_tagset_data *data = list;
	struct subunit2_tags rest = {1, {data->packed + offset, data->len - offset}};
	struct subunit2_view tag = SUBUNIT2_ABSENT;

	subunit2_tags_next(&rest, &tag);
	return tag;
}

static void
tagset_drop_index(struct subunit2_tagset_data *data)
{
	free(data->index);
	data->index = NULL;
}

/* Build the index. Return false if memory is short. */
static bool
tagset_build_index(struct subunit2_tagset_data *data)
{
	struct subunit2_tags rest = {data->count, {data->packed, data->len}};
	struct subunit2_view tag;

	for (size_t offset = 0; subunit2_tags_next(&rest, &tag);
	     offset = data->len - rest.packed.len) {
		if (index_put(&data->index, tag, offset, tagset_tag_at, data) != SIZE_MAX)
			continue;
		tagset_drop_index(data);
		return false;
	}
	return true;
}

/* Set *HAS to whether the set contains TAG. If not, an index gets TAG at the end of the list, where
 * the caller must append it. Return false if memory is short. */
static bool
tagset_look_up(struct subunit2_tagset_data *data, struct subunit2_view tag, bool *has)
{
	if (data->count < INDEX_WORTHWHILE) {
		struct subunit2_tags tags = {data->count, {data->packed, data->len}};

		*has = subunit2_tags_has(tags, tag);
		return true;
	}
	if (!data->index && !tagset_build_index(data))
		return false;
	size_t offset = index_put(&data->index, tag, data->len, tagset_tag_at, data);
	*has = offset != data->len;
	return offset != SIZE_MAX;
}

static enum subunit2_result
tagset_check(struct subunit2_view tag, struct subunit2_error *error)
{
	const char *message = NULL;

	if (!subunit2_view_present(tag))
		message = "is absent";
	else if (!number_len(tag.len))
		message = "is too long";
	else if (!subunit2_utf8_is_string(tag))
		message = "is not valid UTF-8 without NUL";
	return message ? subunit2_error_set(error, SUBUNIT2_E_INVALID, "tag", message)
	               : SUBUNIT2_E_OK;
}

enum subunit2_result
subunit2_tagset_add(struct subunit2_tagset *set, struct subunit2_view tag,
                    struct subunit2_error *error)
{
	size_t number = number_len(tag.len);
	enum subunit2_result result = tagset_check(tag, error);
	bool has = false;

	if (result != SUBUNIT2_E_OK)
		return result;
	if (!tagset_reserve(set, number + tag.len) || !tagset_look_up(set->data, tag, &has))
		return tagset_no_memory(error);
	if (has)
		return SUBUNIT2_E_OK;
	char *end = set->data->packed + set->data->len;
	number_write((uint8_t *)end, (uint32_t)tag.len, number);
	if (tag.len)
		memcpy(end + number, tag.data, tag.len);
	set->data->len += number + tag.len;
	set->data->count++;
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
	if (result == SUBUNIT2_E_OK && tags.count > 0)
		return subunit2_error_set(error, SUBUNIT2_E_INVALID, "tags",
		                          "are not a packed list");
	return result;
}

void
subunit2_tagset_remove(struct subunit2_tagset *set, struct subunit2_view tag)
{
	struct subunit2_tagset_data *data = set->data;
	struct subunit2_tags rest = subunit2_tagset_view(set);
	struct subunit2_view one;

	for (size_t start = 0; subunit2_tags_next(&rest, &one);
	     start = data->len - rest.packed.len) {
		if (!subunit2_view_equal(one, tag))
			continue;
		memmove(data->packed + start, rest.packed.data, rest.packed.len);
		data->len = start + rest.packed.len;
		data->count--;
		tagset_drop_index(data);
		return;
	}
}

void
subunit2_tagset_clear(struct subunit2_tagset *set)
{
	if (set->data)
		free(set->data->index);
	free(set->data);
	set->data = NULL;
}

struct subunit2_tags
subunit2_tagset_view(const struct subunit2_tagset *set)
{
	if (!set->data)
		return SUBUNIT2_NO_TAGS;
	return (struct subunit2_tags){set->data->count, {set->data->packed, set->data->len}};
}
