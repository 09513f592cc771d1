/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Spools: the bytes written to many come out of each unchanged, through the set's one
 * stream, and its one file. */
#include "spool.h"
#include "check.h"
#include "unlinked.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SPOOLS = 40, EACH_MAX = 20000 };

/* Texts that are not alike: the ROUNDth piece of spool NUMBER. */
static size_t
piece(char *text, unsigned number, unsigned round)
{
	size_t len = (number * 7919 + round * 104729) % 30000;
	memset(text, 'a' + (number + round) % 26, len);
	return len;
}

struct expected {
	char *text;
	size_t len, at;
	bool same;
};

static enum subunit2_result
compare(void *context, struct subunit2_view bytes, struct subunit2_error *error)
{
	struct expected *expected = context;
	(void)error;
	expected->same = expected->same && bytes.len <= expected->len - expected->at &&
	                 memcmp(expected->text + expected->at, bytes.data, bytes.len) == 0;
	expected->at += bytes.len;
	return SUBUNIT2_E_OK;
}

static bool
holds(struct spools *spools, struct spool *spool, unsigned number, unsigned rounds)
{
	struct expected expected = {.same = true, .text = malloc((size_t)rounds * 30000)};
	for (unsigned round = 0; round < rounds; round++)
		expected.len += piece(expected.text + expected.len, number, round);
	enum subunit2_result result = spool_read(spools, spool, compare, &expected, NULL);
	free(expected.text);
	return result == SUBUNIT2_E_OK && expected.same && expected.at == expected.len;
}

int
main(void)
{
	static struct spool many[SPOOLS];
	struct spools spools;
	char text[30000];
	spools_begin(&spools, EACH_MAX);
	for (unsigned round = 0; round < 20; round++)
		for (unsigned i = 0; i < SPOOLS; i++)
			fwrite(text, 1, piece(text, i, round), spool_file(&spools, &many[i]));
	bool good = true;
	for (unsigned i = 0; i < SPOOLS; i++)
		good = good && holds(&spools, &many[i], i, 20);
	CHECK_NAMED("every spool has its own", good);
	off_t size = unlinked_size();
	CHECK(size > 0);

	/* One stays, the others come and go. */
	for (unsigned again = 0; again < 5; again++) {
		for (unsigned i = 1; i < SPOOLS; i++) {
			spool_clear(&spools, &many[i]);
			good = good && spool_is_empty(&spools, &many[i]);
			for (unsigned round = 0; round < 20; round++) {
				struct subunit2_view bytes = {text, piece(text, i + again, round)};
				good = good && !spool_add(&spools, &many[i], bytes, NULL);
			}
		}
		for (unsigned i = 1; i < SPOOLS; i++)
			good = good && holds(&spools, &many[i], i + again, 20);
		good = good && holds(&spools, &many[0], 0, 20);
	}
	CHECK_NAMED("a cleared spool makes room", good);
	CHECK(unlinked_size() <= size + size / 2);

	char *copy;
	size_t len;
	FILE *memory = open_memstream(&copy, &len);
	CHECK(memory && spool_copy(&spools, &many[0], memory, NULL) == SUBUNIT2_E_OK);
	fclose(memory);
	struct expected expected = {.same = true, .text = copy, .len = len};
	CHECK(spool_read(&spools, &many[0], compare, &expected, NULL) == SUBUNIT2_E_OK);
	CHECK(expected.same && expected.at == len);
	free(copy);

	for (unsigned i = 0; i < SPOOLS; i++)
		spool_clear(&spools, &many[i]);
	CHECK(spools.in_memory == 0);
	setenv("TMPDIR", "/nowhere", 1);
	spools_end(&spools);
	spools_begin(&spools, EACH_MAX);
	struct subunit2_error error = {0};
	memset(text, 'x', sizeof(text));
	CHECK(spool_add(&spools, &many[0], (struct subunit2_view){text, sizeof(text)}, &error) ==
	      SUBUNIT2_E_SYSTEM);
	CHECK(strcmp(error.subject, "temporary file") == 0);
	fputs("more", spool_file(&spools, &many[1]));
	CHECK_NAMED("the others are well", !spool_is_empty(&spools, &many[1]));
	CHECK(spool_copy(&spools, &many[0], stdout, NULL) == SUBUNIT2_E_SYSTEM);
	spool_clear(&spools, &many[0]);
	spool_clear(&spools, &many[1]);
	spools_end(&spools);
	return check_done();
}
