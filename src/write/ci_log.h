/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The text report for the log of a CI service, with the markup of the service around it: output to
 * unfold and annotations. Each service is a writer that fills in the functions below.
 */
#ifndef CI_LOG_H
#define CI_LOG_H

#include "cause.h"
#include "slowest.h"
#include "test_counter.h"
#include "test_text.h"

struct ci_log;

struct ci_log_markup {
	/* Called before text that tests may have chosen, and before the markup of the others;
	 * NULL: not called. The same may be called repeatedly. */
	void (*begin_text)(struct ci_log *log);
	/* Called for a test that did not end well, with its cause, and for one that did; NULL: not
	 * called. */
	void (*on_bad)(struct ci_log *log, const struct subunit2_test *test,
	               const struct cause *cause);
	void (*on_good)(struct ci_log *log, const struct subunit2_test *test);
	/* Enclose the output of TEST, which did not end well. */
	void (*begin_group)(struct ci_log *log, const struct subunit2_test *test,
	                    const struct cause *cause);
	void (*end_group)(struct ci_log *log);
	/* Called after the last line of the report. */
	enum subunit2_result (*finish)(struct ci_log *log, struct subunit2_error *error);
	void (*clear)(struct ci_log *log);
};

/* The first member of each writer's struct, which is allocated with calloc. */
struct ci_log {
	struct subunit2_sink sink;
	const struct ci_log_markup *markup;
	const struct writer_options *options;
	struct output_file *to;
	enum printable_colors colors; /* how colors of tests are written */
	struct test_counter counter;
	struct slowest *slowest;
	struct printable_lines output; /* that belongs to no test */
};

/* Fills LOG, which is zeroed. Its sink frees it. */
void ci_log_begin(struct ci_log *log, const struct ci_log_markup *markup,
                  const struct writer_options *options, struct output_file *to,
                  enum printable_colors colors);

#endif
