/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * --strict: turns a success with the tag todo-passed into uxsuccess. A test has the tag if it
 * passed although it was marked as still to do.
 */
#ifndef STRICT_TODO_H
#define STRICT_TODO_H

#include <subunit2/sink.h>

/* NEXT must outlive the sink. Never returns NULL. */
struct subunit2_sink *strict_todo_new(struct subunit2_sink *next);

#endif
