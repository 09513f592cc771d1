/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The suites around a case of a JUnit file, and the clock of its cases: they follow each
 * other from the timestamp of their suite on.
 */
#ifndef JUNIT_SUITES_H
#define JUNIT_SUITES_H

#include "junit_ids.h"

#define JUNIT_PATH_MAX 1024 /* bytes of the names of all suites in an id */

struct junit_suites {
	struct junit_suite *list; /* the outermost first */
	size_t depth, size;       /* used, allocated */
	uint64_t count;           /* of the suites that began */
	char path[JUNIT_PATH_MAX];
	size_t path_len;
	struct subunit2_time clock;
	bool dated;
};

void junit_suites_clear(struct junit_suites *suites);

/* Begins a suite within the others. NAME, HOSTNAME and TIMESTAMP may be NULL. IDS, which may be
 * NULL, gets the first date. Removes "[HOSTNAME] " from NAME, with which this program marks the
 * suites of a script that ran on several machines. */
void junit_suites_begin(struct junit_suites *suites, const char *name, const char *hostname,
                        const char *timestamp, struct junit_ids *ids);
void junit_suites_end(struct junit_suites *suites);

/* Returns the name of the innermost suite; "" outside of all suites. */
const char *junit_suites_innermost_name(const struct junit_suites *suites);

/* Returns NAME after the names of the suites, or only these if it is empty; to be freed. */
char *junit_suites_full_name(const struct junit_suites *suites, const char *name);

/* The path in it is valid until a suite begins or ends. */
struct junit_place junit_suites_place(const struct junit_suites *suites);

void junit_suites_advance_clock(struct junit_suites *suites, int64_t ns);

#endif
