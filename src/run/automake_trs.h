/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The results of one test, as automake's parallel harness wants them: lines on the console and
 * in the test's log, and the file NAME.trs. Source: the automake manual, "Custom test drivers"
 * and "Log files generation and test results recording".
 */
#ifndef AUTOMAKE_TRS_H
#define AUTOMAKE_TRS_H

#include "automake_line.h"

#include <stdbool.h>
#include <stdio.h>

struct automake_trs {
	const char *test; /* its name; outlives this */
	bool color;       /* on the console */
	bool collect_skipped_logs;
	bool tap;      /* the results are those of a TAP test, which has one for each assertion */
	FILE *console; /* gets a line for each result */
	FILE *log;     /* gets the same without colors, if TAP is set */
	enum automake_result *results;
	size_t count, room;
	size_t counts[AUTOMAKE_RESULTS];
};

/* Adds a result and prints its line. DETAILS follow the name: "1 - name", or "". */
void automake_trs_add(struct automake_trs *trs, enum automake_result result, const char *details);

/* Prints a TAP comment as tap-driver.sh does: "# NAME: COMMENT". */
void automake_trs_comment(struct automake_trs *trs, const char *comment);

/* Returns the result of the whole test. */
enum automake_result automake_trs_global(const struct automake_trs *trs);

/* Writes the content of NAME.trs to FILE. */
void automake_trs_write(const struct automake_trs *trs, FILE *file);

/* Reads NAME.trs, which another driver wrote, from FILE; prints nothing. Returns false if FILE has
 * no global result that automake knows. */
bool automake_trs_read(struct automake_trs *trs, FILE *file, enum automake_result *global);

/* Frees the results. */
void automake_trs_clear(struct automake_trs *trs);

#endif
