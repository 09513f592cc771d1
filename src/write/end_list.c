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

struct end_list {
	struct names kinds[KINDS];
};

struct end_list *
end_list_new(void)
{
	return memory_zeroed(1, sizeof(struct end_list));
}

static unsigned
end_list_stored_count(const struct names *names)
{
	return names->count < NAMED_MAX ? (unsigned)names->count : NAMED_MAX;
}

void
end_list_free(struct end_list *end_list)
{
	if (!end_list)
		return;
	for (int kind = 0; kind < KINDS; kind++)
		for (unsigned i = 0; i < end_list_stored_count(&end_list->kinds[kind]); i++)
			free(end_list->kinds[kind].ids[i]);
	free(end_list);
}

static void
end_list_add_id(struct names *names, struct subunit2_view id)
{
	if (names->count < NAMED_MAX)
		names->ids[names->count] = memory_copy_len(id.data, id.len);
	names->count++;
}

void
end_list_add(struct end_list *end_list, const struct subunit2_test *test)
{
	if (test_text_is_bad(test->status))
		end_list_add_id(&end_list->kinds[FAILED], test->id);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky")))
		end_list_add_id(&end_list->kinds[FLAKY], test->id);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("leaked")))
		end_list_add_id(&end_list->kinds[LEAKED], test->id);
}

static void
end_list_put_names(const struct names *names, const char *heading, FILE *file)
{
	if (names->count)
		fprintf(file, "%s:\n", heading);
	for (unsigned i = 0; i < end_list_stored_count(names); i++) {
		fputs("  ", file);
		printable_put(file, subunit2_view_of(names->ids[i]));
		putc('\n', file);
	}
	if (names->count > NAMED_MAX)
		fprintf(file, "  and %llu more\n", (unsigned long long)names->count - NAMED_MAX);
}

void
end_list_put(const struct end_list *end_list, struct output_file *to)
{
	if (end_list->kinds[FAILED].count) {
		style_begin(to, STYLE_BAD);
		end_list_put_names(&end_list->kinds[FAILED], "failed", to->file);
		style_end(to);
	}
	end_list_put_names(&end_list->kinds[FLAKY], "flaky", to->file);
	end_list_put_names(&end_list->kinds[LEAKED], "leaked", to->file);
}
