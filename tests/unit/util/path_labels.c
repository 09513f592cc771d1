/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Labels: the shortest part of each path that tells it from the others. */
#include "path_labels.h"
#include "check.h"

#include <string.h>

#define GIVES(expected, ...)                                                                       \
	gives(expected, (const char *const[]){__VA_ARGS__},                                        \
	      sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool
gives(const char *expected, const char *const *paths, size_t count)
{
	struct string_list labels = {0};
	char joined[512] = "";
	path_labels_of(&labels, paths, count);
	for (size_t i = 0; i < labels.count; i++)
		strcat(strcat(joined, i ? " " : ""), labels.items[i]);
	string_list_clear(&labels);
	if (strcmp(joined, expected) != 0)
		printf("# %s\n", joined);
	return strcmp(joined, expected) == 0;
}

/* Equal paths take time in proportion to their number. */
static bool
gives_many(void)
{
	enum { MANY = 20000 };
	struct string_list labels = {0};
	const char **paths = malloc(MANY * sizeof(*paths));
	for (size_t i = 0; i < MANY; i++)
		paths[i] = i == 7 ? "run#10" : "run";
	path_labels_of(&labels, paths, MANY);
	bool good = strcmp(labels.items[7], "run#10") == 0 &&
	            strcmp(labels.items[10], "run#11") == 0 &&
	            strcmp(labels.items[MANY - 1], "run#20000") == 0;
	string_list_clear(&labels);
	free(paths);
	return good;
}

/* So do those that differ. */
static bool
distinct_are_many(void)
{
	enum { MANY = 20000 };
	struct string_list labels = {0}, paths = {0};
	char name[64];
	for (unsigned i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "top/%u/same/deep/out", i);
		string_list_add(&paths, name);
	}
	path_labels_of(&labels, (const char *const *)paths.items, MANY);
	bool good = true;
	for (unsigned i = 0; i < MANY && good; i++) {
		snprintf(name, sizeof(name), "%u", i);
		good = strcmp(labels.items[i], name) == 0;
	}
	string_list_clear(&labels);
	string_list_clear(&paths);
	return good;
}

int
main(void)
{
	CHECK(GIVES("one", "some/where/one.subunit"));
	CHECK(GIVES("a b", "x/a.subunit", "y/b.subunit"));
	CHECK(GIVES("linux mac", "runs/linux/out.subunit", "runs/mac/out.subunit"));
	CHECK(GIVES("a/x b y", "a/x", "b/x", "a/y"));
	CHECK(GIVES("x x#2 x#3", "x", "./x", "x"));
	CHECK(GIVES("x x#2", "x.a", "x.b"));
	CHECK(GIVES(".hidden", "d/.hidden"));
	CHECK(GIVES(". .#2", ".", "/"));
	CHECK(GIVES("a b", "/deep/a/1/2", "/deep/b/1/2"));
	CHECK(GIVES("a a#2 b/b", "a/b", "b/a", "b/b"));
	CHECK(GIVES("a#2", "a#2"));
	CHECK(gives_many());
	CHECK(distinct_are_many());
	return check_done();
}
