/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A test of the page: a line of JSON, as long as there is room. Browsers read no
 * more than 512 MB at once, so that a page may not be as large as its run. Of what
 * ended well no more is taken than fills half of the room: the rest is for what
 * did not, even if that comes last.
 */
#ifndef HTML_TEST_H
#define HTML_TEST_H

#include <subunit2/collect.h>

#include <stdio.h>

/* In bytes of the page. */
struct html_room {
	uint64_t size, used;
	uint64_t left; /* how many found none: texts, or tests */
};

struct html_rooms {
	struct html_room tests; /* for all but the texts */
	struct html_room text;  /* for the texts of their files */
};

/* TEST as JSON to MEMORY, from its start; false when the page has no room for it. Of a
 * text that has none, the length alone is said. */
bool html_test_put(FILE *memory, const struct subunit2_test *test, struct html_rooms *rooms);

#endif
