/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A quoted line, read by a shell, is the same words again. */
#include "shell_quote.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
quotes(const char *const *argv, const char *expected)
{
	char *line = shell_quote_words(argv);
	bool same = strcmp(line, expected) == 0;
	if (!same)
		printf("# %s\n", line);
	free(line);
	return same;
}

/* What `printf '[%s]' LINE` prints. */
static bool
shell_reads(const char *const *argv, const char *expected)
{
	char *line = shell_quote_words(argv), output[512] = "";
	FILE *shell = popen(line, "r");
	size_t len = shell ? fread(output, 1, sizeof(output) - 1, shell) : 0;
	if (shell)
		pclose(shell);
	free(line);
	return len == strlen(expected) && memcmp(output, expected, len) == 0;
}

/* LINE splits into the words of EXPECTED, and these quoted do the same. */
static bool
splits(const char *line, const char *const *expected)
{
	struct string_list words = {0};
	const char *problem = shell_quote_split(line, &words);
	size_t count = 0;
	while (expected[count] && count < words.count &&
	       strcmp(words.items[count], expected[count]) == 0)
		count++;
	bool same = !problem && count == words.count && !expected[count];
	string_list_clear(&words);
	return same;
}

static bool
splits_back(const char *const *words)
{
	char *line = shell_quote_words(words);
	bool same = splits(line, words);
	free(line);
	return same;
}

static bool
refuses(const char *line, const char *reason)
{
	struct string_list words = {0};
	const char *problem = shell_quote_split(line, &words);
	bool none = words.count == 0;
	string_list_clear(&words);
	return none && problem && strstr(problem, reason);
}

int
main(void)
{
	CHECK(quotes((const char *[]){"make", "-j8", "X=a/b.c:d", "caf\xc3\xa9", NULL},
	             "make -j8 X=a/b.c:d caf\xc3\xa9"));
	CHECK(quotes((const char *[]){"", "a b", "it's", "$x", "~", "a;b", NULL},
	             "'' 'a b' 'it'\\''s' '$x' '~' 'a;b'"));
	CHECK(quotes((const char *[]){NULL}, ""));
	CHECK(shell_reads((const char *[]){"printf", "[%s]", "",   " ",        "'", "''", "\"",
	                                   "\\",     "\n",   "\t", "*",        "?", "`",  "$(",
	                                   "{a,b}",  "!",    "#",  "\x01\xff", "-", NULL},
	                  "[][ ]['][''][\"][\\][\n][\t][*][?][`][$(][{a,b}][!][#][\x01\xff][-]"));
	CHECK(splits(" ssh\t-o 'A B'\n{shell} ",
	             (const char *[]){"ssh", "-o", "A B", "{shell}", NULL}));
	CHECK(splits("a'b'\"c\"d '' \"\"", (const char *[]){"abcd", "", "", NULL}));
	CHECK(splits("\\' '\\' \"\\a\\\"\\\\\\$\" a\\ b c\\\nd",
	             (const char *[]){"'", "\\", "\\a\"\\$", "a b", "cd", NULL}));
	CHECK(refuses("", "empty"));
	CHECK(refuses(" \t\n", "empty"));
	CHECK(splits_back(
		(const char *[]){"", " ", "'", "\"", "\\", "\n", "a'b\"c\\d", "\xff", NULL}));
	CHECK(refuses("ssh 'x {shell}", "quote"));
	CHECK(refuses("ssh x\" {shell}", "quote"));
	CHECK(refuses("ssh \"x\\\"", "quote"));
	CHECK(refuses("ssh {shell} \\", "backslash"));
	return check_done();
}
