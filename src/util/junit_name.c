/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_name.h"

#include "byte_block.h"
#include "memory.h"

#include <stdlib.h>

#define CLASS_TAG "junit.class="
#define NAME_TAG "junit.name="

#define ENDING_MAX 5 /* bytes of the longest */

/* The endings of scripts and programs, in lower case. */
static const char endings[][ENDING_MAX + 1] = {
	"sh",  "bash", "dash", "ksh", "zsh", "fish", "csh", "t",   "tap",  "bats",  "pl",   "py",
	"rb",  "js",   "mjs",  "cjs", "ts",  "lua",  "tcl", "exp", "awk",  "php",   "r",    "jl",
	"ps1", "bat",  "cmd",  "exe", "bin", "out",  "run", "scm", "test", "check", "raku",
};

static bool
junit_name_is_ending(const char *text, size_t len)
{
	if (len == 0 || len > ENDING_MAX)
		return false;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (endings[i][0] == text[0] && strlen(endings[i]) == len &&
		    memcmp(endings[i], text, len) == 0)
			return true;
	return false;
}

/* Places at which an id may be split; NULL: no such place. */
struct marks {
	const char *colons; /* the first "::" before a blank and a parenthesis */
	const char *dot;    /* the last dot outside of parameters */
	const char *blank;  /* the first */
	bool brackets;      /* before that */
};

static struct marks
junit_name_marks(struct subunit2_view id)
{
	struct marks marks = {NULL, NULL, NULL, false};
	unsigned depth = 0;
	bool parameters = false; /* after a blank or a slash */
	for (const char *at = id.data, *end = id.data + id.len; at < end && !marks.blank; at++) {
		switch (*at) {
		case '(':
		case '[':
		case '{':
			depth++;
			marks.brackets = true;
			break;
		case ')':
		case ']':
		case '}':
			depth -= depth > 0;
			break;
		case '/':
			parameters |= depth == 0;
			break;
		case ' ':
			marks.blank = depth == 0 ? at : NULL;
			break;
		case '.':
			if (depth == 0 && !parameters && at > id.data && at + 1 < end)
				marks.dot = at;
			break;
		case ':':
			if (!marks.colons && !marks.brackets && at > id.data && at + 2 < end &&
			    at[1] == ':')
				marks.colons = at;
			break;
		}
	}
	return marks;
}

/* Returns true if the LEN bytes at WORD are the name of a script's file. DOT is the last dot in
 * them, or NULL. */
static bool
junit_name_is_script(const char *word, size_t len, const char *dot)
{
	return dot && junit_name_is_ending(dot + 1, len - (size_t)(dot + 1 - word));
}

/* Returns true if the first word of ID is the name of a script's file. */
static bool
junit_name_begins_with_script(struct subunit2_view id, const struct marks *marks)
{
	size_t len = marks->blank ? (size_t)(marks->blank - id.data) : id.len;
	return len && !marks->brackets &&
	       junit_name_is_script(id.data, len, memrchr(id.data, '.', len));
}

static inline byte_block
junit_name_mark(byte_block block)
{
	return byte_block_mark(block, ' ') | byte_block_mark(block, '/') |
	       byte_block_mark(block, ':') | byte_block_mark(block, '(') |
	       byte_block_mark(block, '[') | byte_block_mark(block, '{');
}

/* Returns true if only the last dot of ID matters, as in most ids. */
static bool
junit_name_is_plain(struct subunit2_view id)
{
	return id.len > 0 && byte_block_skip(id.data, id.len, junit_name_mark) == id.len;
}

/* Splits ID into a class, which ends at END, and a name, which begins MARK bytes later. If END is
 * NULL, both are ID. */
static struct junit_name
junit_name_split_at(struct subunit2_view id, const char *end, size_t mark)
{
	if (!end)
		return (struct junit_name){id, id};
	size_t len = (size_t)(end - id.data);
	return (struct junit_name){
		.class = {id.data, len},
		.name = {end + mark, id.len - len - mark},
	};
}

struct junit_name
junit_name_split(struct subunit2_view id)
{
	if (junit_name_is_plain(id) && id.data[id.len - 1] != '.' && *id.data != '.') {
		const char *dot = memrchr(id.data, '.', id.len);
		bool is_script = junit_name_is_script(id.data, id.len, dot);
		return junit_name_split_at(id, is_script ? NULL : dot, 1);
	}
	struct marks marks = junit_name_marks(id);
	if (marks.colons)
		return junit_name_split_at(id, marks.colons, 2);
	bool is_script = junit_name_begins_with_script(id, &marks);
	return junit_name_split_at(id, is_script ? NULL : marks.dot, 1);
}

/* Sets *VALUE to what follows PREFIX in TAG. */
static bool
junit_name_tag_value(struct subunit2_view tag, const char *prefix, struct subunit2_view *value)
{
	size_t len = strlen(prefix);
	if (!subunit2_view_starts(tag, subunit2_view_of(prefix)))
		return false;
	*value = (struct subunit2_view){tag.data + len, tag.len - len};
	return true;
}

bool
junit_name_of_tags(struct subunit2_tags tags, struct junit_name *name)
{
	struct subunit2_view tag;
	bool has_name = false;
	struct junit_name found = {SUBUNIT2_ABSENT, SUBUNIT2_ABSENT};
	while (subunit2_tags_next(&tags, &tag))
		if (!junit_name_tag_value(tag, CLASS_TAG, &found.class))
			has_name |= junit_name_tag_value(tag, NAME_TAG, &found.name);
	if (has_name)
		*name = found;
	return has_name;
}

bool
junit_name_is_tag(struct subunit2_view tag)
{
	struct subunit2_view value;
	return junit_name_tag_value(tag, CLASS_TAG, &value) ||
	       junit_name_tag_value(tag, NAME_TAG, &value);
}

static enum subunit2_result
junit_name_add_tag(struct subunit2_tagset *tags, const char *prefix, struct subunit2_view value,
                   struct subunit2_error *error)
{
	size_t len = strlen(prefix);
	char *tag = memory_resize(NULL, len + value.len, 1);
	memcpy(tag, prefix, len);
	if (value.len > 0)
		memcpy(tag + len, value.data, value.len);
	enum subunit2_result result =
		subunit2_tagset_add(tags, (struct subunit2_view){tag, len + value.len}, error);
	free(tag);
	return result;
}

enum subunit2_result
junit_name_add_tags(struct subunit2_tagset *tags, const struct junit_name *name,
                    struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (subunit2_view_present(name->class))
		result = junit_name_add_tag(tags, CLASS_TAG, name->class, error);
	return result == SUBUNIT2_E_OK ? junit_name_add_tag(tags, NAME_TAG, name->name, error)
	                               : result;
}

bool
junit_name_equal(const struct junit_name *a, const struct junit_name *b)
{
	return subunit2_view_present(a->class) == subunit2_view_present(b->class) &&
	       subunit2_view_equal(a->class, b->class) && subunit2_view_equal(a->name, b->name);
}
