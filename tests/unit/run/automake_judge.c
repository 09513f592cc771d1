/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* automake's results: from an exit status, and as the outcome of a test. */
#include "automake_judge.h"
#include "check.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static int
status_of(int wait_status, int errnum, bool exited)
{
	const struct process_result result = {
		.failure.errnum = errnum, .exited = exited, .status = wait_status};
	return automake_judge_exit_status(&result);
}

static void
check_statuses(void)
{
	CHECK(automake_judge_exit_status(NULL) == 126);
	CHECK(status_of(0, 0, true) == 0 && status_of(3 << 8, 0, true) == 3);
	CHECK(status_of(SIGSEGV, 0, true) == 139 && status_of(SIGTERM | 0x80, 0, true) == 143);
	CHECK(status_of(0, 0, false) == 137);
	CHECK(status_of(0, ENOENT, true) == 127 && status_of(0, EACCES, true) == 126);
}

static void
check_results(void)
{
	CHECK(automake_judge_status(0, true, false) == AUTOMAKE_PASS);
	CHECK(automake_judge_status(0, true, true) == AUTOMAKE_XPASS);
	for (int expected = 0; expected < 2; expected++) {
		CHECK(automake_judge_status(77, true, expected) == AUTOMAKE_SKIP);
		CHECK(automake_judge_status(99, true, expected) == AUTOMAKE_ERROR);
	}
	CHECK(automake_judge_status(99, false, false) == AUTOMAKE_FAIL);
	CHECK(automake_judge_status(99, false, true) == AUTOMAKE_XFAIL);
	for (int status = 1; status < 256; status += status == 76 || status == 98 ? 2 : 1)
		if (automake_judge_status(status, true, false) != AUTOMAKE_FAIL ||
		    automake_judge_status(status, true, true) != AUTOMAKE_XFAIL)
			CHECK_NAMED("any other status is a failure", false);
}

/* Returns true if an outcome of BEFORE and WHY becomes AFTER and REASON; NULL: without a reason. */
static bool
becomes(enum subunit2_status before, const char *why, enum automake_result result, bool expected,
        const char *errors, enum subunit2_status after, const char *reason)
{
	struct outcome outcome = {.status = before};
	if (why)
		outcome_add_reason(&outcome, "%s", why);
	automake_judge_outcome(&outcome, result, expected, subunit2_view_of(errors));
	bool good =
		outcome.status == after && outcome.error == (result == AUTOMAKE_ERROR) &&
		(reason ? outcome.reason && strcmp(outcome.reason, reason) == 0 : !outcome.reason);
	if (!good)
		printf("# %s: %s\n", subunit2_status_name(outcome.status),
		       outcome.reason ? outcome.reason : "-");
	outcome_clear(&outcome);
	return good;
}

static void
check_outcomes(void)
{
	const enum subunit2_status success = SUBUNIT2_STATUS_SUCCESS, fail = SUBUNIT2_STATUS_FAIL,
				   skip = SUBUNIT2_STATUS_SKIP, xfail = SUBUNIT2_STATUS_XFAIL,
				   uxsuccess = SUBUNIT2_STATUS_UXSUCCESS;
	CHECK(becomes(success, NULL, AUTOMAKE_PASS, false, "", success, NULL));
	CHECK_NAMED("a test that passes has no reason",
	            becomes(fail, "why", AUTOMAKE_PASS, false, "", success, NULL));
	CHECK(becomes(success, NULL, AUTOMAKE_PASS, true, "", xfail, NULL));
	CHECK(becomes(skip, "why", AUTOMAKE_SKIP, false, "", skip, "why"));
	CHECK(becomes(success, NULL, AUTOMAKE_XFAIL, true, "", xfail, NULL));
	CHECK(becomes(success, NULL, AUTOMAKE_FAIL, false, "", fail, "automake's result is FAIL"));
	CHECK(becomes(success, NULL, AUTOMAKE_ERROR, false, "", fail,
	              "automake's result is ERROR"));
	CHECK(becomes(success, NULL, AUTOMAKE_ERROR, false, "no plan", fail, "no plan"));
	CHECK(becomes(fail, "why", AUTOMAKE_FAIL, false, "more", fail, "why"));
	CHECK(becomes(skip, "why", AUTOMAKE_FAIL, false, "more", fail, "why\nmore"));
	CHECK(becomes(success, NULL, AUTOMAKE_XPASS, true, "", uxsuccess,
	              "passed, and was expected to fail"));
	CHECK(becomes(uxsuccess, "why", AUTOMAKE_XPASS, true, "", uxsuccess, "why"));
}

static void
check_uncounted(void)
{
	struct outcome outcome = {.status = SUBUNIT2_STATUS_SUCCESS};
	automake_judge_uncounted(&outcome, 0);
	CHECK(outcome.status == SUBUNIT2_STATUS_SUCCESS && !outcome.reason);
	automake_judge_uncounted(&outcome, 1);
	CHECK(outcome.status == SUBUNIT2_STATUS_FAIL &&
	      strcmp(outcome.reason,
	             "1 result in its output failed, which automake does not count") == 0);
	automake_judge_uncounted(&outcome, 2);
	CHECK_NAMED("a test that failed keeps its reason", strncmp(outcome.reason, "1 ", 2) == 0);
	outcome.status = SUBUNIT2_STATUS_SKIP;
	automake_judge_uncounted(&outcome, 2);
	CHECK(outcome.status == SUBUNIT2_STATUS_FAIL &&
	      strcmp(outcome.reason,
	             "2 results in its output failed, which automake does not count") == 0);
	outcome_clear(&outcome);
}

int
main(void)
{
	check_statuses();
	check_results();
	check_outcomes();
	check_uncounted();
	return check_done();
}
