#include "number.h"

#include <subunit2/hash.h>
#include <subunit2/tags.h>

#include <stdlib.h>

#define FEW 16 /* tags, which are found by looking at each */

/* Where tags stand: hashed, with linear probing, at most half full. */
struct subunit2_tag_index {
	struct subunit2_hash_key key;
	size_t size;    /* a power of two */
	size_t slots[]; /* a tag's offset in packed, and one more; 0: free */
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

static struct subunit2_view
tag_at(const struct subunit2_tagset *set, size_t offset)
{
	struct subunit2_tags rest = {1, {set->packed + offset, set->len - offset}};
	struct subunit2_view tag = SUBUNIT2_ABSENT;
	subunit2_tags_next(&rest, &tag);
	return tag;
}

/* The slot in which TAG stands, or would. */
static size_t *
slot_of(const struct subunit2_tagset *set, struct subunit2_view tag)
{
	struct subunit2_tag_index *index = set->index;
	size_t at = subunit2_hash(&index->key, tag) & (index->size - 1);
	while (index->slots[at] && !subunit2_view_equal(tag_at(set, index->slots[at] - 1), tag))
		at = (at + 1) & (index->size - 1);
	return &index->slots[at];
}

static void
drop_index(struct subunit2_tagset *set)
{
	free(set->index);
	set->index = NULL;
}

/* An index with room for one more tag. */
static int
make_index(struct subunit2_tagset *set, struct subunit2_error *error)
{
	struct subunit2_tags rest = subunit2_tagset_view(set);
	struct subunit2_view tag;
	size_t size = 4 * FEW;
	if (set->index && 2 * set->count < set->index->size)
		return SUBUNIT2_OK;
	while (size < 4 * set->count)
		size *= 2;
	drop_index(set);
	set->index = calloc(1, sizeof(*set->index) + size * sizeof(*set->index->slots));
	if (!set->index)
		return subunit2_error_set(error, SUBUNIT2_NO_MEMORY, "tags", "out of memory");
	set->index->key = subunit2_hash_key_random();
	set->index->size = size;
	for (size_t offset = 0; subunit2_tags_next(&rest, &tag);
	     offset = set->len - rest.packed.len)
		*slot_of(set, tag) = offset + 1;
	return SUBUNIT2_OK;
}

int
subunit2_tagset_add(struct subunit2_tagset *set, struct subunit2_view tag,
                    struct subunit2_error *error)
{
	size_t number = number_len(tag.len);
	size_t *slot = NULL;
	int result = SUBUNIT2_OK;
	if (set->count < FEW) {
		if (subunit2_tags_has(subunit2_tagset_view(set), tag))
			return SUBUNIT2_OK;
	} else {
		result = make_index(set, error);
		if (result != SUBUNIT2_OK)
			return result;
		slot = slot_of(set, tag);
		if (*slot)
			return SUBUNIT2_OK;
	}
	if (!number)
		return subunit2_error_set(error, SUBUNIT2_INVALID, "tag", "too long");
	result = reserve(set, number + tag.len, error);
	if (result != SUBUNIT2_OK)
		return result;
	if (slot)
		*slot = set->len + 1;
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
		drop_index(set);
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
