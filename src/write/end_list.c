/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "end_list.h"

#include "memory.h"
#include "printable.h"
#include "style.h"
#include "test_text.h"

#include <stdlib.h>

#define NAMED_MAX 100 /* of each kind */

enum kind {
	FAILED,
	FLAKY,
	LEAKED,
	KINDS,
};

struct names {
	uint64_t count; /* those that are not kept, too */
	char *ids[NAMED_MAX];
};

struct recall {
	struct names kinds[KINDS];
};

struct recall *
recall_new(void)
{
	return memory_zeroed(1, sizeof(struct recall));
}

static unsigned
kept(const struct names *names)
{
	return names->count < NAMED_MAX ? (unsigned)names->count : NAMED_MAX;
}

void
recall_free(struct recall *recall)
{
	if (!recall)
		return;
	for (int kind = 0; kind < KINDS; kind++)
		for (unsigned i = 0; i < kept(&recall->kinds[kind]); i++)
			free(recall->kinds[kind].ids[i]);
	free(recall);
}

static void
add(struct names *names, struct subunit2_view id)
{
	if (names->count < NAMED_MAX)
		names->ids[names->count] = memory_copy_len(id.data, id.len);
	names->count++;
}

void
recall_add(struct recall *recall, const struct subunit2_test *test)
{
	if (test_text_is_bad(test->status))
		add(&recall->kinds[FAILED], test->id);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky")))
		add(&recall->kinds[FLAKY], test->id);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("leaked")))
		add(&recall->kinds[LEAKED], test->id);
}

static void
put_names(const struct names *names, const char *heading, FILE *file)
{
	if (names->count)
		fprintf(file, "%s:\n", heading);
	for (unsigned i = 0; i < kept(names); i++) {
		fputs("  ", file);
		visible_put(file, subunit2_view_of(names->ids[i]));
		putc('\n', file);
	}
	if (names->count > NAMED_MAX)
		fprintf(file, "  and %llu more\n", (unsigned long long)names->count - NAMED_MAX);
}

void
recall_put(const struct recall *recall, struct destination *to)
{
	if (recall->kinds[FAILED].count) {
		style_begin(to, STYLE_BAD);
		put_names(&recall->kinds[FAILED], "failed", to->file);
		style_end(to);
	}
	put_names(&recall->kinds[FLAKY], "flaky", to->file);
	put_names(&recall->kinds[LEAKED], "leaked", to->file);
}
