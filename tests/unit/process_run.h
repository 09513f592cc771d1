/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Shell scripts as supervised processes.
 */
#ifndef PROCESS_RUN_H
#define PROCESS_RUN_H

#include "process.h"

#include "state_of.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CAPTURED_MAX 4096

struct run {
	struct process *process;
	struct process_options options;
	const char *argv[4];
	char out[CAPTURED_MAX], err[CAPTURED_MAX]; /* the beginning, with a NUL */
	size_t out_len, err_len;
	bool over;
	struct process_result result; /* but for its strings */
	bool named;
	char leaked_names[128];
};

static struct supervisor supervisor;

static inline void
on_output(void *context, enum process_stream stream, struct subunit2_view bytes)
{
	struct run *run = context;
	char *to = stream == PROCESS_STDOUT ? run->out : run->err;
	size_t *len = stream == PROCESS_STDOUT ? &run->out_len : &run->err_len;
	for (size_t i = 0; i < bytes.len; i++, ++*len)
		if (*len < CAPTURED_MAX - 1)
			to[*len] = bytes.data[i];
}

static inline void
on_end(void *context, const struct process_result *result)
{
	struct run *run = context;
	run->result = *result;
	run->named = result->leaked_names != NULL;
	if (run->named)
		snprintf(run->leaked_names, sizeof(run->leaked_names), "%s", result->leaked_names);
	run->over = true;
	process_free(run->process);
}

static inline void
begin(struct run *run, const char *script)
{
	*run = (struct run){.argv = {"/bin/sh", "-c", script, NULL}};
	run->options = (struct process_options){
		.argv = (char *const *)run->argv,
		.envp = environ,
		.stdin_fd = -1,
		.grace_ns = 300 * EVENT_LOOP_MS,
		.leak_ns = 300 * EVENT_LOOP_MS,
		.leaked = PROCESS_KILL,
	};
}

static inline void
launch(struct run *run)
{
	static const struct process_handler handler = {on_output, on_end};
	run->process = process_start(&supervisor, &run->options, &handler, run);
	if (!run->process)
		exit(99);
}

static inline void
complete(struct run *run)
{
	while (!run->over)
		event_loop_turn(supervisor.loop);
}

static inline void
play(struct run *run, const char *script)
{
	begin(run, script);
	launch(run);
	complete(run);
}

static inline bool
exited(const struct run *run, int status)
{
	return run->result.exited && WIFEXITED(run->result.status) &&
	       WEXITSTATUS(run->result.status) == status;
}

static inline bool
died(const struct run *run, int signo)
{
	return run->result.exited && WIFSIGNALED(run->result.status) &&
	       WTERMSIG(run->result.status) == signo;
}

#endif
