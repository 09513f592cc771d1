/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Why a command was not started, for people.
 */
#ifndef SPAWN_REASON_H
#define SPAWN_REASON_H

#include "spawn.h"

/*
 * Returns the file at fault and the error, to be freed: "./t.sh: Permission denied", or, if the
 * program PROGRAM is there, but not the interpreter that its first line names, "./t.sh: its
 * interpreter /bin/none: No such file or directory". CWD is the directory of the command, or NULL.
 */
char *spawn_reason(const struct spawn_failure *failure, const char *program, const char *cwd);

/* Returns what could not be done at STAGE, to stand before the reason: "cannot be executed". */
const char *spawn_reason_stage(enum spawn_stage stage);

#endif
