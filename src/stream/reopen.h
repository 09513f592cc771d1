/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Begins tests again at the end of a merge. A stream that is written does not tell its inputs
 * apart: if one input leaves a test open, and another one ends a test with that id and routing
 * code, readers take the open test for ended. The sink forwards all events, then emits inprogress
 * for each such id and code. Memory grows with the number of open tests.
 */
#ifndef REOPEN_H
#define REOPEN_H

#include <subunit2/sink.h>

/* Tells inputs apart by the stream of their events (see subunit2/event.h). NEXT must outlive the
 * sink. Never returns NULL. */
struct subunit2_sink *reopen_new(struct subunit2_sink *next);

#endif
