/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* How JUnit calls a test: class and name of an id. */
#include "junit_name.h"

#include "check.h"

static bool
splits(const char *id, const char *class, const char *name)
{
	struct junit_name split = junit_name_split(subunit2_view_of(id));
	const struct junit_name expected = {subunit2_view_of(class), subunit2_view_of(name)};
	return junit_name_equal(&split, &expected);
}

static void
test_split(void)
{
	CHECK(splits("a.b.c", "a.b", "c"));
	CHECK(splits("a.b(1.5)", "a", "b(1.5)"));
	CHECK(splits("a(1.5).b", "a(1.5)", "b"));
	CHECK(splits("a.b[x.y", "a", "b[x.y"));
	CHECK(splits("a.b)c.d", "a.b)c", "d"));
	CHECK(splits("a.b c.d", "a", "b c.d"));
	CHECK(splits("a.b/c.d", "a", "b/c.d"));
	CHECK(splits("t/a.t::b.c d", "t/a.t", "b.c d"));
	CHECK(splits("a.b(c::d)", "a", "b(c::d)"));
}

/* An id without such a dot is both. */
static void
test_whole(void)
{
	static const char *const ids[] = {
		"",      "a",     ".",   "..",        ".a",          "a.",
		"::",    "a::",   "::a", "deploy.sh", "t/deploy.sh", "deploy.sh --fast",
		"a b.c", "a/b.c",
	};
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		CHECK(splits(ids[i], ids[i], ids[i]));
}

static void
test_tags(void)
{
	const struct junit_name names[] = {
		{SUBUNIT2_LITERAL("a"), SUBUNIT2_LITERAL("b")},
		{SUBUNIT2_LITERAL(""), SUBUNIT2_LITERAL("")},
		{SUBUNIT2_ABSENT, SUBUNIT2_LITERAL("b")},
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct subunit2_tagset tags = {0};
		struct junit_name read;
		CHECK(!junit_name_of_tags(subunit2_tagset_view(&tags), &read));
		CHECK(junit_name_add_tags(&tags, &names[i], NULL) == SUBUNIT2_E_OK);
		CHECK(junit_name_of_tags(subunit2_tagset_view(&tags), &read));
		CHECK(junit_name_equal(&read, &names[i]));
		subunit2_tagset_clear(&tags);
	}
}

int
main(void)
{
	test_split();
	test_whole();
	test_tags();
	return check_done();
}
