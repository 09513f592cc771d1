/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Each reason names the file at fault, in each stage of a start. */
#include "spawn_reason.h"
#include "check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Returns true if a failure at STAGE, of PROGRAM in CWD, has the reason EXPECTED. */
static bool
reason_is(enum spawn_stage stage, int errnum, const char *program, const char *cwd,
          const char *expected)
{
	struct spawn_failure failure = {.stage = stage, .errnum = errnum};
	char *reason = spawn_reason(&failure, program, cwd);
	bool same = strcmp(reason, expected) == 0;
	if (!same)
		printf("# %s\n", reason);
	free(reason);
	return same;
}

int
main(void)
{
	CHECK(reason_is(SPAWN_SETUP, EAGAIN, "./a", NULL, "./a: Resource temporarily unavailable"));
	CHECK(reason_is(SPAWN_SETUP, ENOMEM, "./a", "/d", "./a: Cannot allocate memory"));
	CHECK(reason_is(SPAWN_CHDIR, ENOENT, "./a", "/d", "/d: No such file or directory"));
	CHECK(reason_is(SPAWN_CHDIR, EACCES, "./a", NULL, "./a: Permission denied"));
	CHECK(reason_is(SPAWN_EXEC, ENOENT, "none", NULL, "none: No such file or directory"));
	CHECK(reason_is(SPAWN_EXEC, ENOENT, "", NULL, "'': No such file or directory"));
	CHECK(reason_is(SPAWN_EXEC, ENOENT, "./none", "/", "./none: No such file or directory"));
	CHECK(strcmp(spawn_reason_stage(SPAWN_SETUP), "cannot be started") == 0);
	CHECK(strcmp(spawn_reason_stage(SPAWN_CHDIR), "cannot change to its directory") == 0);
	CHECK(strcmp(spawn_reason_stage(SPAWN_EXEC), "cannot be executed") == 0);
	return check_done();
}
