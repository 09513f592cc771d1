/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The end of a report: the counts, the time of the run, the verdict.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include "writer.h"

/*
 *     scripts: 399 passed, 1 failed; assertions: 12301 passed, 1 failed, 14 todo
 *     time: 4.20s
 *     not good: 2 failed
 */
void verdict_put(struct output_file *to, const struct subunit2_summary_result *result,
                 const struct writer_options *options);

#endif
