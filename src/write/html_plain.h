/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The failures of a run as plain HTML, and lists of its flaky and leaked tests, for browsers that
 * do not run the page's script (Jenkins forbids it by default) and for print.
 */
#ifndef HTML_PLAIN_H
#define HTML_PLAIN_H

#include "buffer.h"

#include <stdint.h>
#include <stdio.h>
#include <subunit2/collect.h>

/* All zeroes to begin with. */
struct html_plain {
	struct buffer text;          /* of the page, bounded */
	struct buffer flaky, leaked; /* items of lists; bounded, too */
	uint64_t failures;
	uint64_t left; /* failures that had no room */
};

/* Adds TEST if it did not end well, is flaky or left processes running. LABEL, of its route, says
 * where; it may be empty. */
void html_plain_add(struct html_plain *plain, const struct subunit2_test *test,
                    struct subunit2_view label);

/* Writes all of it. LEFT_OUT, if it is not empty, is the label that the first tests lack. */
void html_plain_put(const struct html_plain *plain, FILE *file, struct subunit2_view left_out);
void html_plain_clear(struct html_plain *plain);

#endif
