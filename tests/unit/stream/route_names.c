/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Routes: no code is, or lies below, another's. */
#include "route_names.h"
#include "check.h"

#include <string.h>

static struct string_list routes;

static bool
gives(const char *wanted, const char *expected)
{
	const char *route = route_names_add(&routes, wanted);
	if (strcmp(route, expected) != 0)
		printf("# %s\n", route);
	return strcmp(route, expected) == 0;
}

int
main(void)
{
	CHECK(gives("a/b", "a/b"));
	CHECK(gives("a/b", "a#2/b"));
	CHECK(gives("a/b", "a#3/b"));
	CHECK(gives("a/b/c", "a#4/b/c"));
	CHECK(gives("a", "a#5"));
	CHECK(gives("a/bc", "a/bc"));
	CHECK(gives("ab", "ab"));
	CHECK(gives("x\xff\ny", "x\\xff\\x0ay"));
	string_list_clear(&routes);
	return check_done();
}
