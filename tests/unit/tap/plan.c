/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Plans: the faults of a level, and numbers of any size and order.
 */
#include "plan.h"
#include "check.h"

#include <stdlib.h>

static struct tap_plan plan;

/* LINES, separated by newlines, make the plan; returns its faults. */
static const char *
faults(const char *lines, bool complete)
{
	static char text[TAP_FAULTS_MAX + 1];
	tap_plan_clear(&plan);
	for (const char *end; *lines; lines = *end ? end + 1 : end) {
		end = strchrnul(lines, '\n');
		struct tap_line line;
		tap_line_read(&line, (struct tap_bytes){lines, (size_t)(end - lines)});
		if (line.kind == TAP_PLAN)
			tap_plan_set(&plan, &line);
		else if (line.kind == TAP_RESULT)
			tap_plan_count(&plan, &line);
		else
			abort();
	}
	text[tap_plan_faults(&plan, complete, true, text)] = '\0';
	return text;
}

static const struct {
	const char *lines, *expected;
} cases[] = {
	{"1..2\nok 1\nok 2", ""},
	{"1..2\nok\nok", ""},
	{"ok\nnot ok\n1..2", ""},
	{"1..3\nok 3\nok 1\nok 2", ""},
	{"1..0", ""},
	{"ok 1", "no plan"},
	{"", "no plan"},
	{"1..3\nok 1", "planned 3, ran 1; missing: 2-3"},
	{"1..9\nok 1\nok 3\nok 5\nok 7\nok 9", "planned 9, ran 5; missing: 2, 4, 6, 8"},
	{"1..11\nok 2\nok 4\nok 6\nok 8\nok 10", "planned 11, ran 5; missing: 1, 3, 5, 7 …"},
	{"1..2\nok 1\nok 2\nok 3", "planned 2, ran 3; test 3 is outside the plan"},
	{"1..2\nok 1\nok 5", "missing: 2; test 5 is outside the plan"},
	{"1..2\nok 1\nok 1", "missing: 2; test number 1 is repeated"},
	{"1..1\nok 0", "missing: 1; test 0 is outside the plan"},
	{"ok 1\nok 2\n1..1", "planned 1, ran 2; test 2 is outside the plan"},
	{"ok 1\n1..2\nok 2", "test 2 came after the plan at the end"},
	{"1..1\nok 1\n1..1", "a second plan"},
	{"1..2\nok 1\n1..1\nok 1\nok 2",
         "planned 3 in 2 plans, ran 3; the TAP of several scripts can be separated "
         "only if other output, such as their names, stands between them; make -j needs "
         "-O"},
	{"1..0\nok 1", "planned 0, ran 1; test 1 is outside the plan"},
	{"1..18446744073709551615\nok 18446744073709551615\nok 1",
         "planned 18446744073709551615, ran 2; missing: 2-18446744073709551614"},
	{"1..1\nok 18446744073709551615\nok",
         "planned 1, ran 2; missing: 1; test 18446744073709551615 is outside the plan; "
         "test number 18446744073709551615 is repeated"},
};

static void
check_numbers(void)
{
	static struct tap_numbers numbers;
	tap_numbers_clear(&numbers);
	CHECK(tap_numbers_add(&numbers, 5, 5));
	CHECK(tap_numbers_add(&numbers, 1, 2));
	CHECK(tap_numbers_add(&numbers, 7, 9));
	CHECK(numbers.count == 3);
	CHECK(!tap_numbers_add(&numbers, 2, 3));
	CHECK(tap_numbers_add(&numbers, 4, 4));
	CHECK(numbers.count == 2);
	CHECK(tap_numbers_add(&numbers, 6, 6));
	CHECK(numbers.count == 1 && numbers.ranges[0].first == 1 && numbers.ranges[0].last == 9);
	CHECK(tap_numbers_has(&numbers, 9) && !tap_numbers_has(&numbers, 10) &&
	      !tap_numbers_has(&numbers, 0));
	CHECK(tap_numbers_add(&numbers, UINT64_MAX, UINT64_MAX));
	CHECK(!tap_numbers_add(&numbers, UINT64_MAX, UINT64_MAX));
	CHECK(tap_numbers_add(&numbers, 0, 0));
	CHECK(numbers.count == 2);
	struct tap_range gap;
	static struct tap_numbers again;
	tap_numbers_add(&again, 1, 2);
	tap_numbers_add(&again, 7, 30);
	tap_numbers_clear(&again);
	tap_numbers_add(&again, 5, 5);
	CHECK(!tap_numbers_has(&again, 10) && tap_numbers_gap(&again, 10, 20, &gap) &&
	      gap.first == 10 && gap.last == 20);
	CHECK(!tap_numbers_gap(&numbers, 5, 4, &gap) && !tap_numbers_gap(&numbers, 11, 10, &gap));
	CHECK(!tap_numbers_gap(&numbers, 1, 9, &gap));
	CHECK(tap_numbers_gap(&numbers, 1, 10, &gap) && gap.first == 10 && gap.last == 10);
	CHECK(tap_numbers_gap(&numbers, 12, UINT64_MAX, &gap) && gap.first == 12 &&
	      gap.last == UINT64_MAX - 1);
	for (uint64_t i = 0; i < 4 * TAP_RANGES_MAX; i++)
		tap_numbers_add(&numbers, 100 + 2 * i, 100 + 2 * i);
	CHECK(numbers.lossy && numbers.count == TAP_RANGES_MAX);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *got = faults(cases[i].lines, true);
		if (!CHECK_NAMED(cases[i].expected, strcmp(got, cases[i].expected) == 0))
			printf("# got: %s\n", got);
	}
	CHECK(strcmp(faults("1..3\nok 1", false), "") == 0);
	CHECK(strcmp(faults("1..1\nok 1\nok 2", false),
	             "planned 1, ran 2; test 2 is outside the plan") == 0);
	faults("1..9 todo 2 4-5, 7;", true);
	CHECK(tap_numbers_has(&plan.todo, 2) && !tap_numbers_has(&plan.todo, 3) &&
	      tap_numbers_has(&plan.todo, 5) && tap_numbers_has(&plan.todo, 7));
	check_numbers();
	return check_done();
}
