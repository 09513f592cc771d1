/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "source_place.h"

#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NUMBER_MAX 100000000 /* a line number is smaller */
#define PATH_LEN_MAX 1024
#define ENDING_LEN_MAX 6

static bool
source_place_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns true for bytes that a path may hold where it stands in running text. */
static bool
source_place_is_path_byte(char c)
{
	unsigned char byte = (unsigned char)c;
	return byte >= 0x80 || (byte > ' ' && !strchr("\"'`()[]{}<>,;|=*?!:\\", c));
}

/* Returns true if WORDS, separated by blanks, hold WORD. */
static bool
source_place_has_word(const char *words, struct subunit2_view word)
{
	while (*words) {
		size_t len = strcspn(words, " ");
		if (len == word.len && memcmp(words, word.data, len) == 0)
			return true;
		words += len;
		words += strspn(words, " ");
	}
	return false;
}

static bool
source_place_contains(struct subunit2_view text, const char *part)
{
	return text.len > 0 && memmem(text.data, text.len, part, strlen(part));
}

bool
source_place_is_file(struct subunit2_view path)
{
	static const char endings[] =
		"adb ads bash bats c cc cjs clj cljs cpp cr cs cxx d dart erl ex exs f90 fs go "
		"groovy h hh hpp hs java jl js jsx kt kts ksh lua m mjs ml mm nim php pl pm py "
		"pyx r rb rs scala sh swift t tcl ts tsx v vala vhd zig zsh";
	const char *dot = path.len ? memrchr(path.data, '.', path.len) : NULL;
	if (!dot || path.len > PATH_LEN_MAX)
		return false;
	size_t stem = (size_t)(dot - path.data);
	struct subunit2_view ending = {dot + 1, path.len - stem - 1};
	if (stem == 0 || path.data[stem - 1] == '/' || ending.len > ENDING_LEN_MAX ||
	    !source_place_has_word(endings, ending))
		return false;
	return !source_place_contains(path, "/node_modules/") &&
	       !source_place_contains(path, "site-packages/") &&
	       !source_place_contains(path, "/lib/python") &&
	       !source_place_contains(path, "/perl5/");
}

bool
source_place_exists(struct subunit2_view path)
{
	struct stat status;
	char *text = memory_copy_len(path.data, path.len);
	bool exists = stat(text, &status) == 0 ? S_ISREG(status.st_mode)
	                                       : errno == EIO || errno == ENOMEM || errno == EACCES;
	free(text);
	return exists;
}

/* Sets PLACE to the path that ends LEN bytes into LINE, if it is a source file. */
static bool
source_place_take_path(struct source_place *place, struct subunit2_view line, size_t len)
{
	size_t start = len;
	while (start > 0 && source_place_is_path_byte(line.data[start - 1]))
		start--;
	/* file:///src/x.js: the path begins after the second slash. */
	struct subunit2_view path = {line.data + start, len - start};
	if (subunit2_view_starts(path, SUBUNIT2_LITERAL("///")))
		path = (struct subunit2_view){path.data + 2, path.len - 2};
	if (subunit2_view_starts(path, SUBUNIT2_LITERAL("//")))
		return false; /* of a URL */
	place->file = path;
	return source_place_is_file(path);
}

/* Sets the line number of PLACE to the digits at AT. Returns false if there is no number. */
static bool
source_place_take_number(struct source_place *place, struct subunit2_view line, size_t at)
{
	uint64_t number = 0;
	while (at < line.len && source_place_is_digit(line.data[at]) && number < NUMBER_MAX)
		number = 10 * number + (uint64_t)(line.data[at++] - '0');
	place->line_number = number;
	return number > 0 && number < NUMBER_MAX;
}

/* Finds FILE:NUMBER, with the colon at COLON. */
static bool
source_place_at_colon(struct source_place *place, struct subunit2_view line, size_t colon)
{
	return colon > 0 && source_place_take_number(place, line, colon + 1) &&
	       source_place_take_path(place, line, colon);
}

/* Finds FILE line NUMBER, or FILE, line NUMBER, with the word "line" at WORD. FILE may be in
 * quotes. */
static bool
source_place_at_word(struct source_place *place, struct subunit2_view line, size_t word)
{
	size_t len = word;
	while (len > 0 && strchr(" ,\"'`", line.data[len - 1]))
		len--;
	return len > 0 && source_place_take_number(place, line, word + strlen("line ")) &&
	       source_place_take_path(place, line, len);
}

bool
source_place_find(struct source_place *place, struct subunit2_view line)
{
	for (size_t at = 0; at < line.len; at++) {
		struct subunit2_view rest = {line.data + at, line.len - at};
		if (line.data[at] == ':' && source_place_at_colon(place, line, at))
			return true;
		if (line.data[at] == 'l' && at > 0 && line.data[at - 1] == ' ' &&
		    subunit2_view_starts(rest, SUBUNIT2_LITERAL("line ")) &&
		    source_place_at_word(place, line, at))
			return true;
	}
	return false;
}
