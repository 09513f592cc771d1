/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The options of run.
 */
#ifndef RUN_OPTIONS_H
#define RUN_OPTIONS_H

#include "attempts.h"
#include "outputs.h"
#include "plan.h"
#include "regex.h"
#include "remote_options.h"

struct run_options {
	struct attempts_rules attempts;
	struct script_options scripts;
	struct plan_options plan;
	struct string_list arguments, environment, expected;
	struct regex_filter ids;
	struct regex *serial;
	struct output_options outputs;
	struct writer_options writer;
	struct subunit2_tagset tags;
	const char *root, *interpreter, *debug;
	struct remote_options remote;
	const char *local_option; /* the first option given that only the command of --worker may
	                             have */
	unsigned jobs, max_fail;
	int64_t slow_ns, max_time_ns;
	bool until_failure;
	bool list, seeded, no_bail, jobs_said, order_said, exit_stream, attach;
};

extern const struct poptOption run_options_table[];

/* Sets the defaults. Released with run_options_clear. */
void run_options_begin(struct run_options *opts);
void run_options_clear(struct run_options *opts);

/* For options_read, with a struct run_options as its context. */
int run_options_parse(void *context, struct options *options, int option);

#endif
