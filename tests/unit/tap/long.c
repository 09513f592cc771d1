/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Documents that exceed a limit: their pieces make no difference, and failures stay failures. */
#include "check.h"
#include "tap_long_documents.h"
#include "tap_transcript.h"

static size_t
some_bytes(void *context)
{
	uint32_t *state = context;
	*state = *state * 1664525 + 1013904223;
	return 1 + (*state >> 16) % 1000;
}

static void
check_document(const char *name, const char *line, const char *verdict)
{
	struct subunit2_view input = {document, document_len};
	char *whole = tap_transcript_of(input, false, false, NULL, NULL);
	uint32_t state = 1;
	char *in_pieces = tap_transcript_of(input, false, false, some_bytes, &state);
	char last[200];
	snprintf(last, sizeof(last), "\nverdict %s", verdict);
	if (!CHECK_NAMED(name, strstr(whole, line) && strstr(whole, last)))
		printf("# got: %.1000s\n", whole);
	/* Much text may be emitted in other pieces. */
	tap_transcript_drop_text(whole);
	tap_transcript_drop_text(in_pieces);
	CHECK_NAMED("in pieces", strcmp(whole, in_pieces) == 0);
	free(whole);
	free(in_pieces);
}

int
main(void)
{
	document_each_long(check_document);
	return check_done();
}
