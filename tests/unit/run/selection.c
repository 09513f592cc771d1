/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The selection: lists of ids, filters, shards, orders. */
#include "selection.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static const struct script_options options;

static struct suite
suite_of(int count)
{
	struct suite suite = {0};
	char id[32];
	for (int i = 0; i < count; i++) {
		snprintf(id, sizeof(id), "t/%03d.t", i);
		suite_add_id(&suite, &options, id);
	}
	return suite;
}

/* Ids and, in brackets, subtests. */
static bool
is(const struct selection *selection, const struct suite *suite, const char *expected)
{
	char text[512] = "";
	for (size_t i = 0; i < selection->count; i++) {
		const struct choice *choice = &selection->choices[i];
		strcat(strcat(text, i ? " " : ""), suite->scripts[choice->script].id);
		for (size_t j = 0; j < choice->subtests.count; j++)
			strcat(strcat(strcat(text, "["), choice->subtests.items[j]), "]");
	}
	if (strcmp(text, expected) != 0)
		printf("# %s\n", text);
	return strcmp(text, expected) == 0;
}

static bool
list_gives(const char *list, const char *expected)
{
	struct suite suite = suite_of(3);
	struct selection selection = {0};
	char *copy = strdup(list); /* so that valgrind sees a read past its end */
	selection_add_list(&selection, &suite, &options, copy, strlen(copy));
	bool good = is(&selection, &suite, expected);
	free(copy);
	selection_clear(&selection);
	suite_clear(&suite);
	return good;
}

static void
check_lists(void)
{
	CHECK(list_gives("t/001.t\nt/000.t\n", "t/001.t t/000.t"));
	CHECK(list_gives("t/001.t\r\n\r\n \t\nt/001.t", "t/001.t"));
	CHECK(list_gives("", ""));
	CHECK(list_gives("t/001.t::a\nt/002.t\nt/001.t::b::c\nt/001.t::a\n",
	                 "t/001.t[t/001.t::a][t/001.t::b::c][t/001.t::a] t/002.t"));
	CHECK(list_gives("t/none.t\n", "t/none.t"));
	CHECK(list_gives("t/none.t::x\n", "t/none.t::x"));
	CHECK(list_gives("/dev/null::x::y\n", "/dev/null[/dev/null::x::y]"));
	CHECK(list_gives("::\n", "::"));

	struct suite suite = {0};
	struct selection selection = {0};
	suite_add_id(&suite, &options, "a");
	suite_add_id(&suite, &options, "a::b");
	selection_add_list(&selection, &suite, &options, "a::b::c\na::c", 12);
	CHECK_NAMED("the longest known id is the script",
	            is(&selection, &suite, "a::b[a::b::c] a[a::c]"));
	selection_clear(&selection);
	suite_clear(&suite);
}

static bool
is_even(void *context, const char *id)
{
	(void)context;
	return (id[4] - '0') % 2 == 0;
}

static void
number_as_time(void *context, const char *id, struct choice *choice)
{
	(void)context;
	int number = atoi(id + 2);
	choice->expected_ns = number == 1 ? -1 : number;
}

static void
check_filter_and_times(void)
{
	struct suite suite = suite_of(4);
	struct selection selection = {0};
	selection_add_all(&selection, &suite);
	selection_look_up(&selection, &suite, number_as_time, NULL);
	selection_slowest_first(&selection, &suite);
	CHECK_NAMED("slowest first, the unknown as the mean",
	            is(&selection, &suite, "t/003.t t/002.t t/001.t t/000.t") ||
	                    is(&selection, &suite, "t/003.t t/001.t t/002.t t/000.t"));
	selection_filter(&selection, &suite, is_even, NULL);
	CHECK(is(&selection, &suite, "t/002.t t/000.t"));
	selection_clear(&selection);
	suite_clear(&suite);
}

static void
no_time(void *context, const char *id, struct choice *choice)
{
	(void)context, (void)id;
	choice->expected_ns = 0;
}

static void
check_shards_without_time(void)
{
	struct suite suite = suite_of(30);
	for (unsigned shard = 1; shard <= 3; shard++) {
		struct selection selection = {0};
		selection_add_all(&selection, &suite);
		selection_look_up(&selection, &suite, no_time, NULL);
		selection_shard(&selection, &suite, shard, 3);
		CHECK_NAMED("shares that take no time are equal", selection.count == 10);
		selection_clear(&selection);
	}
	suite_clear(&suite);
}

static uint64_t
shard_of_each(const struct suite *suite, unsigned shards, bool timed, int *of)
{
	uint64_t seen = 0, widest = 0;
	for (unsigned shard = 1; shard <= shards; shard++) {
		struct selection selection = {0};
		uint64_t load = 0;
		selection_add_all(&selection, suite);
		if (timed)
			selection_look_up(&selection, suite, number_as_time, NULL);
		selection_shard(&selection, suite, shard, shards);
		for (size_t i = 0; i < selection.count; i++) {
			of[selection.choices[i].script] = (int)shard;
			load += selection.choices[i].script;
			seen++;
		}
		widest = load > widest ? load : widest;
		selection_clear(&selection);
	}
	CHECK_NAMED("shards are disjoint and together all", seen == suite->count);
	return widest;
}

static void
check_shards(void)
{
	int before[100], after[101];
	struct suite suite = suite_of(100), larger = suite_of(101);
	shard_of_each(&suite, 3, false, before);
	shard_of_each(&larger, 3, false, after);
	CHECK_NAMED("one script more moves no other", memcmp(before, after, sizeof(before)) == 0);
	uint64_t widest = shard_of_each(&suite, 3, true, before);
	CHECK_NAMED("with times the shares are balanced", widest <= 4950 / 3 + 50);
	suite_clear(&suite);
	suite_clear(&larger);
}

static void
check_shuffle(void)
{
	struct suite suite = suite_of(50);
	struct selection one = {0}, same = {0}, other = {0};
	selection_add_all(&one, &suite);
	selection_add_all(&same, &suite);
	selection_add_all(&other, &suite);
	selection_shuffle(&one, &suite, 1);
	selection_shuffle(&same, &suite, 2);
	selection_shuffle(&same, &suite, 1);
	selection_shuffle(&other, &suite, 2);
	size_t equal = 0, moved = 0;
	bool again = true;
	for (size_t i = 0; i < 50; i++) {
		again = again && one.choices[i].script == same.choices[i].script;
		equal += one.choices[i].script == other.choices[i].script;
		moved += one.choices[i].script != i;
	}
	CHECK_NAMED("a seed's order does not depend on the order before", again);
	CHECK_NAMED("another seed is another order", equal < 25);
	CHECK_NAMED("it is not the order of names", moved > 25);
	selection_clear(&one);
	selection_clear(&same);
	selection_clear(&other);
	suite_clear(&suite);
}

int
main(void)
{
	check_lists();
	check_filter_and_times();
	check_shards();
	check_shards_without_time();
	check_shuffle();
	return check_done();
}
