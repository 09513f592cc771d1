/* A quoted line, read by a shell, is the same words again. */
#include "run/quote.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
quotes(const char *const *argv, const char *expected)
{
	char *line = quote_words(argv);
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
	char *line = quote_words(argv), output[512] = "";
	FILE *shell = popen(line, "r");
	size_t len = shell ? fread(output, 1, sizeof(output) - 1, shell) : 0;
	if (shell)
		pclose(shell);
	free(line);
	return len == strlen(expected) && memcmp(output, expected, len) == 0;
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
	return check_done();
}
