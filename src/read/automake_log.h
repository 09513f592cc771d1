/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The log files that automake leaves beside the tests whose results its console prints.
 *
 * The console is text that any program may print, so a path in it is not trusted. A log is
 * read only if it lies below the directory in which the command runs, or below the one
 * into which the wrapped make changes, reached by no link that leads out of it; is a
 * regular file of this user; and was written since the command began. So no log is read
 * for the saved console of an earlier run.
 */
#ifndef AUTOMAKE_LOG_H
#define AUTOMAKE_LOG_H

#include "string_list.h"

#include <subunit2.h>
#include <time.h>

struct automake_logs {
	struct string_list roots; /* real paths of the directories that may be read */
	struct timespec begun;
};

/*
 * DIRECTORY is where the command runs. MAKE_DIRECTORY, below it or absolute, is where the
 * wrapped make goes; NULL: it stays. BEGUN is the time of automake_log_now before the
 * command began.
 */
void automake_logs_init(struct automake_logs *logs, const char *directory,
                        const char *make_directory, struct timespec begun);
void automake_logs_clear(struct automake_logs *logs);

/* Returns the time as files get it when they change. */
struct timespec automake_log_now(void);

/* Opens NAME, a path below FOLDER, if it is a file that may be read. Returns its descriptor, or
 * -1. */
int automake_log_open_file(const struct automake_logs *logs, const char *folder, const char *name);

/*
 * Opens the log of TEST in FOLDER, an absolute path: x.log, or x.log for x.sh where .sh is
 * one of automake's TEST_EXTENSIONS. Returns its descriptor and sets *PATH, to be freed;
 * or returns -1 if there is no log that may be read.
 */
int automake_log_open(const struct automake_logs *logs, const char *folder,
                      struct subunit2_view test, char **path);

/*
 * Emits the log in FD, which it closes, as a file of EVENT, which has the rest: as text if
 * all of it is, else as bytes. Its name is the last part of PATH. A read error ends the
 * file: a log only helps.
 */
enum subunit2_result automake_log_send(int fd, const char *path, const struct subunit2_event *event,
                                       struct subunit2_sink *sink, struct subunit2_error *error);

#endif
