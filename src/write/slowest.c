/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "slowest.h"

#include "duration.h"
#include "memory.h"
#include "test_name.h"

#include <stdlib.h>

struct slowest_test {
	int64_t ns;
	struct test_name name;
};

/* Entries are sorted, the slowest first. An insertion moves at most MOST of them. */
struct slowest {
	unsigned most, count;
	uint64_t seen;
	struct slowest_test *entries;
};

struct slowest *
slowest_new(unsigned most)
{
	struct slowest *slowest = memory_zeroed(1, sizeof(*slowest));
	slowest->most = most;
	return slowest;
}

void
slowest_free(struct slowest *slowest)
{
	if (!slowest)
		return;
	for (unsigned i = 0; i < slowest->count; i++)
		test_name_clear(&slowest->entries[i].name);
	free(slowest->entries);
	free(slowest);
}

void
slowest_add(struct slowest *slowest, const struct subunit2_test *test)
{
	if (!test->has_start || !test->has_stop || !subunit2_status_is_final(test->status))
		return;
	int64_t ns = subunit2_time_since(test->stop, test->start);
	slowest->seen++;
	unsigned at = slowest->count;
	while (at > 0 && slowest->entries[at - 1].ns < ns)
		at--;
	if (at >= slowest->most)
		return;

	if (slowest->count == slowest->most)
		test_name_clear(&slowest->entries[--slowest->count].name);
	else
		slowest->entries = memory_resize(slowest->entries, slowest->count + 1,
		                                 sizeof(*slowest->entries));
	memmove(slowest->entries + at + 1, slowest->entries + at,
	        (slowest->count - at) * sizeof(*slowest->entries));
	slowest->entries[at] = (struct slowest_test){ns, test_name_of(test)};
	slowest->count++;
}

bool
slowest_is_empty(const struct slowest *slowest)
{
	return slowest->count == 0;
}

bool
slowest_has_more(const struct slowest *slowest)
{
	return slowest->seen > slowest->most;
}

void
slowest_put(const struct slowest *slowest, FILE *file, bool show_labels)
{
	if (slowest->count > 0)
		fputs("slowest:\n", file);
	for (unsigned i = 0; i < slowest->count; i++) {
		const struct slowest_test *entry = &slowest->entries[i];
		char text[DURATION_SIZE];
		fprintf(file, "%9s  ", duration_text(entry->ns, text));
		test_name_put(file, &entry->name, show_labels);
		putc('\n', file);
	}
}
