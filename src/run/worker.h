/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A worker: a long-lived command that reads requests on its standard input and writes a
 * stream (see subunit2(5), WORKERS). It may be started several times, one process after the
 * other.
 *
 * Its events come with the worker's name before their routing code, and with this program's
 * time: without a time, they get the present one.
 */
#ifndef WORKER_H
#define WORKER_H

#include "stdin_buffer.h"
#include "string_list.h"
#include "supervisor.h"

#include <subunit2.h>

struct worker;

struct worker_handler {
	void (*event)(void *context, struct worker *worker, const struct subunit2_event *event);
	/* Its output is damaged, and cannot be relied on any more. REASON lives until this
	 * returns. */
	void (*failed)(void *context, struct worker *worker, const char *reason);
	/* The last call of a process. REASON says how it ended. */
	void (*over)(void *context, struct worker *worker, const char *reason);
};

struct worker_options {
	const char *name;        /* the instance; outlives the worker */
	size_t index;            /* for the handler; see worker_index */
	struct string_list argv; /* the command; the worker's, which frees it */
	char *const *envp;       /* outlives the worker, as the rest does */
	const char *tmp_parent;  /* the folder for input that waits */
	int64_t grace_ns;        /* between the end of its input and SIGTERM, and then SIGKILL */
	const struct worker_handler *handler;
	void *context; /* of the handler */
};

/* Never NULL. */
struct worker *worker_new(struct supervisor *supervisor, const struct worker_options *options);
/* Frees WORKER, of which no process may run. */
void worker_free(struct worker *worker);

const char *worker_name(const struct worker *worker);
size_t worker_index(const struct worker *worker);

/* Starts a process, and tells it that it is a worker. If that fails, OVER is called later. */
void worker_start(struct worker *worker);

/* Writes a packet to its input, without waiting. Returns false, after a
 * message, if the packet can be neither written nor kept. */
bool worker_send(struct worker *worker, const struct subunit2_event *event);

/* Ends the input of tests: sends the end to the process, and to each later one when it starts. */
void worker_end_tests_input(struct worker *worker);

/* Its standard input, for packets that are routed there. */
struct stdin_buffer *worker_stdin(struct worker *worker);

/* Ends its input. A process that still runs after the grace gets SIGTERM, then SIGKILL. */
void worker_stop(struct worker *worker);
/* Kills the process. */
void worker_kill(struct worker *worker);

#endif
