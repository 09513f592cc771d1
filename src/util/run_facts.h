/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The facts about a run as a whole, as files without a test at the start of its stream:
 * "command", "host", and "revision", the commit of a git repository.
 */
#ifndef RUN_FACTS_H
#define RUN_FACTS_H

#include <subunit2.h>

/* Sends the facts to SINK. COMMAND NULL leaves the command out; the revision is left out if the
 * current directory is not in a git repository. */
void run_facts_emit(struct subunit2_sink *sink, const char *command);

/* Returns whether EVENT carries a fact. */
bool run_facts_has(const struct subunit2_event *event);

#endif
