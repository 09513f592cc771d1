/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The lines of meson's console about tests and subtests:
 *
 *      1/10 p / good      OK              0.02s
 *     ▶  9/10 - b         FAIL
 */
#ifndef MESON_RESULT_H
#define MESON_RESULT_H

#include <stdbool.h>
#include <stdint.h>
#include <subunit2/event.h>

/* The lines of a summary. */
enum meson_total {
	MESON_OK,
	MESON_EXPECTED_FAIL,
	MESON_FAIL,
	MESON_UNEXPECTED_PASS,
	MESON_SKIPPED,
	MESON_TIMEOUT,
	MESON_TOTALS,
};

/* A word for a result. */
struct meson_word {
	const char *word;
	enum subunit2_status status;
	enum meson_total total; /* MESON_TOTALS: the test has not ended */
	bool error;
};

/* A line about a test, or about a subtest after "▶ ". */
struct meson_result {
	uint64_t number, count; /* of the test, and of all tests of its run */
	struct subunit2_view printed;
	const struct meson_word *word;
	struct subunit2_view after; /* the rest of the line, after the word */
};

/* Reads " 2/10 p / bad   FAIL   0.02s   exit status 1", up to the word. Returns false if LINE is no
 * such line. The views point into LINE. */
bool meson_result_parse(struct subunit2_view line, struct meson_result *result);

/* Returns whether RESULT says that a test begins. */
static inline bool
meson_result_begins(const struct meson_result *result)
{
	return result->word->status == SUBUNIT2_STATUS_INPROGRESS;
}

#endif
