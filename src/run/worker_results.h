/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The results of tests that run at workers: the events of a test's attempts become one test in
 * the stream, with one final status.
 *
 * All events of a test have one routing code, that of its first attempt, so that a reader takes
 * them for one test; if the last attempt ran elsewhere, the test's file "worker" says where. If a
 * test may have several attempts, the events of an attempt are held until it is known to be the
 * last; the report of any other attempt is attached as the file "attempt-N".
 */
#ifndef WORKER_RESULTS_H
#define WORKER_RESULTS_H

#include "outcome.h"
#include "string_list.h"

struct worker_results;

/* SINK takes the events, with times and routing codes. HOLD: tests may have several attempts.
 * EXPECTED: ids of tests that are expected to fail; sorted. All outlive the results. */
struct worker_results *worker_results_new(struct subunit2_sink *sink, bool hold,
                                          const struct string_list *expected);
void worker_results_free(struct worker_results *results);

/* Adds a test and returns its index; they count from 0. SUBTESTS: ids below it that have to be
 * answered. Both outlive the results. */
size_t worker_results_add(struct worker_results *results, const char *id,
                          const struct string_list *subtests);

/* Forgets all tests, which have ended, so that their indices are used again. */
void worker_results_clear_all(struct worker_results *results);

const char *worker_results_id(const struct worker_results *results, size_t test);

/* Returns whether EVENT has the id of TEST or of a subtest. Sets *OWN to whether it is about TEST
 * itself: a test of the same id below its routing code, which a script reports, is another one. */
bool worker_results_owns(const struct worker_results *results, size_t test,
                         const struct subunit2_event *event, bool *own);

/* Returns whether CODE is that of the running attempt of TEST, or below it. */
bool worker_results_is_under(const struct worker_results *results, size_t test,
                             struct subunit2_view code);

/* Returns whether the running attempt of TEST has a routing code below its worker's name. */
bool worker_results_has_slot(const struct worker_results *results, size_t test);

/* Starts an attempt. EVENT is its first event, usually inprogress. */
void worker_results_start(struct worker_results *results, size_t test,
                          const struct subunit2_event *event);

/* Adds EVENT to the running attempt; not the inprogress or the final status of the test itself. */
void worker_results_event(struct worker_results *results, size_t test,
                          const struct subunit2_event *event);

/* Returns the status of EVENT, the final one from a worker; or xfail or uxsuccess if TEST is
 * expected to fail, and ended by itself. */
enum subunit2_status worker_results_judge(const struct worker_results *results, size_t test,
                                          const struct subunit2_event *event);

/* Ends an attempt that another one follows. EVENT is the final status from its worker; if it is
 * NULL, the worker sent no status, and OUTCOME says how the attempt ended. */
void worker_results_retry(struct worker_results *results, size_t test,
                          const struct subunit2_event *event, const struct outcome *outcome);

/* Ends the last attempt in the same way. Returns the status of the test. */
enum subunit2_status worker_results_finish(struct worker_results *results, size_t test,
                                           const struct subunit2_event *event,
                                           struct outcome *outcome);

#endif
