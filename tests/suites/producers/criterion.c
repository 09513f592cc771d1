/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Criterion: pass, fail, skip, a crash, an exit, a time-out, an expected signal, parameters. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

Test(sums, passes)
{
	cr_assert_eq(1 + 1, 2);
}
Test(sums, fails)
{
	cr_assert_eq(1 + 1, 3, "got %d", 2);
}
Test(sums, fails_twice)
{
	cr_expect_eq(1, 2, "first");
	cr_expect_eq(3, 4, "second # TODO");
}
Test(sums, skipped)
{
	cr_skip_test("no network");
}
Test(sums, disabled, .disabled = true)
{
	cr_assert(0);
}
Test(ends, crashes)
{
	raise(SIGSEGV);
}
Test(ends, exits)
{
	exit(3);
}
Test(ends, hangs, .timeout = 0.2)
{
	pause();
}
Test(ends, as_expected, .signal = SIGABRT)
{
	abort();
}
Test(ends, wrong_signal, .signal = SIGABRT)
{
}

ParameterizedTestParameters(sums, each)
{
	static int numbers[] = {1, 3};
	return cr_make_param_array(int, numbers, 2);
}

ParameterizedTest(int *number, sums, each)
{
	cr_assert_neq(*number, 2);
}
