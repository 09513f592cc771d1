/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Each reason names the file at fault, in each stage of a start. */
#include "spawn_reason.h"
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/subunit2-reason-XXXXXX";

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

/* Writes LINE to the file "s" in the folder, with MODE. */
static void
write_script(const char *line, mode_t mode)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/s", folder);
	FILE *file = fopen(path, "w");
	if (!file || fputs(line, file) < 0 || fclose(file) != 0 || chmod(path, mode) < 0)
		exit(99);
}

static void
check_interpreter(void)
{
	char path[64], expected[128];
	write_script("#! /none/sh -e\n", 0700);
	CHECK(reason_is(SPAWN_EXEC, ENOENT, "./s", folder,
	                "./s: its interpreter /none/sh: No such file or directory"));
	CHECK(reason_is(SPAWN_EXEC, EACCES, "./s", folder,
	                "./s: its interpreter /none/sh: Permission denied"));
	CHECK_NAMED("other errors are those of the script",
	            reason_is(SPAWN_EXEC, ENOEXEC, "./s", folder, "./s: Exec format error"));
	CHECK_NAMED("without a slash, a script is looked up elsewhere",
	            reason_is(SPAWN_EXEC, ENOENT, "s", folder, "s: No such file or directory"));
	snprintf(path, sizeof(path), "%s/s", folder);
	snprintf(expected, sizeof(expected),
	         "%s: its interpreter /none/sh: No such file or directory", path);
	CHECK(reason_is(SPAWN_EXEC, ENOENT, path, "/d", expected));
	CHECK(reason_is(SPAWN_EXEC, ENOENT, path, NULL, expected));
	write_script("#!\n", 0700);
	CHECK(reason_is(SPAWN_EXEC, ENOENT, "./s", folder, "./s: No such file or directory"));
	write_script("#!/none/sh", 0600);
	CHECK_NAMED("a script that may not be executed is at fault itself",
	            reason_is(SPAWN_EXEC, EACCES, "./s", folder, "./s: Permission denied"));
	CHECK(reason_is(SPAWN_EXEC, EACCES, "./", folder, "./: Permission denied"));
	unlink(path);
}

int
main(void)
{
	if (!mkdtemp(folder))
		exit(99);
	check_interpreter();
	rmdir(folder);
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
