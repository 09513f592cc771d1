/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Workers without a process, in place of worker.c.
 */
#ifndef STUB_WORKER_H
#define STUB_WORKER_H

#include "worker.h"

#include <stdio.h>

struct worker {
	char name[24];
	size_t index;
};

/* Begins the worker "wINDEX". */
static inline void
stub_worker_begin(struct worker *worker, size_t index)
{
	snprintf(worker->name, sizeof(worker->name), "w%zu", index);
	worker->index = index;
}

const char *
worker_name(const struct worker *worker)
{
	return worker->name;
}

size_t
worker_index(const struct worker *worker)
{
	return worker->index;
}

bool
worker_send(struct worker *worker, const struct subunit2_event *event)
{
	(void)worker, (void)event;
	return true;
}

#endif
