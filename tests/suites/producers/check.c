/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* libcheck: pass, fail, error, a signal, a time-out, a loop, a failing fixture. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void
broken_setup(void)
{
	ck_abort_msg("set-up");
}

START_TEST(passes)
{
	ck_assert_int_eq(1 + 1, 2);
}
END_TEST

START_TEST(fails)
{
	ck_assert_int_eq(1 + 1, 3);
}
END_TEST

START_TEST(crashes)
{
	raise(SIGSEGV);
}
END_TEST

START_TEST(exits)
{
	exit(3);
}
END_TEST

START_TEST(hangs)
{
	pause();
}
END_TEST

START_TEST(loops)
{
	ck_assert_msg(_i != 1, "the second: # TODO ok");
}
END_TEST

int
main(int argc, char **argv)
{
	/* Any argument: version 1 of subunit. */
	Suite *suite = suite_create("Sums # of all");
	TCase *tests = tcase_create("core"), *fixture = tcase_create("fixture");
	tcase_add_test(tests, passes);
	tcase_add_test(tests, fails);
	tcase_add_test(tests, crashes);
	tcase_add_test_raise_signal(tests, crashes, SIGSEGV);
	tcase_add_test(tests, exits);
	tcase_add_test(tests, hangs);
	tcase_set_timeout(tests, 0.2);
	tcase_add_loop_test(tests, loops, 0, 3);
	tcase_add_checked_fixture(fixture, broken_setup, NULL);
	tcase_add_test(fixture, passes);
	suite_add_tcase(suite, tests);
	suite_add_tcase(suite, fixture);
	SRunner *runner = srunner_create(suite);
	(void)argv;
	srunner_run_all(runner, argc > 1 ? CK_SUBUNIT : CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
