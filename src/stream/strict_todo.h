/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * strict: a success with the tag todo-passed, which a test gets that passed
 * though it was marked as still to do, becomes uxsuccess.
 */
#ifndef STRICT_TODO_H
#define STRICT_TODO_H

#include <subunit2/sink.h>

/* NEXT outlives the sink. Never NULL. */
struct subunit2_sink *strict_todo_new(struct subunit2_sink *next);

#endif
