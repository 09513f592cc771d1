/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The states of processes.
 */
#ifndef STATE_OF_H
#define STATE_OF_H

#include <stdio.h>
#include <sys/types.h>

/* Returns the state of PID as in proc(5); Z also for a process that is gone. */
static inline char
state_of(pid_t pid)
{
	char path[64], state = 'Z';
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *file = fopen(path, "r");
	if (file && fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	if (file)
		fclose(file);
	return state;
}

#endif
