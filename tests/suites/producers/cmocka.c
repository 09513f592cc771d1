/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* cmocka: pass, fail, skip, failing set-up and tear-down, two groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void
passes(void **state)
{
	(void)state;
	assert_int_equal(1 + 1, 2);
}

static void
fails(void **state)
{
	(void)state;
	assert_string_equal("left # TODO", "right");
}

static void
skipped(void **state)
{
	(void)state;
	skip();
}

static int
broken(void **state)
{
	(void)state;
	return -1;
}

int
main(void)
{
	const struct CMUnitTest first[] = {
		cmocka_unit_test(passes),
		cmocka_unit_test(fails),
		cmocka_unit_test(skipped),
		cmocka_unit_test_setup(passes, broken),
		cmocka_unit_test_teardown(passes, broken),
	};
	const struct CMUnitTest second[] = {cmocka_unit_test(passes)};
	int failed = cmocka_run_group_tests_name("first", first, NULL, NULL);
	failed += cmocka_run_group_tests_name("broken group", second, broken, NULL);
	return failed + cmocka_run_group_tests_name("second", second, NULL, NULL);
}
