/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The reason of a test: why it was skipped or failed, in one line.
 */
#ifndef REASON_H
#define REASON_H

#include "buffer.h"

#include <subunit2/collect.h>

/* Returns the first line of the file "reason" of TEST; absent if it has no such file. */
struct subunit2_view reason_of(const struct subunit2_test *test);

/*
 * Appends the reason of TEST, which was skipped or is todo, to LINE. If that is only an exit
 * status, the last line of the test's output stands before it: "no database; exit status 77".
 */
void reason_add_line(struct buffer *line, const struct subunit2_test *test);

#endif
