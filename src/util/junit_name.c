#include "junit_name.h"

#include "memory.h"

#include <stdlib.h>

#define CLASS_TAG "junit.class="
#define NAME_TAG "junit.name="

/* The endings of scripts and programs, in lower case. */
static const char *const endings[] = {
	"sh",  "bash", "dash", "ksh", "zsh", "fish", "csh", "t",    "tap",   "bats", "pl",   "py",
	"rb",  "js",   "mjs",  "cjs", "ts",  "lua",  "tcl", "exp",  "awk",   "php",  "r",    "jl",
	"ps1", "bat",  "cmd",  "exe", "bin", "out",  "run", "test", "check", "scm",  "raku",
};

static bool
is_ending(struct subunit2_view text)
{
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (subunit2_view_equal(text, subunit2_view_of(endings[i])))
			return true;
	return false;
}

/* Returns true if the first word of ID is the name of a script's file. */
static bool
junit_name_is_script(struct subunit2_view id)
{
	const char *blank = memchr(id.data, ' ', id.len);
	size_t len = blank ? (size_t)(blank - id.data) : id.len;
	const char *dot = memrchr(id.data, '.', len);
	if (!dot || memchr(id.data, '(', len) || memchr(id.data, '[', len))
		return false;
	size_t before = (size_t)(dot - id.data);
	return is_ending((struct subunit2_view){dot + 1, len - before - 1});
}

/* The "::" that ends the name of a script; NULL: there is none. */
static const char *
junit_name_colons(struct subunit2_view id)
{
	for (size_t i = 1; i + 2 < id.len; i++) {
		if (strchr(" ([{", id.data[i]))
			return NULL;
		if (id.data[i] == ':' && id.data[i + 1] == ':')
			return id.data + i;
	}
	return NULL;
}

/* The dot that ends the class; NULL: there is none. */
static const char *
junit_name_dot(struct subunit2_view id)
{
	const char *dot = NULL;
	unsigned depth = 0;
	for (size_t i = 0; i + 1 < id.len; i++) {
		char c = id.data[i];
		if (c == '(' || c == '[' || c == '{')
			depth++;
		else if ((c == ')' || c == ']' || c == '}') && depth > 0)
			depth--;
		else if ((c == ' ' || c == '/') && depth == 0)
			break;
		else if (c == '.' && depth == 0 && i > 0)
			dot = id.data + i;
	}
	return dot;
}

struct junit_name
junit_name_split(struct subunit2_view id)
{
	const char *end = junit_name_colons(id);
	size_t mark = 2;
	if (!end && !junit_name_is_script(id)) {
		end = junit_name_dot(id);
		mark = 1;
	}
	if (!end)
		return (struct junit_name){id, id};
	size_t len = (size_t)(end - id.data);
	return (struct junit_name){
		.class = {id.data, len},
		.name = {end + mark, id.len - len - mark},
	};
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

static int
junit_name_add_tag(struct subunit2_tagset *tags, const char *prefix, struct subunit2_view value,
                   struct subunit2_error *error)
{
	size_t len = strlen(prefix);
	char *tag = memory_resize(NULL, len + value.len, 1);
	memcpy(tag, prefix, len);
	if (value.len > 0)
		memcpy(tag + len, value.data, value.len);
	int result = subunit2_tagset_add(tags, (struct subunit2_view){tag, len + value.len}, error);
	free(tag);
	return result;
}

int
junit_name_add_tags(struct subunit2_tagset *tags, const struct junit_name *name,
                    struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	if (subunit2_view_present(name->class))
		result = junit_name_add_tag(tags, CLASS_TAG, name->class, error);
	return result == SUBUNIT2_OK ? junit_name_add_tag(tags, NAME_TAG, name->name, error)
	                             : result;
}

bool
junit_name_equal(const struct junit_name *a, const struct junit_name *b)
{
	return subunit2_view_present(a->class) == subunit2_view_present(b->class) &&
	       subunit2_view_equal(a->class, b->class) && subunit2_view_equal(a->name, b->name);
}
