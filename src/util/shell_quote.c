/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "shell_quote.h"

#include "memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\n"

/* Returns true if C needs no quotes; bytes above ASCII need none. */
static bool
shell_quote_is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789%+,-./:=@_^";
	if (!*word)
		return false;
	for (; *word; word++)
		if ((unsigned char)*word < 0x80 && !strchr(plain, *word))
			return false;
	return true;
}

static char *
shell_quote_put_quoted(char *end, const char *word)
{
	*end++ = '\'';
	for (; *word; word++)
		end = *word == '\'' ? stpcpy(end, "'\\''") : (*end = *word, end + 1);
	*end++ = '\'';
	return end;
}

char *
shell_quote_words(const char *const *argv)
{
	size_t size = 1;
	for (const char *const *word = argv; *word; word++)
		size += 4 * strlen(*word) + 3;
	char *line = memory_zeroed(size, 1), *end = line;
	for (const char *const *word = argv; *word; word++) {
		if (word != argv)
			*end++ = ' ';
		end = shell_quote_is_plain(*word) ? stpcpy(end, *word)
		                                  : shell_quote_put_quoted(end, *word);
	}
	return line;
}

/* Moves one word from *LINE to *END, with a NUL. Returns NULL, or an error message. Outside of
 * quotes, a backslash quotes any character; in double quotes, only the characters that are special
 * there. */
static const char *
shell_quote_parse_word(const char **line, char **end)
{
	char quote = '\0', c;
	for (; (c = **line) != '\0' && (quote || !strchr(BLANKS, c)); ++*line) {
		char next = (*line)[1];
		if (c == quote) {
			quote = '\0';
		} else if (!quote && (c == '\'' || c == '"')) {
			quote = c;
		} else if (c != '\\' || quote == '\'' ||
		           (quote == '"' && !(next && strchr("$`\"\\\n", next)))) {
			*(*end)++ = c;
		} else if (!next) {
			return "nothing follows its last backslash";
		} else {
			++*line;
			if (next != '\n') /* backslash and newline continue the line */
				*(*end)++ = next;
		}
	}
	*(*end)++ = '\0';
	return quote ? "a quote is not closed" : NULL;
}

const char *
shell_quote_split(const char *line, struct string_list *words)
{
	struct string_list taken = {0};
	const char *problem = NULL;
	char *word = memory_zeroed(strlen(line) + 1, 1);
	while (!problem && *(line += strspn(line, BLANKS))) {
		char *end = word;
		problem = shell_quote_parse_word(&line, &end);
		string_list_add(&taken, word);
	}
	if (!problem && !taken.count)
		problem = "is empty";
	if (!problem)
		string_list_add_all(words, taken.items);
	string_list_clear(&taken);
	free(word);
	return problem;
}
