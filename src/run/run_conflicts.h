/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The options of run that exclude each other.
 */
#ifndef RUN_CONFLICTS_H
#define RUN_CONFLICTS_H

#include "run_options.h"

/* Returns 0, or what options_refuse returns for the first conflict. */
int run_conflicts_check(const struct run_options *opts, struct options *options);

#endif
