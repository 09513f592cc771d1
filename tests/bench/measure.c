/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Runs a command several times, one after the other, and prints the wall time of
 * one run, its CPU time, and the peak memory of its largest process: "SECONDS
 * SECONDS KILOBYTES".
 *
 *     measure COUNT OUTPUT COMMAND [ARG...]
 *
 * The command's standard output goes to the file OUTPUT, written anew for every
 * run. The program is small, since a process's peak begins with its parent's.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double
seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static int
run(const char *output, char **command)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status, errnum;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	errnum = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (errnum) {
		fprintf(stderr, "measure: %s: %s\n", command[0], strerror(errnum));
		return 1;
	}
	waitpid(pid, &status, 0);
	if (status)
		fprintf(stderr, "measure: %s: status %d\n", command[0], status);
	return status != 0;
}

int
main(int argc, char **argv)
{
	int count = argc > 3 ? atoi(argv[1]) : 0;
	struct rusage usage;
	double start = now();

	if (count < 1) {
		fputs("usage: measure COUNT OUTPUT COMMAND [ARG...]\n", stderr);
		return 2;
	}
	for (int i = 0; i < count; i++) {
		if (run(argv[2], argv + 3))
			return 1;
	}
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%.9f %.9f %ld\n", (now() - start) / count,
	       (seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime)) / count, usage.ru_maxrss);
	return 0;
}
