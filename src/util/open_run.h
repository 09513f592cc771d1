/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The file "subunit.run" without a test, which `run` begins, empty, at the start of its stream and
 * ends after its last test. A stream in which it has no end was cut off, even if no packet and no
 * test was: it must not be read as the whole run.
 */
#ifndef OPEN_RUN_H
#define OPEN_RUN_H

#include "string_list.h"

#include <subunit2/sink.h>

/* The routing codes of the runs that have begun and not ended. All zeroes to begin with; free with
 * string_list_clear. */
struct open_runs {
	struct string_list routes;
};

/* Sends the begin of the file, or its END, to SINK. */
enum subunit2_result open_run_emit(struct subunit2_sink *sink, bool end,
                                   struct subunit2_error *error);

/* Returns whether EVENT is about that file. */
bool open_run_has(const struct subunit2_event *event);

/* Notes the begin or the end of a run. EVENT may be any event. */
void open_runs_add(struct open_runs *runs, const struct subunit2_event *event);

/*
 * If a run is open, sends to SINK the failed test "subunit.input" with the reason REASON (NULL: a
 * failure was reported already), and the ends of all runs, so that a later reader does not report
 * them again. Forgets the runs.
 */
enum subunit2_result open_runs_end(struct open_runs *runs, struct subunit2_sink *sink,
                                   unsigned stream, const char *reason,
                                   struct subunit2_error *error);

#endif
