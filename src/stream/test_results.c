/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_results.h"

#include "lost_input.h"
#include "memory.h"

#include <stdlib.h>
#include <subunit2/hash.h>
#include <uthash.h>

#define CHUNK_SIZE (64 << 10) /* bytes of ids that are allocated at once */
#define SLOTS_MIN 64

/* Ids, one behind the other, each with a NUL. */
struct chunk {
	struct chunk *before;
	size_t used;
	char bytes[];
};

/* A test that ended badly in the run that is read, on one of its routes. */
struct bad {
	uint64_t mark; /* of id, route and stream */
	UT_hash_handle hh;
};

/* There may be millions of tests: what is kept of each is its id, its result and
 * a slot or two. */
struct results {
	struct subunit2_sink sink; /* takes the events, for TESTS */
	enum results_kept kept;
	struct result *list; /* in the order in which they were seen first */
	size_t count, size;
	uint32_t *slots;   /* index in the list, and one more; 0: free; at most half are used */
	size_t slot_count; /* a power of two */
	struct subunit2_hash_key key;
	struct chunk *ids; /* the last one */
	struct subunit2_sink *tests;
	unsigned run;    /* that is read */
	struct bad *bad; /* in it */
};

static char *
keep_id(struct results *results, struct subunit2_view id)
{
	size_t len = id.len + 1;
	if (!results->ids || len > CHUNK_SIZE - results->ids->used) {
		struct chunk *chunk = memory_resize(
			NULL, sizeof(*chunk) + (len > CHUNK_SIZE ? len : CHUNK_SIZE), 1);
		chunk->before = results->ids;
		chunk->used = 0;
		results->ids = chunk;
	}
	char *kept = results->ids->bytes + results->ids->used;
	memcpy(kept, id.data, id.len);
	kept[id.len] = '\0';
	/* One that is longer than a chunk fills its own. */
	results->ids->used = len > CHUNK_SIZE ? CHUNK_SIZE : results->ids->used + len;
	return kept;
}

static struct subunit2_view
id_of(const struct result *result)
{
	return (struct subunit2_view){result->id, result->id_len};
}

static bool
has_id(const struct result *result, struct subunit2_view id)
{
	return subunit2_view_equal(id_of(result), id);
}

/* The slot in which ID stands, or would. */
static uint32_t *
slot_of(const struct results *results, struct subunit2_view id)
{
	size_t mask = results->slot_count - 1;
	size_t at = subunit2_hash(&results->key, id) & mask;
	while (results->slots[at] && !has_id(&results->list[results->slots[at] - 1], id))
		at = (at + 1) & mask;
	return &results->slots[at];
}

static void
make_slots(struct results *results, size_t count)
{
	free(results->slots);
	results->slots = memory_zeroed(count, sizeof(*results->slots));
	results->slot_count = count;
	for (size_t i = 0; i < results->count; i++)
		*slot_of(results, id_of(&results->list[i])) = (uint32_t)(i + 1);
}

