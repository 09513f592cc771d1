#include "results.h"

#include "memory.h"

#include <stdlib.h>
#include <uthash.h>

struct entry {
	UT_hash_handle hh;
	struct result result;
	char id[];
};

struct results {
	enum results_kept kept;
	struct entry *entries; /* in the order in which they were seen first */
	struct subunit2_sink *tests;
};

static struct entry *
entry_of(struct results *results, struct subunit2_view id)
{
	struct entry *entry;
	HASH_FIND(hh, results->entries, id.data, id.len, entry);
	if (entry)
		return entry;
	entry = memory_zeroed(1, sizeof(*entry) + id.len + 1);
	memcpy(entry->id, id.data, id.len);
	entry->result = (struct result){.id = entry->id, .ns = -1};
	HASH_ADD_KEYPTR(hh, results->entries, entry->id, id.len, entry);
	return entry;
}

static bool
is_bad(enum subunit2_status status)
{
	return subunit2_status_is_bad(status) || status == SUBUNIT2_INPROGRESS;
}

bool
result_is_bad(const struct result *result)
{
	return is_bad(result->status);
}

static int
take_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct results *results = context;
	(void)error;
	if (results->kept == RESULTS_NOTABLE && !test->runnable && !is_bad(test->status))
		return SUBUNIT2_OK;
	struct result *result = &entry_of(results, test->id)->result;
	/* A list of tests says nothing of how they ended. */
	if (test->status == SUBUNIT2_EXISTS && result->status)
		return SUBUNIT2_OK;
	result->status = test->status;
	result->runnable = test->runnable;
	bool ended = subunit2_status_is_final(test->status);
	result->ns = ended && test->has_start && test->has_stop
	                     ? subunit2_time_since(test->stop, test->start)
	                     : -1;
	result->passes += ended && !is_bad(test->status);
	result->fails += is_bad(test->status);
	return SUBUNIT2_OK;
}

struct results *
results_new(enum results_kept kept)
{
	struct results *results = memory_zeroed(1, sizeof(*results));
	struct subunit2_collect_options nothing = {0};
	results->kept = kept;
	results->tests = memory_have(subunit2_collect_new(&nothing, take_test, NULL, results));
	return results;
}

void
results_free(struct results *results)
{
	struct entry *entry, *next;
	HASH_ITER(hh, results->entries, entry, next)
	{
		HASH_DEL(results->entries, entry);
		free(entry);
	}
	subunit2_sink_free(results->tests);
	free(results);
}

struct subunit2_sink *
results_sink(struct results *results)
{
	return results->tests;
}

const struct result *
results_find(const struct results *results, struct subunit2_view id)
{
	struct entry *entry;
	HASH_FIND(hh, results->entries, id.data, id.len, entry);
	return entry ? &entry->result : NULL;
}

size_t
results_count(const struct results *results)
{
	return HASH_COUNT(results->entries);
}

void
results_each(const struct results *results,
             void (*each)(void *context, const struct result *result), void *context)
{
	for (const struct entry *entry = results->entries; entry; entry = entry->hh.next)
		each(context, &entry->result);
}
