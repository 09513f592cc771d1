/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "make_dirs.h"

#include "makefile.h"
#include "memory.h"
#include "scan.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Between the name of a make and the path, in an entry of ENTERED. */
#define MAKE_DIRS_SEPARATOR ": "

void
make_dirs_init(struct make_dirs *dirs, const char *top)
{
	*dirs = (struct make_dirs){.saved = !top};
	if (top) {
		char *real = realpath(top, NULL);
		dirs->top = real ? real : memory_copy(top);
	}
}

void
make_dirs_clear(struct make_dirs *dirs)
{
	string_list_clear(&dirs->entered);
	free(dirs->top);
	free(dirs->making);
}

const char *
make_dirs_here(const struct make_dirs *dirs)
{
	if (dirs->entered.count) {
		const char *last = dirs->entered.items[dirs->entered.count - 1];
		return strstr(last, MAKE_DIRS_SEPARATOR) + strlen(MAKE_DIRS_SEPARATOR);
	}
	if (dirs->making)
		return dirs->making;
	return dirs->top ? dirs->top : "";
}

/* Returns "make[1]: /path" with the real path, to be freed. */
static char *
make_dirs_entry(const struct make_dirs *dirs, struct subunit2_view make, struct subunit2_view path)
{
	char *text = memory_copy_len(path.data, path.len);
	char *real = dirs->saved ? NULL : realpath(text, NULL);
	char *entry = memory_format("%.*s" MAKE_DIRS_SEPARATOR "%s", (int)make.len, make.data,
	                            real ? real : text);
	free(real);
	free(text);
	return entry;
}

/* The first directory of a saved console says where make was started: PATH, or what remains
 * of it without the "Making check in" before it. */
static void
make_dirs_find_top(struct make_dirs *dirs, struct subunit2_view path)
{
	struct subunit2_view making = subunit2_view_of(dirs->making ? dirs->making : "");
	if (making.len && path.len > making.len + 1 && subunit2_view_ends(path, making) &&
	    path.data[path.len - making.len - 1] == '/')
		path.len -= making.len + 1;
	dirs->top = memory_copy_len(path.data, path.len);
}

static void
make_dirs_enter(struct make_dirs *dirs, char *entry, struct subunit2_view path)
{
	size_t make = (size_t)(strstr(entry, MAKE_DIRS_SEPARATOR) - entry);
	for (size_t i = 0; i < dirs->entered.count; i++)
		dirs->parallel |= strncmp(dirs->entered.items[i], entry,
		                          make + strlen(MAKE_DIRS_SEPARATOR)) == 0;
	if (!dirs->top)
		make_dirs_find_top(dirs, path);
	string_list_add_owned(&dirs->entered, entry);
}

/* Returns whether the last "Making check in" is that of PATH. */
static bool
make_dirs_is_making(const struct make_dirs *dirs, const char *path)
{
	if (!dirs->making || !dirs->top)
		return false;
	char *making = *dirs->making == '/' ? memory_copy(dirs->making)
	                                    : memory_format("%s/%s", dirs->top, dirs->making);
	bool equal = strcmp(making, path) == 0;
	free(making);
	return equal;
}

/* Removes the innermost ENTRY, which it frees. False: there is no such entry. */
static bool
make_dirs_leave(struct make_dirs *dirs, char *entry)
{
	struct string_list *entered = &dirs->entered;
	size_t at = entered->count;
	while (at > 0 && strcmp(entered->items[at - 1], entry) != 0)
		at--;
	if (at > 0) {
		free(entered->items[at - 1]);
		memmove(entered->items + at - 1, entered->items + at,
		        (entered->count - at) * sizeof(*entered->items));
		entered->items[--entered->count] = NULL;
		const char *path = strstr(entry, MAKE_DIRS_SEPARATOR) + strlen(MAKE_DIRS_SEPARATOR);
		if (!entered->count && make_dirs_is_making(dirs, path)) {
			free(dirs->making);
			dirs->making = NULL;
		}
	}
	free(entry);
	return at > 0;
}

