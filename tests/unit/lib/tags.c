/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Tag lists and the set that builds them. */
#include <subunit2/tags.h>

#include "check.h"

#include <stdlib.h>

#define VIEW SUBUNIT2_LITERAL

/* Return whether TAGS, joined by commas, are EXPECTED, and COUNT of them. */
static bool
lists(struct subunit2_tags tags, size_t count, const char *expected)
{
	char joined[256] = "";
	size_t len = 0, seen = 0;
	struct subunit2_view tag;
	if (tags.count != count)
		return false;
	while (subunit2_tags_next(&tags, &tag) && len + tag.len + 1 < sizeof(joined)) {
		memcpy(joined + len, tag.data, tag.len);
		len += tag.len;
		joined[len++] = ',';
		seen++;
	}
	return seen == count &&
	       subunit2_view_equal((struct subunit2_view){joined, len}, subunit2_view_of(expected));
}

static bool
holds(const struct subunit2_tagset *set, size_t count, const char *expected)
{
	return lists(subunit2_tagset_view(set), count, expected);
}

static void
check_lists(void)
{
	const struct subunit2_tags tags = {4, VIEW("\1a\0\2bc\1a")};
	CHECK_NAMED("a list may hold an empty tag, and one twice", lists(tags, 4, "a,,bc,a,"));
	CHECK(subunit2_tags_has(tags, VIEW("bc")) && subunit2_tags_has(tags, VIEW("")));
	CHECK(!subunit2_tags_has(tags, VIEW("b")) && !subunit2_tags_has(tags, VIEW("abc")));
	CHECK(!subunit2_tags_has(SUBUNIT2_NO_TAGS, VIEW("a")));

	struct subunit2_view tag;
	struct subunit2_tags broken = {2, VIEW("\1a\5bc")};
	CHECK(subunit2_tags_next(&broken, &tag) && subunit2_view_equal(tag, VIEW("a")));
	CHECK_NAMED("a tag that reaches beyond the list ends the walk",
	            !subunit2_tags_next(&broken, &tag) && broken.count == 1);
}

