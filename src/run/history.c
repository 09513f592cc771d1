#include "history.h"

#include "memory.h"

#include <stdlib.h>
#include <uthash.h>

struct entry {
	UT_hash_handle hh;
	int64_t ns;
	bool bad;
	char id[];
};

struct history {
	struct entry *entries; /* in the order in which they were seen first */
	struct subunit2_sink *tests;
};

static struct entry *
entry_of(struct history *history, struct subunit2_view id)
{
	struct entry *entry;
	HASH_FIND(hh, history->entries, id.data, id.len, entry);
	if (entry)
		return entry;
	entry = memory_zeroed(1, sizeof(*entry) + id.len + 1);
	memcpy(entry->id, id.data, id.len);
	entry->ns = -1;
	HASH_ADD_KEYPTR(hh, history->entries, entry->id, id.len, entry);
	return entry;
}

static bool
is_bad(enum subunit2_status status)
{
	return subunit2_status_is_bad(status) || status == SUBUNIT2_INPROGRESS;
}

static int
take_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct history *history = context;
	(void)error;
	/* Millions of assertions may have passed: only the bad ones count. */
	if (test->status == SUBUNIT2_EXISTS || (!test->runnable && !is_bad(test->status)))
		return SUBUNIT2_OK;
	struct entry *entry = entry_of(history, test->id);
	entry->bad = is_bad(test->status);
	entry->ns = test->has_start && test->has_stop ? subunit2_time_since(test->stop, test->start)
	                                              : -1;
	return SUBUNIT2_OK;
}

struct history *
history_new(void)
{
	struct history *history = memory_zeroed(1, sizeof(*history));
	struct subunit2_collect_options nothing = {0};
	history->tests = subunit2_collect_new(&nothing, take_test, NULL, history);
	memory_have(history->tests);
	return history;
}

void
history_free(struct history *history)
{
	struct entry *entry, *next;
	HASH_ITER(hh, history->entries, entry, next)
	{
		HASH_DEL(history->entries, entry);
		free(entry);
	}
	subunit2_sink_free(history->tests);
	free(history);
}

struct subunit2_sink *
history_sink(struct history *history)
{
	return history->tests;
}

int64_t
history_time_ns(const struct history *history, const char *id)
{
	struct entry *entry;
	HASH_FIND(hh, history->entries, id, strlen(id), entry);
	return entry ? entry->ns : -1;
}

void
history_each_bad(const struct history *history, void (*each)(void *context, const char *id),
                 void *context)
{
	for (const struct entry *entry = history->entries; entry; entry = entry->hh.next)
		if (entry->bad)
			each(context, entry->id);
}