/* Finds the absolute path in quotation marks of TEXT, in any language. */
static bool
make_dirs_quoted(struct subunit2_view text, struct subunit2_view *path)
{
	static const char *const ends[] = {"'",
	                                   "\"",
	                                   "\xe2\x80\x99",
	                                   "\xe2\x80\x9c",
	                                   "\xe2\x80\x9d",
	                                   "\xc2\xa0\xc2\xbb",
	                                   " \xc2\xbb",
	                                   "\xc2\xbb",
	                                   "\xe3\x80\x8d"};
	const char *slash = text.len ? memchr(text.data, '/', text.len) : NULL;
	if (!slash || slash == text.data)
		return false;
	unsigned char before = (unsigned char)slash[-1];
	if (before == ' ' && slash - text.data > 1)
		before = (unsigned char)slash[-2] < 0x80 ? before : (unsigned char)slash[-2];
	if (before != '\'' && before != '`' && before != '"' && before < 0x80)
		return false;
	struct subunit2_view rest = scan_skip(text, (size_t)(slash - text.data));
	*path = rest;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		const char *end = memmem(rest.data, rest.len, ends[i], strlen(ends[i]));
		if (end && (size_t)(end - rest.data) < path->len)
			path->len = (size_t)(end - rest.data);
	}
	return path->len < rest.len && path->len > 0;
}

/* Splits "make[1]: TEXT" after the name of a make, with any path before it. */
static bool
make_dirs_split(struct subunit2_view *line, struct subunit2_view *make)
{
	uint64_t level;
	struct subunit2_view rest = *line, word = scan_take_word(&rest);
	/* French has a blank before the colon. */
	if (word.len && word.data[word.len - 1] != ':' && scan_take(&rest, " : "))
		word.len++;
	if (word.len < 5 || (word.data[word.len - 1] != ':' && word.data[word.len - 1] != ' '))
		return false;
	*make = (struct subunit2_view){word.data, word.len - 1};
	const char *bracket = memchr(make->data, '[', make->len);
	struct subunit2_view name = *make;
	if (bracket) {
		name.len = (size_t)(bracket - name.data);
		struct subunit2_view number = scan_skip(*make, name.len + 1);
		if (!scan_take_number(&number, &level) || number.len != 1 || *number.data != ']')
			return false;
	}
	*line = rest;
	return subunit2_view_ends(name, SUBUNIT2_LITERAL("make"));
}

bool
make_dirs_message(struct make_dirs *dirs, struct subunit2_view line)
{
	struct subunit2_view make, path;
	if (!make_dirs_split(&line, &make) ||
	    subunit2_view_starts(line, SUBUNIT2_LITERAL(" ***")) || !make_dirs_quoted(line, &path))
		return false;
	bool enters = subunit2_view_starts(line, SUBUNIT2_LITERAL(" Entering directory "));
	bool leaves = subunit2_view_starts(line, SUBUNIT2_LITERAL(" Leaving directory "));
	/* "make: Nothing to be done for '/x'." ends with more than a word. */
	const char *end = path.data + path.len;
	size_t after = (size_t)(line.data + line.len - end);
	if (!enters && !leaves && memchr(end, '.', after))
		return false;
	char *entry = make_dirs_entry(dirs, make, path);
	if (enters) {
		make_dirs_enter(dirs, entry, path);
	} else if (leaves) {
		make_dirs_leave(dirs, entry);
	} else {
		char *copy = memory_copy(entry);
		if (make_dirs_leave(dirs, entry))
			free(copy);
		else
			make_dirs_enter(dirs, copy, path);
	}
	return true;
}

