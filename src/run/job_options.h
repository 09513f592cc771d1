/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The options that wrap and run share, about the commands that they supervise.
 */
#ifndef JOB_OPTIONS_H
#define JOB_OPTIONS_H

#include "options.h"
#include "test_job.h"

extern const struct poptOption job_options[];

/* Sets the defaults; all other fields become zero. */
void job_options_defaults(struct job_options *options);

/* To be called when all options are taken: checks that they fit together. Returns 0, or what
 * options_refuse returns. */
int job_options_check(const struct job_options *job, struct options *options);

/* Takes an option of that table. Returns 0, or what options_refuse_value returns. */
int job_options_parse(struct job_options *job, struct options *options, int option);

#endif
