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

/* The transcript of INPUT, line by line, without its text. If SKIPS, lines of text are not fed
 * while the consumer is idle. */
static char *
transcript_by_line(struct subunit2_view input, bool skips)
{
	struct tap_transcript transcript;
	struct tap_events *tap = tap_transcript_begin(&transcript, false, false);
	while (input.len) {
		const char *newline = memchr(input.data, '\n', input.len);
		size_t len = newline ? (size_t)(newline - input.data) : input.len;
		struct subunit2_view line = {input.data, newline ? len + 1 : len};
		if (!(skips && newline && tap_events_is_idle(tap) &&
		      tap_events_is_text((struct subunit2_view){line.data, len})) &&
		    tap_events_feed(tap, line, 0, NULL) != SUBUNIT2_E_OK)
			abort();
		input.data += line.len;
		input.len -= line.len;
	}
	char *all = tap_transcript_finish(&transcript, tap);
	tap_transcript_drop_text(all);
	return all;
}

static void
check_idle_lines(void)
{
	size_t different = 0;
	for (unsigned round = 0; round < check_rounds(2000); round++) {
		struct subunit2_view input = {document, tap_mixture_make(document)};
		char *whole = transcript_by_line(input, false);
		char *skipped = transcript_by_line(input, true);
		if (strcmp(whole, skipped) != 0 && !different++)
			printf("# %s\n# whole: %s\n# without text: %s\n", document, whole, skipped);
		free(whole);
		free(skipped);
	}
	CHECK_NAMED("text that comes while the consumer is idle changes nothing", different == 0);
}

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
	check_idle_lines();
	return check_done();
}
