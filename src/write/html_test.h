/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A test of the HTML page: a line of JSON, as long as the page has room. Browsers read at most
 * 512 MB, so a page must be smaller than a large run. Tests that ended well may fill half of
 * the room; the rest is kept for tests that did not, even if they come last.
 */
#ifndef HTML_TEST_H
#define HTML_TEST_H

#include <subunit2/collect.h>

#include <stdio.h>

/* Sizes are bytes of the page. */
struct html_room {
	uint64_t size, used;
	uint64_t left; /* texts or tests that were left out because the room was full */
};

struct html_rooms {
	struct html_room tests; /* for everything but text */
	struct html_room text;  /* for the text of files */
};

/* Writes TEST, with its outcomes in the PAST unless that is NULL, as JSON to MEMORY, which is
 * empty. Returns false if the page has no room for it. A file whose text has no room is written
 * with its length only. */
bool html_test_put(FILE *memory, const struct subunit2_test *test, const char *past,
                   struct html_rooms *rooms);

#endif