static void
check_set(void)
{
	struct subunit2_tagset set = {0};
	const struct subunit2_tags more = {3, VIEW("\1c\1a\1d")};
	CHECK(holds(&set, 0, ""));
	CHECK(subunit2_tagset_add(&set, VIEW("b"), NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_tagset_add(&set, VIEW("a"), NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_tagset_add(&set, VIEW("b"), NULL) == SUBUNIT2_E_OK);
	CHECK_NAMED("tags keep their order, each is there once", holds(&set, 2, "b,a,"));
	CHECK(subunit2_tagset_add_all(&set, more, NULL) == SUBUNIT2_E_OK);
	CHECK(holds(&set, 4, "b,a,c,d,"));
	subunit2_tagset_remove(&set, VIEW("a"));
	CHECK(holds(&set, 3, "b,c,d,"));
	subunit2_tagset_remove(&set, VIEW("a"));
	CHECK(holds(&set, 3, "b,c,d,"));
	subunit2_tagset_remove(&set, VIEW("d"));
	subunit2_tagset_remove(&set, VIEW("b"));
	CHECK(holds(&set, 1, "c,"));
	CHECK(subunit2_tagset_add(&set, VIEW(""), NULL) == SUBUNIT2_E_OK && holds(&set, 2, "c,,"));
	subunit2_tagset_remove(&set, VIEW("c"));
	subunit2_tagset_remove(&set, VIEW(""));
	CHECK(holds(&set, 0, ""));
	subunit2_tagset_clear(&set);
	CHECK(holds(&set, 0, "") && !set.data);
	subunit2_tagset_clear(&set);
}

/* Return a tag such as "tag 4711". */
static struct subunit2_view
numbered(char buffer[24], int number)
{
	return (struct subunit2_view){buffer, (size_t)snprintf(buffer, 24, "tag %d", number)};
}

/* So many tags that each new one cannot be compared with all others. */
static void
check_many(void)
{
	const int many = (int)check_rounds(200000);
	struct subunit2_tagset set = {0};
	struct subunit2_view tag;
	char text[24];
	bool kept = true;
	for (int turn = 0; turn < 2; turn++)
		for (int i = 0; i < many; i++)
			kept = kept &&
			       subunit2_tagset_add(&set, numbered(text, i), NULL) == SUBUNIT2_E_OK;
	CHECK_NAMED("many tags, each of them twice",
	            kept && subunit2_tagset_view(&set).count == (size_t)many);
	subunit2_tagset_remove(&set, numbered(text, 1000));
	CHECK(subunit2_tagset_add(&set, numbered(text, 1001), NULL) == SUBUNIT2_E_OK);
	CHECK(subunit2_tagset_add(&set, numbered(text, 1000), NULL) == SUBUNIT2_E_OK);
	struct subunit2_tags rest = subunit2_tagset_view(&set);
	CHECK(rest.count == (size_t)many);
	for (int i = 0; i < many; i++) {
		int number = i < 1000 ? i : i == many - 1 ? 1000 : i + 1;
		kept = kept && subunit2_tags_next(&rest, &tag) &&
		       subunit2_view_equal(tag, numbered(text, number));
	}
	CHECK_NAMED("many tags keep their order", kept);
	subunit2_tagset_clear(&set);
}

/* Tags whose lengths take one, two and three bytes, and enough of them to grow. */
static void
check_long_tags(void)
{
	const size_t lengths[] = {63, 64, 16383, 16384, 100000};
	const size_t count = sizeof(lengths) / sizeof(*lengths);
	struct subunit2_tagset set = {0};
	char *text = malloc(lengths[count - 1]);
	if (!text) {
		CHECK_NAMED("memory for the test", false);
		return;
	}
	memset(text, 'x', lengths[count - 1]);
	bool kept = true;
	for (size_t i = 0; i < count; i++)
		kept = kept && subunit2_tagset_add(&set, (struct subunit2_view){text, lengths[i]},
		                                   NULL) == SUBUNIT2_E_OK;
	struct subunit2_tags tags = subunit2_tagset_view(&set);
	for (size_t i = 0; i < count; i++) {
		struct subunit2_view tag = SUBUNIT2_ABSENT;
		kept = kept && subunit2_tags_next(&tags, &tag) && tag.len == lengths[i] &&
		       memcmp(tag.data, text, tag.len) == 0;
	}
	CHECK_NAMED("long tags survive", kept && tags.packed.len == 0);

	struct subunit2_error error;
	CHECK(subunit2_tagset_add(&set, (struct subunit2_view){text, (size_t)1 << 30}, &error) ==
	      SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "tag") == 0);
	free(text);
	subunit2_tagset_clear(&set);
}

static void
check_invalid_tags(void)
{
	const struct subunit2_view invalid[] = {SUBUNIT2_ABSENT, VIEW("a\0b"), VIEW("a\xff"),
	                                        VIEW("\xc3")};
	const struct subunit2_tags cut = {2, VIEW("\1a\5b")};
	struct subunit2_tagset set = {0};

	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++) {
		struct subunit2_error error;

		CHECK(subunit2_tagset_add(&set, invalid[i], &error) == SUBUNIT2_E_INVALID);
		CHECK(strcmp(error.subject, "tag") == 0 && holds(&set, 0, ""));
	}
	CHECK(subunit2_tagset_add_all(&set, cut, NULL) == SUBUNIT2_E_INVALID);
	CHECK_NAMED("tags before the one that failed stay", holds(&set, 1, "a,"));
	const struct subunit2_tags fewer = {2, VIEW("\1a")}, none = {1, VIEW("")};
	CHECK(subunit2_tagset_add_all(&set, fewer, NULL) == SUBUNIT2_E_INVALID);
	CHECK(subunit2_tagset_add_all(&set, none, NULL) == SUBUNIT2_E_INVALID);
	CHECK(!subunit2_tags_has(none, VIEW("")) && !subunit2_tags_has(cut, VIEW("b")));
	subunit2_tagset_clear(&set);
}

int
main(void)
{
	check_invalid_tags();
	check_lists();
	check_set();
	check_many();
	check_long_tags();
	return check_done();
}
