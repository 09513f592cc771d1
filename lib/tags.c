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

static int
reserve(struct subunit2_tagset *set, size_t more, struct subunit2_error *error)
{
	size_t size = set->size ? set->size : 64;
	while (size < set->len + more)
		size *= 2;
	if (size == set->size)
		return SUBUNIT2_OK;
	char *packed = realloc(set->packed, size);
	if (!packed)
		return subunit2_error_set(error, SUBUNIT2_NO_MEMORY, "tags", "out of memory");
	set->packed = packed;
	set->size = size;
	return SUBUNIT2_OK;
}

int
subunit2_tagset_add(struct subunit2_tagset *set, struct subunit2_view tag,
                    struct subunit2_error *error)
{
	size_t number = number_len(tag.len);
	if (subunit2_tags_has(subunit2_tagset_view(set), tag))
		return SUBUNIT2_OK;
	if (!number)
		return subunit2_error_set(error, SUBUNIT2_INVALID, "tag", "too long");
	int result = reserve(set, number + tag.len, error);
	if (result != SUBUNIT2_OK)
		return result;
	uint8_t *end = (uint8_t *)set->packed + set->len;
	number_write(end, (uint32_t)tag.len, number);
	if (tag.len)
		memcpy(end + number, tag.data, tag.len);
	set->len += number + tag.len;
	set->count++;
	return SUBUNIT2_OK;
}

int
subunit2_tagset_add_all(struct subunit2_tagset *set, struct subunit2_tags tags,
                        struct subunit2_error *error)
{
	struct subunit2_view tag;
	int result = SUBUNIT2_OK;
	while (result == SUBUNIT2_OK && subunit2_tags_next(&tags, &tag))
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
		return;
	}
}

void
subunit2_tagset_clear(struct subunit2_tagset *set)
{
	free(set->packed);
	*set = (struct subunit2_tagset){0};
}

struct subunit2_tags
subunit2_tagset_view(const struct subunit2_tagset *set)
{
	return (struct subunit2_tags){set->count, {set->packed, set->len}};
}
