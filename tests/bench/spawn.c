/*
 * Times commands beside /bin/true: how long one takes from posix_spawn to wait.
 *
 *     spawn COUNT COMMAND [ARG...]
 *
 * The two take turns, so that both meet the same load. Standard output is the
 * command's. On stderr: the median of each in microseconds, and their ratio.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double
now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double
run_us(char **argv)
{
	pid_t pid;
	int status;
	double begin = now_us();
	int error = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (error) {
		fprintf(stderr, "spawn: %s: %s\n", argv[0], strerror(error));
		exit(2);
	}
	if (waitpid(pid, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "spawn: %s: status %d\n", argv[0], status);
		exit(2);
	}
	return now_us() - begin;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double
median(double *times, size_t count)
{
	qsort(times, count, sizeof(*times), compare);
	return times[count / 2];
}

int
main(int argc, char **argv)
{
	size_t count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
	if (!count) {
		fputs("usage: spawn COUNT COMMAND [ARG...]\n", stderr);
		return 2;
	}
	char *reference[] = {"/bin/true", NULL};
	double *of_true = malloc(count * sizeof(*of_true));
	double *of_command = malloc(count * sizeof(*of_command));
	if (!of_true || !of_command)
		return 2;
	for (size_t i = 0; i < count; i++) {
		of_true[i] = run_us(reference);
		of_command[i] = run_us(argv + 2);
	}
	double base = median(of_true, count), taken = median(of_command, count);
	fprintf(stderr, "/bin/true %.0f us, %s %.0f us, ratio %.2f\n", base, argv[2], taken,
	        taken / base);
	free(of_true);
	free(of_command);
	return 0;
}
