/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The list of running tests to attach to, and the output that is kept of each. */
#include "attach_list.h"
#include "check.h"

#include "memory_file.h"

#include <stdlib.h>
#include <string.h>

#define TESTS 12
#define MS 1000000LL

static struct attach_test *running, *tests[TESTS];
static struct attach_list list = {.tests = &running};
static unsigned widths[9];

/* Returns the list as drawn, with at most that many columns and lines. */
static const char *
drawn(unsigned columns, unsigned lines)
{
	static char text[1024];
	char *memory = NULL;
	size_t len;
	FILE *file = memory_file(&memory, &len);
	unsigned put = attach_list_put(&list, file, columns, lines, 3000, widths);
	fclose(file);
	CHECK_NAMED("as many lines as it returns, and no more than it may",
	            put <= lines && len < sizeof(text));
	memcpy(text, memory, len + 1);
	free(memory);
	return text;
}

static enum attach_list_result
type(const char *keys)
{
	struct subunit2_view bytes = subunit2_view_of(keys);
	return attach_list_type(&list, &bytes);
}

static void
check_list(void)
{
	static char ids[TESTS][8];
	CHECK(strstr(drawn(80, 9), "no test runs"));
	CHECK_NAMED("without a test, Enter closes the list", type("\r") == ATTACH_LIST_CLOSED);
	for (int i = 0; i < TESTS; i++) {
		snprintf(ids[i], sizeof(ids[i]), "t%02u", (unsigned)i % 100);
		struct attach_test_options options = {
			.id = ids[i],
			.code = i ? SUBUNIT2_ABSENT : SUBUNIT2_LITERAL("mac/0"),
		};
		tests[i] = attach_test_add(&running, NULL, &options, 1000 * MS);
	}
	CHECK(strcmp(drawn(80, 3), "attach to: (up, down, Enter; Esc)\n"
	                           "> 1 t00  2.00s  on mac\n"
	                           "  2 t01  2.00s\n") == 0);
	CHECK_NAMED("the list scrolls with the selected test",
	            type("jj\033[B\033OB") == ATTACH_LIST_OPEN &&
	                    strcmp(drawn(80, 3), "attach to: (up, down, Enter; Esc)\n"
	                                         "  1 t03  2.00s\n"
	                                         "> 2 t04  2.00s\n") == 0);
	CHECK(type("k\n") == ATTACH_LIST_SELECTED && list.selected == tests[3]);
	CHECK_NAMED("it ends at both ends", type("jjjjjjjjjjjjjjjj\n") == ATTACH_LIST_SELECTED &&
	                                            list.selected == tests[11] &&
	                                            type("kkkkkkkkkkkkkkkk\n") &&
	                                            list.selected == tests[0]);
	CHECK(strcmp(drawn(80, 1), "> 1 t00  2.00s  on mac\n") == 0);
	drawn(14, 9);
	CHECK_NAMED("no line is wider than the terminal", widths[0] == 14 && widths[1] <= 14);
	drawn(80, 9);
	CHECK_NAMED("a digit selects the test of a line",
	            type("8") == ATTACH_LIST_SELECTED && list.selected == tests[7]);
	CHECK(type("9") == ATTACH_LIST_OPEN && type("0x") == ATTACH_LIST_OPEN);
	CHECK_NAMED("Escape and a bracket are two keys", type("\033[") == ATTACH_LIST_CLOSED);
	CHECK(type("\033") == ATTACH_LIST_CLOSED && type("q") == ATTACH_LIST_CLOSED &&
	      type("a") == ATTACH_LIST_CLOSED);
	attach_list_forget(&list, tests[7]);
	attach_test_remove(&running, tests[7]);
	CHECK_NAMED("a test that has ended is not selected",
	            type("8") == ATTACH_LIST_OPEN && !list.selected);
	CHECK(strstr(drawn(80, 9), "> 1 t00"));
}

static void
check_tail(void)
{
	char many[ATTACH_TAIL_MAX + 10];
	struct attach_test *test = tests[0];
	attach_test_keep(test, SUBUNIT2_LITERAL("one\ntwo"));
	CHECK(subunit2_view_equal(attach_test_tail(test), SUBUNIT2_LITERAL("one\ntwo")));
	memset(many, 'x', sizeof(many));
	attach_test_keep(test, (struct subunit2_view){many, ATTACH_TAIL_MAX - 5});
	CHECK_NAMED("it begins with a line",
	            attach_test_tail(test).len == ATTACH_TAIL_MAX - 5 + 3 &&
	                    memcmp(attach_test_tail(test).data, "twox", 4) == 0);
	attach_test_keep(test, (struct subunit2_view){many, sizeof(many)});
	CHECK_NAMED("or with the last bytes of a longer one",
	            attach_test_tail(test).len == ATTACH_TAIL_MAX);
	attach_test_keep(test, SUBUNIT2_LITERAL("y"));
	CHECK_NAMED("of which later bytes replace the first",
	            attach_test_tail(test).len == ATTACH_TAIL_MAX &&
	                    attach_test_tail(test).data[ATTACH_TAIL_MAX - 1] == 'y');
	many[20] = '\n';
	attach_test_keep(tests[1], (struct subunit2_view){many, sizeof(many)});
	CHECK_NAMED("also if all came at once",
	            attach_test_tail(tests[1]).len == sizeof(many) - 21);
	attach_test_keep(tests[2], (struct subunit2_view){many, ATTACH_TAIL_MAX});
	attach_test_keep(tests[3], (struct subunit2_view){many, ATTACH_TAIL_MAX - 1});
	attach_test_keep(tests[3], (struct subunit2_view){many, 1});
	CHECK_NAMED("as many bytes as are kept lack nothing",
	            attach_test_tail(tests[2]).len == ATTACH_TAIL_MAX &&
	                    attach_test_tail(tests[3]).len == ATTACH_TAIL_MAX);
}

int
main(void)
{
	check_list();
	check_tail();
	while (running)
		attach_test_remove(&running, running);
	return check_done();
}
