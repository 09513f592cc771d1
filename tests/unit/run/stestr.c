/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The words of stestr, in our own. */
#include "stestr.h"
#include "check.h"

#include <string.h>

/* Translates WORDS, up to NULL. Returns true if the result, in brackets, is EXPECTED. */
static bool
becomes(const char *const *words, const char *expected)
{
	struct string_list list = {0};
	char text[256];
	size_t len = 0;
	int count = 0;
	while (words[count])
		count++;
	stestr_translate(&list, count, words);
	for (size_t i = 0; i < list.count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "[%s]", list.items[i]);
	string_list_clear(&list);
	if (strcmp(text, expected) != 0)
		printf("# %s\n", text);
	return strcmp(text, expected) == 0;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

int
main(void)
{
	CHECK(becomes(WORDS("run", "--stestr", "-m", "stestr.subunit_runner.run", "discover", "-t",
	                    ".", "t", "--list"),
	              "[run][--exit=stream][--stestr][--root=.][t][--list]"));
	CHECK_NAMED("other words stay", becomes(WORDS("run", "-m", "a", "discover", "-t", "."),
	                                        "[run][-m][a][discover][-t][.]"));
	CHECK_NAMED("the first word is a command",
	            becomes(WORDS("--stestr", "-m", "a"), "[--stestr][-m][a]"));
	CHECK(becomes(WORDS("run", "-t", ".", "--stestr"),
	              "[run][--exit=stream][-t][.][--stestr]"));
	CHECK_NAMED("a folder may have the name of a word",
	            becomes(WORDS("run", "--stestr", "discover", "discover"),
	                    "[run][--exit=stream][--stestr][discover]"));
	CHECK(becomes(WORDS("run", "--stestr", "discover", "-t"),
	              "[run][--exit=stream][--stestr][-t]"));
	CHECK(becomes(WORDS("run", "--stestr", "-m"), "[run][--exit=stream][--stestr][-m]"));
	return check_done();
}
