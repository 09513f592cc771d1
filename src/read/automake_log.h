/*
 * The log files that automake leaves beside the tests whose results its console
 * tells.
 */
#ifndef AUTOMAKE_LOG_H
#define AUTOMAKE_LOG_H

#include <subunit2.h>

/* The log of TEST in FOLDER: x.log, or x.log for x.sh where .sh is one of
 * automake's TEST_EXTENSIONS. NULL when there is none. To be freed. */
char *automake_log_find(const char *folder, struct subunit2_view test);

/*
 * Sends the log at PATH as a file of EVENT, which has the rest: as text where
 * all of it is, else as bytes. What cannot be read, or is no regular file, is
 * passed over: a log only helps.
 */
int automake_log_send(const char *path, const struct subunit2_event *event,
                      struct subunit2_sink *sink, struct subunit2_error *error);

#endif
