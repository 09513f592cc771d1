/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The size of the pieces in which a document is fed makes no difference to its events. */
#include "check.h"
#include "tap_mixture.h"
#include "tap_transcript.h"

#include <string.h>

static size_t
random_piece(void *context)
{
	(void)context;
	return 1 + tap_mixture_random(30);
}

static size_t
one_byte(void *context)
{
	(void)context;
	return 1;
}

static char document[TAP_MIXTURE_MAX];

int
main(void)
{
	size_t different = 0;
	for (unsigned round = 0; round < check_rounds(6000); round++) {
		const struct tap_options options = {
			.script = SUBUNIT2_LITERAL("t"),
			.forced = tap_mixture_random(4) == 0,
			.strict = tap_mixture_random(4) == 0,
			.automake = tap_mixture_random(8) == 0,
			.ktap = tap_mixture_random(8) == 0,
			.any_line = tap_mixture_random(8) == 0,
		};
		struct subunit2_view input = {document, tap_mixture_make(document)};
		char *whole = tap_transcript_with(input, options, NULL, NULL);
		char *pieces = tap_transcript_with(input, options,
		                                   round % 4 ? random_piece : one_byte, NULL);
		if (strcmp(whole, pieces) != 0 && !different++)
			printf("# round %u: %s\n# whole: %s\n# in pieces: %s\n", round, document,
			       whole, pieces);
		free(whole);
		free(pieces);
	}
	CHECK_NAMED("pieces make no difference", different == 0);
	return check_done();
}
