/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The selection: lists of ids, filters, shards, orders. */
#include "selection.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	CHECK(list_gives("t/000.t:x\n", "t/000.t:x"));
	CHECK(list_gives("/dev/null\n/dev/null:x\n", "/dev/null /dev/null:x"));

	struct suite suite = {0};
	struct selection selection = {0};
	suite_add_id(&suite, &options, "a");
	suite_add_id(&suite, &options, "a::b");
	selection_add_list(&selection, &suite, &options, "a::b::c\na::c", 12);
	CHECK_NAMED("the longest known id is the script",
	            is(&selection, &suite, "a::b[a::b::c] a[a::c]"));
	selection_clear(&selection);
	CHECK(!selection.choices && !selection.count);
	suite_clear(&suite);

	suite_add_id(&suite, &options, "a::b");
	suite_add_id(&suite, &options, "a");
	suite_add_id(&suite, &options, "");
	selection_add_list(&selection, &suite, &options, "a::b::c\n::x", 11);
	CHECK_NAMED("the order of the suite makes no difference",
	            is(&selection, &suite, "a::b[a::b::c] ::x"));
	selection_clear(&selection);
	suite_clear(&suite);

	suite_add_id(&suite, &options, "/dev/null::x");
	selection_add_list(&selection, &suite, &options, "/dev/null::x::y", 15);
	CHECK_NAMED("a known script comes before a file",
	            is(&selection, &suite, "/dev/null::x[/dev/null::x::y]"));
	selection_add_list(&selection, &suite, &options, "   ", 2);
	selection_add_list(&selection, &suite, &options, &"\r\n"[1], 1);
	CHECK_NAMED("no byte beside the list counts", selection.count == 1);
	selection_clear(&selection);
	suite_clear(&suite);
}

static void
check_files(void)
{
	char top[] = "/tmp/selection-XXXXXX", path[64];
	struct suite suite = {0};
	struct selection selection = {0};
	struct script_options below = {.root = top};
	if (!mkdtemp(top))
		exit(99);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/f%s", top, i ? "::g" : "");
		fclose(fopen(path, "w"));
	}
	selection_add_list(&selection, &suite, &below, "f::g::h", 7);
	CHECK_NAMED("the longest name of a file is the script",
	            is(&selection, &suite, "f::g[f::g::h]"));
	selection_clear(&selection);
	suite_clear(&suite);
	unlink(path);
	snprintf(path, sizeof(path), "%s/f", top);
	unlink(path);
	rmdir(top);
}

