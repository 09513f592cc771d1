/*
 * The history: what an earlier run's stream says of each test, for choosing and
 * ordering the scripts of the next.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <subunit2.h>

struct history;

struct history *history_new(void);
void history_free(struct history *history);

/* Takes the events of an earlier run; several, one after the other, may be read.
 * The last word on a test counts. */
struct subunit2_sink *history_sink(struct history *history);

/* How long the script took, or -1 when that is not known. */
int64_t history_time_ns(const struct history *history, const char *id);

/* Calls EACH with the id of every test, script or subtest, that failed, passed
 * unexpectedly or did not finish, in the order in which they were seen first. */
void history_each_bad(const struct history *history, void (*each)(void *context, const char *id),
                      void *context);

#endif
