/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "end_list.h"

#include "cause.h"
#include "cause_group.h"
#include "memory.h"
#include "printable.h"
#include "string_list.h"
#include "style.h"
#include "test_text.h"

#include <stdlib.h>

#define LISTED_MAX 100   /* causes, and tests of each other kind */
#define SAME_CAUSE_MAX 3 /* tests with the same cause */

struct names {
	uint64_t count; /* with those that are not kept */
	struct string_list ids;
};

struct end_list {
	size_t listed_max;
	struct cause_groups *failed;
	struct names flaky, leaked;
};

struct end_list *
end_list_new(bool all)
{
	struct end_list *end_list = memory_zeroed(1, sizeof(*end_list));
	end_list->listed_max = all ? SIZE_MAX : LISTED_MAX;
	end_list->failed = cause_groups_new(all ? SIZE_MAX : SAME_CAUSE_MAX);
	return end_list;
}

void
end_list_free(struct end_list *end_list)
{
	if (!end_list)
		return;
	cause_groups_free(end_list->failed);
	string_list_clear(&end_list->flaky.ids);
	string_list_clear(&end_list->leaked.ids);
	free(end_list);
}

static void
end_list_add_id(const struct end_list *end_list, struct names *names, struct subunit2_view id)
{
	if (names->count++ < end_list->listed_max)
		string_list_add_owned(&names->ids, memory_copy_len(id.data, id.len));
}

static void
end_list_add_failure(struct end_list *end_list, const struct subunit2_test *test)
{
	struct cause cause;
	if (cause_is_in_assertions(test))
		return;
	cause_find(&cause, test);
	cause_groups_add(end_list->failed, test->id, buffer_view(&cause.line));
	cause_clear(&cause);
}

void
end_list_add(struct end_list *end_list, const struct subunit2_test *test)
{
	if (test_text_is_bad(test->status))
		end_list_add_failure(end_list, test);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky")))
		end_list_add_id(end_list, &end_list->flaky, test->id);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("leaked")))
		end_list_add_id(end_list, &end_list->leaked, test->id);
}

static void
end_list_put_more(FILE *file, const char *indent, uint64_t more, const char *what)
{
	if (more > 0)
		fprintf(file, "%sand %llu more%s\n", indent, (unsigned long long)more, what);
}

static void
end_list_put_ids(FILE *file, const char *indent, char *const *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fputs(indent, file);
		printable_put(file, subunit2_view_of(ids[i]));
		putc('\n', file);
	}
}

static void
end_list_put_group(const struct cause_group *group, FILE *file)
{
	if (group->count > 1)
		fprintf(file, "  %zu tests", group->count);
	else
		fputs("  ", file);
	if (group->count == 1)
		printable_put(file, subunit2_view_of(group->ids[0]));
	fputs("  # ", file);
	printable_put(file, subunit2_view_of(group->cause));
	putc('\n', file);
	if (group->count == 1)
		return;
	end_list_put_ids(file, "    ", group->ids, group->id_count);
	end_list_put_more(file, "    ", group->count - group->id_count, "");
}

static void
end_list_put_failed(const struct end_list *end_list, struct output_file *to)
{
	size_t count = cause_groups_count(end_list->failed);
	size_t listed = count < end_list->listed_max ? count : end_list->listed_max;
	if (count == 0)
		return;
	style_begin(to, STYLE_BAD);
	fputs("failed:\n", to->file);
	for (size_t i = 0; i < listed; i++)
		end_list_put_group(cause_groups_get(end_list->failed, i), to->file);
	end_list_put_more(to->file, "  ", count - listed, " causes");
	style_end(to);
}

static void
end_list_put_names(const struct names *names, const char *heading, FILE *file)
{
	if (names->count == 0)
		return;
	fprintf(file, "%s:\n", heading);
	end_list_put_ids(file, "  ", names->ids.items, names->ids.count);
	end_list_put_more(file, "  ", names->count - names->ids.count, "");
}

void
end_list_put(const struct end_list *end_list, struct output_file *to)
{
	end_list_put_failed(end_list, to);
	end_list_put_names(&end_list->flaky, "flaky", to->file);
	end_list_put_names(&end_list->leaked, "leaked", to->file);
}
