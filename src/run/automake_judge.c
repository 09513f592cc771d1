/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_judge.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#define STATUS_HARD_ERROR 99
#define STATUS_NOT_EXECUTABLE 126
#define STATUS_NOT_FOUND 127
#define STATUS_SIGNAL 128

int
automake_judge_exit_status(const struct process_result *result)
{
	if (!result)
		return STATUS_NOT_EXECUTABLE;
	if (result->failure.errnum)
		return result->failure.errnum == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_EXECUTABLE;
	if (!result->exited)
		return STATUS_SIGNAL + SIGKILL;
	return WIFSIGNALED(result->status) ? STATUS_SIGNAL + WTERMSIG(result->status)
	                                   : WEXITSTATUS(result->status);
}

enum automake_result
automake_judge_status(int status, bool hard_errors, bool expect_failure)
{
	if (status == 0)
		return expect_failure ? AUTOMAKE_XPASS : AUTOMAKE_PASS;
	if (status == AUTOMAKE_JUDGE_SKIP)
		return AUTOMAKE_SKIP;
	if (status == STATUS_HARD_ERROR && hard_errors)
		return AUTOMAKE_ERROR;
	return expect_failure ? AUTOMAKE_XFAIL : AUTOMAKE_FAIL;
}

void
automake_judge_outcome(struct outcome *outcome, enum automake_result result, bool expect_failure,
                       struct subunit2_view errors)
{
	enum subunit2_status status = automake_result_statuses[result];
	/* tap-driver.sh passes a test of which every assertion failed as expected. */
	if (expect_failure && status == SUBUNIT2_STATUS_SUCCESS)
		status = SUBUNIT2_STATUS_XFAIL;
	bool explained = outcome->reason && outcome->status == status;
	outcome->status = status;
	outcome->error = result == AUTOMAKE_ERROR;
	if (!explained && status == SUBUNIT2_STATUS_UXSUCCESS)
		outcome_add_reason(outcome, "passed, and was expected to fail");
	if (!explained && errors.len)
		outcome_add_reason(outcome, "%.*s", (int)errors.len, errors.data);
	if (status == SUBUNIT2_STATUS_FAIL && !outcome->reason)
		outcome_add_reason(outcome, "automake's result is %s",
		                   automake_result_names[result]);
	if (status == SUBUNIT2_STATUS_SUCCESS) {
		free(outcome->reason);
		outcome->reason = NULL;
	}
}

void
automake_judge_uncounted(struct outcome *outcome, uint64_t failed)
{
	if (!failed || subunit2_status_is_bad(outcome->status))
		return;
	free(outcome->reason);
	outcome->reason = NULL;
	outcome_fail(outcome,
	             "%" PRIu64 " result%s in its output failed, which automake does not count",
	             failed, failed == 1 ? "" : "s");
}