/* Requests, one after the other. */
static void
check_requests(void)
{
	struct suite suite = suite_of(2);
	struct selection selection = {0};
	CHECK(selection_add_id(&selection, &suite, &options, "t/001.t") == 0);
	CHECK(selection_add_id(&selection, &suite, &options, "t/001.t") == 1);
	CHECK(selection_add_id(&selection, &suite, &options, "t/000.t::x") == 2);
	CHECK(is(&selection, &suite, "t/001.t t/001.t t/000.t[t/000.t::x]"));
	CHECK(selection.choices[2].expected_ns == -1 && selection.choices[2].longest_ns == -1 &&
	      !selection.choices[2].failed);
	selection_clear(&selection);
	selection_add_list(&selection, &suite, &options, "t/001.t\nt/new.t\nt/000.t", 23);
	selection_keep_order(&selection);
	CHECK(is(&selection, &suite, "t/000.t t/001.t t/new.t"));
	selection_clear(&selection);
	selection_keep_order(&selection);
	CHECK(selection.count == 0);
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

static const int *times;

static void
time_of(void *context, const char *id, struct choice *choice)
{
	(void)context;
	choice->expected_ns = times[atoi(id + 2)];
}

/* Returns true if tests that took these TIMES and were added in the order LIST are put in the order
 * EXPECTED, by their last digits; or, with SHARDS, that so many of them are in the first share. */
static bool
order_is(const int *taken, const char *list, unsigned shards, const char *expected)
{
	struct suite suite = suite_of(10);
	struct selection selection = {0};
	char id[16], order[16] = "";
	for (const char *digit = list; *digit; digit++) {
		snprintf(id, sizeof(id), "t/00%c.t", *digit);
		selection_add_id(&selection, &suite, &options, id);
	}
	times = taken;
	selection_look_up(&selection, &suite, time_of, NULL);
	if (shards)
		selection_shard(&selection, &suite, 1, shards);
	else
		selection_slowest_first(&selection, &suite);
	for (size_t i = 0; i < selection.count; i++)
		order[i] = (char)('0' + selection.choices[i].script);
	if (strcmp(order, expected) != 0)
		printf("# order: %s\n", order);
	selection_clear(&selection);
	suite_clear(&suite);
	return strcmp(order, expected) == 0;
}

#define UNKNOWN (-1)

static void
check_orders(void)
{
	CHECK(order_is((int[]){UNKNOWN, 3, 2}, "012", 0, "102"));
	CHECK(order_is((int[]){5, 1, UNKNOWN}, "012", 0, "021"));
	CHECK(order_is((int[]){UNKNOWN, UNKNOWN}, "10", 0, "10"));
	CHECK_NAMED("equal times are sorted by id", order_is((int[]){0, 0, 0}, "210", 0, "012"));
	CHECK(order_is((int[]){1, 1, 2}, "012", 2, "2"));
	CHECK(order_is((int[]){9, 9, 8, 8}, "0123", 2, "02"));
	CHECK_NAMED("a test that took no time counts little",
	            order_is((int[]){10, 0, 0, 0, 0, 0, 0, 0, 0}, "012345678", 2, "0"));
	CHECK(order_is((int[]){3, 0, 0, 0, 0}, "01234", 2, "0"));
}

static void
check_failed_first(void)
{
	struct suite suite = suite_of(4);
	struct selection selection = {0};
	selection_add_all(&selection, &suite);
	selection.choices[1].failed = selection.choices[3].failed = true;
	selection_failed_first(&selection);
	CHECK(is(&selection, &suite, "t/001.t t/003.t t/000.t t/002.t"));
	selection_filter(&selection, &suite, is_even, NULL);
	CHECK(is(&selection, &suite, "t/000.t t/002.t"));
	selection_add_all(&selection, &suite);
	selection_filter(&selection, &suite, is_even, NULL);
	CHECK(is(&selection, &suite, "t/000.t t/002.t t/000.t t/002.t"));
	selection_clear(&selection);
	selection_add_all(&selection, &suite);
	selection.choices[2].failed = true;
	selection.choices[2].expected_ns = 1;
	selection.choices[3].expected_ns = 9;
	selection_filter(&selection, &suite, is_even, NULL);
	selection_failed_first(&selection);
	CHECK_NAMED("dropped choices are not sorted", is(&selection, &suite, "t/002.t t/000.t"));
	selection.count = 1;
	selection.choices[1].expected_ns = 9;
	selection_add_id(&selection, &suite, &options, "t/001.t");
	selection_slowest_first(&selection, &suite);
	CHECK(is(&selection, &suite, "t/001.t t/002.t"));
	selection_clear(&selection);
	suite_clear(&suite);
}

/* A seed gives this order on each machine, and in each version. */
static void
check_seed(void)
{
	struct suite suite = suite_of(8);
	struct selection selection = {0};
	selection_add_all(&selection, &suite);
	selection_shuffle(&selection, &suite, 1);
	CHECK(is(&selection, &suite,
	         "t/002.t t/001.t t/007.t t/003.t t/006.t t/000.t t/005.t t/004.t"));
	selection_clear(&selection);
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
	check_files();
	check_requests();
	check_orders();
	check_failed_first();
	check_seed();
	return check_done();
}