static struct result *
result_of(struct results *results, struct subunit2_view id)
{
	uint32_t *slot = slot_of(results, id);
	if (*slot)
		return &results->list[*slot - 1];
	if (2 * (results->count + 1) > results->slot_count) {
		make_slots(results, 2 * results->slot_count);
		slot = slot_of(results, id);
	}
	if (results->count == results->size) {
		results->size = results->size ? 2 * results->size : SLOTS_MIN;
		results->list = memory_resize(results->list, results->size, sizeof(*results->list));
	}
	struct result *result = &results->list[results->count++];
	*result = (struct result){.id = keep_id(results, id), .id_len = (uint32_t)id.len, .ns = -1};
	*slot = (uint32_t)results->count;
	return result;
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

static uint64_t
mark_of(const struct results *results, const struct subunit2_test *test)
{
	return subunit2_hash_test(&results->key, test->id, test->route_code) + test->stream;
}

/* What TEST's own route has said of it last counts for that route. */
static void
count_route(struct results *results, struct result *result, const struct subunit2_test *test)
{
	uint64_t mark = mark_of(results, test);
	struct bad *bad;
	if (result->run != results->run)
		result->bad_routes = 0;
	result->run = results->run;
	HASH_FIND(hh, results->bad, &mark, sizeof(mark), bad);
	if (!bad == !is_bad(test->status))
		return;
	if (bad) {
		result->bad_routes--;
		HASH_DEL(results->bad, bad);
		free(bad);
		return;
	}
	result->bad_routes++;
	bad = memory_zeroed(1, sizeof(*bad));
	bad->mark = mark;
	HASH_ADD(hh, results->bad, mark, sizeof(mark), bad);
}

static void
forget_bad(struct results *results)
{
	struct bad *bad, *next;
	HASH_ITER(hh, results->bad, bad, next)
	{
		HASH_DEL(results->bad, bad);
		free(bad);
	}
}

static int
take_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct results *results = context;
	(void)error;
	if (results->kept == RESULTS_NOTABLE && !test->runnable && !is_bad(test->status))
		return SUBUNIT2_OK;
	struct result *result = result_of(results, test->id);
	/* A list of tests says nothing of how they ended. */
	if (test->status == SUBUNIT2_EXISTS && result->status)
		return SUBUNIT2_OK;
	count_route(results, result, test);
	bool bad = is_bad(test->status), ended = subunit2_status_is_final(test->status);
	/* Run again in one run, it did both. */
	bool flaky = subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky"));
	result->passes += (ended && !bad && test->status != SUBUNIT2_SKIP) || flaky;
	result->fails += bad || flaky;
	/* It failed on another route, and that is what counts. */
	if (!bad && result->bad_routes > 0)
		return SUBUNIT2_OK;
	result->status = test->status;
	result->runnable = test->runnable;
	result->ns = ended && test->has_start && test->has_stop
	                     ? subunit2_time_since(test->stop, test->start)
	                     : -1;
	return SUBUNIT2_OK;
}

static int
results_event(struct subunit2_sink *self, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	return subunit2_sink_event(((struct results *)self)->tests, event, error);
}

static int
results_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct results *results = (struct results *)self;
	int result = subunit2_sink_finish(results->tests, error);
	forget_bad(results);
	results->run++;
	return result;
}

struct results *
results_new(enum results_kept kept)
{
	struct results *results = memory_zeroed(1, sizeof(*results));
	const struct subunit2_collect_options nothing = {.results_only = true};
	results->sink = (struct subunit2_sink){results_event, results_finish, NULL};
	results->kept = kept;
	results->key = subunit2_hash_key_random();
	make_slots(results, SLOTS_MIN);
	results->tests = memory_have(subunit2_collect_new(&nothing, take_test, NULL, results));
	return results;
}

void
results_free(struct results *results)
{
	struct chunk *chunk = results->ids;
	while (chunk) {
		struct chunk *before = chunk->before;
		free(chunk);
		chunk = before;
	}
	forget_bad(results);
	free(results->list);
	free(results->slots);
	subunit2_sink_free(results->tests);
	free(results);
}

struct subunit2_sink *
results_sink(struct results *results)
{
	return &results->sink;
}

const struct result *
results_find(const struct results *results, struct subunit2_view id)
{
	uint32_t at = *slot_of(results, id);
	return at ? &results->list[at - 1] : NULL;
}

bool
results_are_damaged(const struct results *results)
{
	return results_find(results, SUBUNIT2_LITERAL("subunit.parser")) ||
	       results_find(results, SUBUNIT2_LITERAL(LOST_INPUT_ID));
}

size_t
results_count(const struct results *results)
{
	return results->count;
}

void
results_each(const struct results *results,
             void (*each)(void *context, const struct result *result), void *context)
{
	for (size_t i = 0; i < results->count; i++)
		each(context, &results->list[i]);
}
