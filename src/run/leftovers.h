/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Leftovers: private folders that could not be removed, found too late to fail their test. They are
 * reported by the failed test "subunit.tmpdir". All zeroes to begin with.
 */
#ifndef LEFTOVERS_H
#define LEFTOVERS_H

#include <subunit2/sink.h>

struct leftovers {
	char *text; /* a line for each; NULL: there was no problem */
};

/* Adds a problem, as cleaner_new has it: "PATH: reason". */
void leftovers_add(struct leftovers *leftovers, const char *problem);

/* Sends the failed test to SINK if there was a problem, and frees the text. */
void leftovers_report(struct leftovers *leftovers, struct subunit2_sink *sink);

#endif
