/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Reads the runs of a folder for a report of the last one.
 */
#ifndef RUN_HISTORY_H
#define RUN_HISTORY_H

#include "history.h"
#include "inputs.h"
#include "string_list.h"

/*
 * Reads all RUNS, the oldest first, and adds the totals of each, and the past of each test that
 * failed or was flaky in the last one, to HISTORY. Returns an exit status, EXIT_STATUS_IO after
 * messages if a run could not be read to its end.
 */
int run_history_read(struct history *history, const struct string_list *runs,
                     const struct inputs_options *options);

#endif
