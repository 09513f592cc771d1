/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "end_list.h"

#include "cause.h"
#include "cause_group.h"
#include "memory.h"
#include "printable.h"
#include "style.h"
#include "tag_cause.h"
#include "test_name.h"
#include "test_text.h"

#include <stdlib.h>

#define LISTED_MAX 100   /* causes, and tests of each other kind */
#define SAME_CAUSE_MAX 3 /* tests with the same cause */

struct listed {
	struct test_name name;
	struct buffer cause; /* empty: not known */
};

struct listed_tests {
	uint64_t count; /* with those that are not kept */
	struct listed *kept;
	size_t kept_count, room;
};

struct end_list {
	size_t listed_max;
	struct cause_groups *failed;
	struct listed_tests flaky, leaked;
};

struct end_list *
end_list_new(bool all)
{
	struct end_list *end_list = memory_zeroed(1, sizeof(*end_list));
	end_list->listed_max = all ? SIZE_MAX : LISTED_MAX;
	end_list->failed = cause_groups_new(all ? SIZE_MAX : SAME_CAUSE_MAX);
	return end_list;
}

static void
end_list_clear_listed(struct listed_tests *tests)
{
	for (size_t i = 0; i < tests->kept_count; i++) {
		test_name_clear(&tests->kept[i].name);
		buffer_clear(&tests->kept[i].cause);
	}
	free(tests->kept);
}

void
end_list_free(struct end_list *end_list)
{
	if (!end_list)
		return;
	cause_groups_free(end_list->failed);
	end_list_clear_listed(&end_list->flaky);
	end_list_clear_listed(&end_list->leaked);
	free(end_list);
}

static void
end_list_add_listed(const struct end_list *end_list, struct listed_tests *tests,
                    const struct subunit2_test *test,
                    void (*find_cause)(struct buffer *line, const struct subunit2_test *test))
{
	if (tests->count++ >= end_list->listed_max)
		return;
	tests->kept =
		memory_grow(tests->kept, &tests->room, tests->kept_count + 1, sizeof(*tests->kept));
	struct listed *listed = &tests->kept[tests->kept_count++];
	*listed = (struct listed){.name = test_name_of(test)};
	find_cause(&listed->cause, test);
}

static void
end_list_add_failure(struct end_list *end_list, const struct subunit2_test *test)
{
	struct cause cause;
	if (cause_is_in_assertions(test))
		return;
	cause_find(&cause, test);
	cause_groups_add(end_list->failed, test, buffer_view(&cause.line));
	cause_clear(&cause);
}

void
end_list_add(struct end_list *end_list, const struct subunit2_test *test)
{
	if (test_text_is_bad(test->status))
		end_list_add_failure(end_list, test);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky")))
		end_list_add_listed(end_list, &end_list->flaky, test, tag_cause_of_flaky);
	if (subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("leaked")))
		end_list_add_listed(end_list, &end_list->leaked, test, tag_cause_of_leaked);
}

static void
end_list_put_more(FILE *file, const char *indent, uint64_t more, const char *what)
{
	if (more > 0)
		fprintf(file, "%sand %llu more%s\n", indent, (unsigned long long)more, what);
}

static void
end_list_put_cause(FILE *file, struct subunit2_view cause)
{
	fputs("  # ", file);
	printable_put(file, cause);
}

static void
end_list_put_group(const struct cause_group *group, FILE *file, bool show_labels)
{
	fputs("  ", file);
	if (group->count > 1)
		fprintf(file, "%zu tests", group->count);
	else
		test_name_put(file, &group->names[0], show_labels);
	end_list_put_cause(file, subunit2_view_of(group->cause));
	putc('\n', file);
	for (size_t i = 0; i < group->name_count && group->count > 1; i++) {
		fputs("    ", file);
		test_name_put(file, &group->names[i], show_labels);
		putc('\n', file);
	}
	end_list_put_more(file, "    ", group->count - group->name_count, "");
}

static void
end_list_put_failed(const struct end_list *end_list, struct output_file *to, bool show_labels)
{
	size_t count = cause_groups_count(end_list->failed);
	size_t listed = count < end_list->listed_max ? count : end_list->listed_max;
	if (count == 0)
		return;
	style_begin(to, STYLE_BAD);
	fputs("failed:\n", to->file);
	for (size_t i = 0; i < listed; i++)
		end_list_put_group(cause_groups_get(end_list->failed, i), to->file, show_labels);
	end_list_put_more(to->file, "  ", count - listed, " causes");
	style_end(to);
}

static void
end_list_put_listed(const struct listed_tests *tests, const char *heading, FILE *file,
                    bool show_labels)
{
	if (tests->count == 0)
		return;
	fprintf(file, "%s:\n", heading);
	for (size_t i = 0; i < tests->kept_count; i++) {
		fputs("  ", file);
		test_name_put(file, &tests->kept[i].name, show_labels);
		if (tests->kept[i].cause.len > 0)
			end_list_put_cause(file, buffer_view(&tests->kept[i].cause));
		putc('\n', file);
	}
	end_list_put_more(file, "  ", tests->count - tests->kept_count, "");
}

void
end_list_put(const struct end_list *end_list, struct output_file *to, bool show_labels)
{
	end_list_put_failed(end_list, to, show_labels);
	end_list_put_listed(&end_list->flaky, "flaky", to->file, show_labels);
	end_list_put_listed(&end_list->leaked, "leaked", to->file, show_labels);
}
