/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The classic API: test results as calls, as in version 1 of subunit and in the TestResult classes
 * of unit test frameworks: start, an outcome, stop.
 *
 * It exists in both directions. struct subunit2_classic turns calls into events: a test framework
 * calls it and writes a stream. struct subunit2_classic_calls and subunit2_classic_sink_new turn
 * events into calls: a stream drives code that was written for such a framework.
 *
 * Threads: as for every sink (sink.h).
 */
#ifndef SUBUNIT2_CLASSIC_H
#define SUBUNIT2_CLASSIC_H

#include "collect.h"
#include "sink.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a call of progress changes the number of tests that are expected. */
enum subunit2_classic_whence {
	SUBUNIT2_CLASSIC_SET = 0,  /* the number is OFFSET */
	SUBUNIT2_CLASSIC_CUR = 1,  /* the number grows by OFFSET, which may be negative */
	SUBUNIT2_CLASSIC_POP = 2,  /* back to the number before the last push; OFFSET is ignored */
	SUBUNIT2_CLASSIC_PUSH = 3, /* begin a number of a part of the tests; OFFSET is ignored */
};

/*
 * Calls into events.
 */

struct subunit2_classic_options {
	size_t size; /* sizeof(struct subunit2_classic_options) */
	/* The id of the script that the tests are parts of, as in the environment variable
	 * SUBUNIT2_TEST_ID. Test ids become SCRIPT::NAME, and a name that starts again after its
	 * outcome becomes SCRIPT::NAME (2). Tests are not runnable then, because only the script
	 * can be run. If absent, NAME is the id of a runnable test. */
	struct subunit2_view script;
	/* Returns the time of events until subunit2_classic_time is called; see subunit2_time_now.
	 * NULL: these events have no time. */
	struct subunit2_time (*clock)(void *context);
	void *clock_context; /* the argument of CLOCK */
};

struct subunit2_classic;

/* Create an object whose events go to NEXT, which must outlive it. OPTIONS may be NULL, which is
 * the same as all zeroes; they are copied. Return NULL if memory is short or if OPTIONS->size is
 * unknown. */
struct subunit2_classic *subunit2_classic_new(struct subunit2_sink *next,
                                              const struct subunit2_classic_options *options);
/* Release CLASSIC and leave NEXT alone. A test without an outcome stays in progress in the stream,
 * which readers count as a failure. NULL is allowed. */
void subunit2_classic_free(struct subunit2_classic *classic);

/*
 * All functions below send at most one event and return the result of NEXT. NAME is the name of a
 * test. Control characters and bytes that are not UTF-8 become \xNN, and names are cut to 1,024
 * bytes, so that every name can be an id. An empty NAME is refused with SUBUNIT2_E_INVALID.
 */

/* The test starts. Starting an open test again only repeats the event. */
enum subunit2_result subunit2_classic_start(struct subunit2_classic *classic,
                                            struct subunit2_view name,
                                            struct subunit2_error *error);

/*
 * Outcomes. Each ends the test, which need not have been started. DETAILS becomes the file
 * "traceback", and the REASON of a skip the file "reason"; absent views attach no file. An error is
 * a failure, as in version 2.
 */
enum subunit2_result subunit2_classic_success(struct subunit2_classic *classic,
                                              struct subunit2_view name,
                                              struct subunit2_error *error);
enum subunit2_result subunit2_classic_failure(struct subunit2_classic *classic,
                                              struct subunit2_view name,
                                              struct subunit2_view details,
                                              struct subunit2_error *error);
enum subunit2_result subunit2_classic_error(struct subunit2_classic *classic,
                                            struct subunit2_view name, struct subunit2_view details,
                                            struct subunit2_error *error);
enum subunit2_result subunit2_classic_skip(struct subunit2_classic *classic,
                                           struct subunit2_view name, struct subunit2_view reason,
                                           struct subunit2_error *error);
enum subunit2_result subunit2_classic_expected_failure(struct subunit2_classic *classic,
                                                       struct subunit2_view name,
                                                       struct subunit2_view details,
                                                       struct subunit2_error *error);
enum subunit2_result subunit2_classic_unexpected_success(struct subunit2_classic *classic,
                                                         struct subunit2_view name,
                                                         struct subunit2_view details,
                                                         struct subunit2_error *error);

