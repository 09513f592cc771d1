/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A unit test is a program: it calls CHECK and ends with `return check_done();`.
 * Every check is a TAP assertion on stdout.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned check_count, check_failures;

/* Returns how often to repeat a random test: ROUNDS, or less under valgrind (see tests/check). */
static inline unsigned
check_rounds(unsigned rounds)
{
	return getenv("CHECK_VALGRIND") ? rounds / 20 : rounds;
}

static inline bool
check_report(bool good, const char *file, int line, const char *what)
{
	check_count++;
	printf("%sok %u - ", good ? "" : "not ", check_count);
	/* A "#" in a name must not begin a directive. */
	for (; *what; what++)
		printf(*what == '#' ? "\\%c" : "%c", *what);
	putchar('\n');
	if (!good) {
		check_failures++;
		printf("# at %s:%d\n", file, line);
	}
	return good;
}

/* One assertion, named by its text. */
#define CHECK(condition) check_report(condition, __FILE__, __LINE__, #condition)
/* One assertion with a name of its own. */
#define CHECK_NAMED(name, condition) check_report(condition, __FILE__, __LINE__, name)

/* The plan; the program's exit status. */
static inline int
check_done(void)
{
	printf("1..%u\n", check_count);
	return check_failures != 0;
}

#endif
