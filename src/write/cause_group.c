/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "cause_group.h"

#include "memory.h"
#include "name_table.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HEX_LEAST 7 /* digits of an address or a commit without 0x */

struct cause_groups {
	struct cause_group *list;
	size_t count, room, name_max;
	struct name_table by_key; /* index in the list, plus 1 */
	struct buffer key;
};

static bool
cause_group_is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Returns the length of the word at the start of TEXT: letters, digits, and the characters that
 * join the parts of a path, a number or a time. */
static size_t
cause_group_word_len(struct subunit2_view text)
{
	size_t len = 0;
	while (len < text.len &&
	       (cause_group_is_word(text.data[len]) || strchr("/.~+-@", text.data[len]) ||
	        (text.data[len] == ':' && len > 0 && len + 1 < text.len &&
	         isdigit((unsigned char)text.data[len - 1]) &&
	         isxdigit((unsigned char)text.data[len + 1]))))
		len++;
	return len;
}

static bool
cause_group_is_unit(struct subunit2_view text)
{
	static const char *const units[] = {"ns", "us",  "ms",  "s",      "m",
	                                    "h",  "sec", "min", "seconds"};
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (subunit2_view_equal(text, subunit2_view_of(units[i])))
			return true;
	return false;
}

/* Returns whether WORD is a number in hexadecimal: with 0x, or long and with a digit. */
static bool
cause_group_is_hex(struct subunit2_view word)
{
	bool prefix = word.len > 2 && word.data[0] == '0' && (word.data[1] | 0x20) == 'x';
	bool digit = false;
	for (size_t i = prefix ? 2 : 0; i < word.len; i++) {
		if (!isxdigit((unsigned char)word.data[i]))
			return false;
		digit |= isdigit((unsigned char)word.data[i]);
	}
	return prefix || (digit && word.len >= HEX_LEAST);
}

/* Appends WORD with its numbers replaced: "1.20s" and "12:30:05" are one number each. */
static void
cause_group_add_numbers(struct buffer *key, struct subunit2_view word)
{
	size_t i = 0;
	while (i < word.len) {
		size_t start = i;
		while (i < word.len && isdigit((unsigned char)word.data[i]))
			for (i++; i + 1 < word.len && strchr(".:-", word.data[i]) &&
			          isdigit((unsigned char)word.data[i + 1]);)
				i++;
		if (i > start) {
			buffer_add(key, SUBUNIT2_LITERAL("#"));
			if (cause_group_is_unit(
				    (struct subunit2_view){word.data + i, word.len - i}))
				return;
			continue;
		}
		buffer_add(key, (struct subunit2_view){word.data + i, 1});
		i++;
	}
}

void
cause_group_add_key(struct buffer *key, struct subunit2_view cause)
{
	while (cause.len > 0) {
		size_t len = cause_group_word_len(cause);
		struct subunit2_view word = {cause.data, len > 0 ? len : 1};
		if (len == 0)
			buffer_add(key, word);
		else if (memchr(word.data, '/', len))
			buffer_add(key, SUBUNIT2_LITERAL("/"));
		else if (cause_group_is_hex(word))
			buffer_add(key, SUBUNIT2_LITERAL("#"));
		else
			cause_group_add_numbers(key, word);
		cause.data += word.len;
		cause.len -= word.len;
	}
}

struct cause_groups *
cause_groups_new(size_t name_max)
{
	struct cause_groups *groups = memory_zeroed(1, sizeof(*groups));
	groups->name_max = name_max;
	name_table_init(&groups->by_key);
	return groups;
}

void
cause_groups_free(struct cause_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		struct cause_group *group = &groups->list[i];
		for (size_t test = 0; test < group->name_count; test++)
			test_name_clear(&group->names[test]);
		free(group->names);
		free(group->cause);
	}
	free(groups->list);
	name_table_clear(&groups->by_key);
	buffer_clear(&groups->key);
	free(groups);
}

/* Returns the group for CAUSE, which may be new. */
static struct cause_group *
cause_groups_find(struct cause_groups *groups, struct subunit2_view cause)
{
	groups->key.len = 0;
	cause_group_add_key(&groups->key, cause);
	uint64_t hash = name_table_hash(&groups->by_key, buffer_view(&groups->key));
	uint64_t *number = name_table_number(&groups->by_key, hash);
	if (*number)
		return &groups->list[*number - 1];
	groups->list =
		memory_grow(groups->list, &groups->room, groups->count + 1, sizeof(*groups->list));
	struct cause_group *group = &groups->list[groups->count++];
	*group = (struct cause_group){.cause = memory_copy_len(cause.data, cause.len)};
	*number = groups->count;
	return group;
}

void
cause_groups_add(struct cause_groups *groups, const struct subunit2_test *test,
                 struct subunit2_view cause)
{
	struct cause_group *group = cause_groups_find(groups, cause);
	group->count++;
	if (group->name_count == groups->name_max)
		return;
	group->names = memory_grow(group->names, &group->name_room, group->name_count + 1,
	                           sizeof(*group->names));
	group->names[group->name_count++] = test_name_of(test);
}

size_t
cause_groups_count(const struct cause_groups *groups)
{
	return groups->count;
}

const struct cause_group *
cause_groups_get(const struct cause_groups *groups, size_t index)
{
	return &groups->list[index];
}
