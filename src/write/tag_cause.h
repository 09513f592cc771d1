/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Why a test has the tag "flaky" or "leaked", in one line: the cause of the attempt that failed, or
 * the processes that were left. wrap and run write both into the file "reason"; the reports of
 * attempts in JUnit files are read too.
 */
#ifndef TAG_CAUSE_H
#define TAG_CAUSE_H

#include "buffer.h"

#include <subunit2/collect.h>

/* Append the cause to LINE; nothing if the stream does not have it. */
void tag_cause_of_flaky(struct buffer *line, const struct subunit2_test *test);
void tag_cause_of_leaked(struct buffer *line, const struct subunit2_test *test);

#endif