static bool
make_dirs_is_directory(const char *path)
{
	struct stat about;
	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Shortens PATH to the directory above it. False, with PATH unchanged, if it is the top. */
static bool
make_dirs_go_up(const struct make_dirs *dirs, char *path)
{
	char *slash = strrchr(path, '/');
	if (strcmp(path, dirs->top) == 0 || !slash || slash == path)
		return false;
	*slash = '\0';
	return true;
}

/* Returns the nearest directory, from the one that make is in up to the top, whose Makefile has
 * DIRECTORY in its SUBDIRS; to be freed. NULL: there is no such directory. */
static char *
make_dirs_find_listed(const struct make_dirs *dirs, struct subunit2_view directory)
{
	char *base = memory_copy(make_dirs_here(dirs));
	do {
		if (makefile_read(base, directory).has_subdir)
			return base;
	} while (make_dirs_go_up(dirs, base));
	free(base);
	return NULL;
}

/* Returns the directory in which DIRECTORY exists, or else the top; to be freed. */
static char *
make_dirs_find_existing(const struct make_dirs *dirs, struct subunit2_view directory)
{
	char *base = memory_copy(make_dirs_here(dirs));
	bool found = false;
	if (subunit2_view_equal(directory, SUBUNIT2_LITERAL("."))) {
		free(base);
		return memory_copy(dirs->top);
	}
	do {
		char *path = memory_format("%s/%.*s", base, (int)directory.len, directory.data);
		found = make_dirs_is_directory(path);
		free(path);
	} while (!found && make_dirs_go_up(dirs, base));
	return base;
}

/* Returns the directory that "Making check in DIRECTORY" of a saved console means, to be freed:
 * below the one that was entered last, or below the top. */
static char *
make_dirs_making_saved(const struct make_dirs *dirs, struct subunit2_view directory)
{
	const char *base = dirs->entered.count ? make_dirs_here(dirs) : dirs->top;
	if (subunit2_view_equal(directory, SUBUNIT2_LITERAL(".")))
		return memory_copy(base ? base : "");
	return memory_format("%s%s%.*s", base ? base : "", base ? "/" : "", (int)directory.len,
	                     directory.data);
}

void
make_dirs_making(struct make_dirs *dirs, struct subunit2_view directory)
{
	char *making;
	if (dirs->saved) {
		making = make_dirs_making_saved(dirs, directory);
	} else {
		char *base = make_dirs_find_listed(dirs, directory);
		if (!base)
			base = make_dirs_find_existing(dirs, directory);
		making = memory_format("%s/%.*s", base, (int)directory.len, directory.data);
		if (subunit2_view_equal(directory, SUBUNIT2_LITERAL(".")) ||
		    !make_dirs_is_directory(making)) {
			free(making);
			making = base;
		} else {
			free(base);
		}
	}
	free(dirs->making);
	dirs->making = making;
	dirs->tested = dirs->checked = false;
}

void
make_dirs_end_tests(struct make_dirs *dirs)
{
	dirs->tested = dirs->making && !dirs->entered.count;
	dirs->checked = false;
}

void
make_dirs_begin_result(struct make_dirs *dirs)
{
	struct subunit2_view dot = SUBUNIT2_LITERAL(".");
	if (dirs->saved || !dirs->making || dirs->entered.count || dirs->checked)
		return;
	dirs->checked = true;
	struct makefile makefile = makefile_read(dirs->making, dot);
	if (!makefile.exists || (makefile.has_tests && !dirs->tested))
		return;
	char *path = memory_copy(dirs->making);
	while (make_dirs_go_up(dirs, path)) {
		makefile = makefile_read(path, dot);
		if (!makefile.has_tests || makefile.has_subdir)
			continue;
		free(dirs->making);
		dirs->making = path;
		dirs->tested = false;
		return;
	}
	free(path);
}

char *
make_dirs_prefix(const struct make_dirs *dirs)
{
	const char *directory = make_dirs_here(dirs), *top = dirs->top ? dirs->top : "";
	size_t len = strlen(top);
	if (strcmp(directory, top) == 0)
		return memory_copy("");
	if (len && strncmp(directory, top, len) == 0 && directory[len] == '/')
		directory += len + 1;
	return memory_format("%s/", directory);
}