/* The test stops. If it was started and has no outcome, it fails, with the file "reason". */
enum subunit2_result subunit2_classic_stop(struct subunit2_classic *classic,
                                           struct subunit2_view name, struct subunit2_error *error);

/* Attach a whole file to the test. Call it before the outcome: readers treat a file after the
 * outcome as one that belongs to no test. MIME_TYPE may be absent. */
enum subunit2_result
subunit2_classic_file(struct subunit2_classic *classic, struct subunit2_view name,
                      struct subunit2_view file_name, struct subunit2_view mime_type,
                      struct subunit2_view bytes, struct subunit2_error *error);

/* Add and discard tags: of the test that was started last, if it is open; otherwise of all tests
 * that start from now on. The outcome carries the tags. */
enum subunit2_result subunit2_classic_tags(struct subunit2_classic *classic,
                                           struct subunit2_tags add, struct subunit2_tags discard,
                                           struct subunit2_error *error);

/* Set the time of the following events, until the next call. */
void subunit2_classic_time(struct subunit2_classic *classic, struct subunit2_time time);

/* Report the number of tests that are expected: the file "progress", which belongs to no test. */
enum subunit2_result subunit2_classic_progress(struct subunit2_classic *classic,
                                               enum subunit2_classic_whence whence, int64_t offset,
                                               struct subunit2_error *error);

/*
 * Events into calls.
 *
 * Such calls are about one test at a time, also if the tests of the stream ran in parallel. So all
 * calls of a test are made together, when it has ended:
 *
 *     time     the start, if the stream has times
 *     start
 *     tags     if the test has tags
 *     time     the end
 *     success, failure, error, skip, expected_failure or unexpected_success
 *     stop
 *
 * A test with the status fail is a failure. A test that never ended is an error, with the status
 * SUBUNIT2_STATUS_INPROGRESS; it comes when the stream ends. Tests that were only listed are left
 * out. Attachments are in the test.
 *
 * CONTEXT is the argument of subunit2_classic_sink_new. A call may be NULL: it is left out. A
 * result other than SUBUNIT2_E_OK ends the stream.
 */
struct subunit2_classic_calls {
	size_t size; /* sizeof(struct subunit2_classic_calls) */
	enum subunit2_result (*start)(void *context, const struct subunit2_test *test,
	                              struct subunit2_error *error);
	enum subunit2_result (*success)(void *context, const struct subunit2_test *test,
	                                struct subunit2_error *error);
	enum subunit2_result (*failure)(void *context, const struct subunit2_test *test,
	                                struct subunit2_error *error);
	enum subunit2_result (*error)(void *context, const struct subunit2_test *test,
	                              struct subunit2_error *error);
	enum subunit2_result (*skip)(void *context, const struct subunit2_test *test,
	                             struct subunit2_error *error);
	enum subunit2_result (*expected_failure)(void *context, const struct subunit2_test *test,
	                                         struct subunit2_error *error);
	enum subunit2_result (*unexpected_success)(void *context, const struct subunit2_test *test,
	                                           struct subunit2_error *error);
	enum subunit2_result (*stop)(void *context, const struct subunit2_test *test,
	                             struct subunit2_error *error);
	enum subunit2_result (*tags)(void *context, struct subunit2_tags add,
	                             struct subunit2_tags discard, struct subunit2_error *error);
	enum subunit2_result (*time)(void *context, struct subunit2_time time,
	                             struct subunit2_error *error);
	enum subunit2_result (*progress)(void *context, enum subunit2_classic_whence whence,
	                                 int64_t offset, struct subunit2_error *error);
	/* A piece of a file that belongs to no test, such as "stdout". */
	enum subunit2_result (*file)(void *context, const struct subunit2_event *event,
	                             struct subunit2_error *error);
	size_t attachment_limit; /* as in struct subunit2_collect_options; 0: no attachments */
};

/* Create a sink that makes CALLS, which are copied. Free it with subunit2_sink_free. Return NULL if
 * memory is short or if CALLS->size is unknown. */
struct subunit2_sink *subunit2_classic_sink_new(const struct subunit2_classic_calls *calls,
                                                void *context);

#ifdef __cplusplus
}
#endif

#endif
