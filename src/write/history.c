/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "history.h"

#include "duration.h"
#include "memory.h"
#include "name_table.h"
#include "printable.h"
#include "route_label.h"
#include "string_list.h"

#include <stdlib.h>

#define LABEL_FACTOR 0x9e3779b97f4a7c15u
#define TREND_MAX 20 /* runs that are printed, the last ones */

struct history_run {
	char *name;
	struct subunit2_summary_result totals;
};

struct history {
	struct name_table by_id; /* index in marks, plus 1 */
	struct string_list marks;
	struct history_run *runs;
	size_t count, room;
};

struct history *
history_new(void)
{
	struct history *history = memory_zeroed(1, sizeof(*history));
	name_table_init(&history->by_id);
	return history;
}

void
history_free(struct history *history)
{
	if (!history)
		return;
	for (size_t i = 0; i < history->count; i++)
		free(history->runs[i].name);
	free(history->runs);
	string_list_clear(&history->marks);
	name_table_clear(&history->by_id);
	free(history);
}

/* Returns the key of the test ID at the place LABEL; an empty one: at all places. */
static uint64_t
history_key(const struct history *history, struct subunit2_view id, struct subunit2_view label)
{
	uint64_t hash = name_table_hash(&history->by_id, id);
	/* Multiply: the same text as an id and as a label must not give 0. */
	return label.len > 0 ? hash ^ name_table_hash(&history->by_id, label) * LABEL_FACTOR : hash;
}

void
history_add_test(struct history *history, const char *id, const char *label, const char *marks)
{
	uint64_t hash = history_key(history, subunit2_view_of(id), subunit2_view_of(label));
	string_list_add(&history->marks, marks);
	*name_table_number(&history->by_id, hash) = history->marks.count;
}

void
history_add_run(struct history *history, const char *name,
                const struct subunit2_summary_result *totals)
{
	history->runs = memory_grow(history->runs, &history->room, history->count + 1,
	                            sizeof(*history->runs));
	history->runs[history->count++] = (struct history_run){memory_copy(name), *totals};
}

static const char *
history_find(const struct history *history, struct subunit2_view id, struct subunit2_view label)
{
	uint64_t number = name_table_find(&history->by_id, history_key(history, id, label));
	return number ? history->marks.items[number - 1] : NULL;
}

const char *
history_marks(const struct history *history, const struct subunit2_test *test)
{
	if (!history || history->marks.count == 0)
		return NULL;
	struct buffer label = {0};
	const char *marks = NULL;
	route_label(&label, test->route_code);
	if (label.len > 0)
		marks = history_find(history, test->id, buffer_view(&label));
	buffer_clear(&label);
	return marks ? marks : history_find(history, test->id, SUBUNIT2_ABSENT);
}

static void
history_put_count(FILE *file, const char **between, uint64_t count, const char *word)
{
	if (!count)
		return;
	fprintf(file, "%s%llu %s", *between, (unsigned long long)count, word);
	*between = ", ";
}

static void
history_put_run(const struct history_run *run, FILE *file)
{
	const struct subunit2_counts *a = &run->totals.scripts, *b = &run->totals.assertions;
	const char *between = "  ";
	char time[DURATION_SIZE];
	fputs("  ", file);
	printable_put(file, subunit2_view_of(run->name));
	history_put_count(file, &between, a->passed + b->passed, "passed");
	history_put_count(file, &between, a->failed + b->failed, "failed");
	history_put_count(file, &between, a->unexpected + b->unexpected, "unexpected");
	history_put_count(file, &between, a->unfinished + b->unfinished, "unfinished");
	history_put_count(file, &between, a->skipped + b->skipped, "skipped");
	history_put_count(file, &between, a->todo + b->todo, "todo");
	history_put_count(file, &between, run->totals.damaged, "damaged");
	if (*between == ' ')
		fputs("  no tests", file);
	if (run->totals.has_time)
		fprintf(file, "  %s",
		        duration_text(subunit2_time_since(run->totals.stop, run->totals.start),
		                      time));
	putc('\n', file);
}

void
history_put_trend(const struct history *history, FILE *file)
{
	size_t first = history->count > TREND_MAX ? history->count - TREND_MAX : 0;
	fputs("runs:\n", file);
	if (first > 0)
		fprintf(file, "  %zu earlier ones\n", first);
	for (size_t i = first; i < history->count; i++)
		history_put_run(&history->runs[i], file);
}
