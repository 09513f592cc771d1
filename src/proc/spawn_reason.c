/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "spawn_reason.h"

#include "memory.h"
#include "shebang.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Returns the interpreter that the first line of PATH names, in SHEBANG; NULL: it names no
 * interpreter. */
static const char *
spawn_reason_interpreter(const char *path, struct shebang *shebang)
{
	struct stat status;
	if (stat(path, &status) < 0 || !S_ISREG(status.st_mode) || !shebang_read(shebang, path))
		return NULL;
	char *name = shebang->line + strspn(shebang->line, " \t");
	name[strcspn(name, " \t")] = '\0';
	return *name ? name : NULL;
}

/* Returns true if ERRNUM, of the exec of PATH, is not about PATH itself. */
static bool
spawn_reason_is_of_interpreter(const char *path, int errnum)
{
	struct stat status;
	if (stat(path, &status) < 0)
		return false;
	return errnum == ENOENT || (errnum == EACCES && access(path, X_OK) == 0);
}

static char *
spawn_reason_of_exec(int errnum, const char *program, const char *cwd)
{
	struct shebang shebang;
	const char *interpreter = NULL;
	char *path = *program == '/' || !cwd ? memory_copy(program)
	                                     : memory_format("%s/%s", cwd, program);
	/* Without a slash, it was looked up in the PATH. */
	if (strchr(program, '/') && spawn_reason_is_of_interpreter(path, errnum))
		interpreter = spawn_reason_interpreter(path, &shebang);
	free(path);
	return interpreter ? memory_format("%s: its interpreter %s: %s", program, interpreter,
	                                   strerror(errnum))
	                   : memory_format("%s: %s", program, strerror(errnum));
}

char *
spawn_reason(const struct spawn_failure *failure, const char *program, const char *cwd)
{
	const char *shown = *program ? program : "''";
	if (failure->stage == SPAWN_EXEC)
		return spawn_reason_of_exec(failure->errnum, shown, cwd);
	bool in_cwd = failure->stage == SPAWN_CHDIR && cwd;
	return memory_format("%s: %s", in_cwd ? cwd : shown, strerror(failure->errnum));
}

const char *
spawn_reason_stage(enum spawn_stage stage)
{
	static const char *const stages[] = {
		[SPAWN_SETUP] = "cannot be started",
		[SPAWN_CHDIR] = "cannot change to its directory",
		[SPAWN_EXEC] = "cannot be executed",
	};
	return stages[stage];
}
