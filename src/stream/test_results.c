/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "test_results.h"

#include "keyed_hash.h"
#include "lost_input.h"
#include "memory.h"

#include <stdlib.h>
#include <uthash.h>

#define CHUNK_SIZE (64 << 10) /* bytes of ids that are allocated at once */
#define SLOTS_MIN 64

/* Ids, one after the other, each with a NUL. */
struct chunk {
	struct chunk *before;
	size_t used;
	char bytes[];
};

/* A test and one of its routes on which it ended badly in the current run. */
struct bad {
	uint64_t mark; /* of id, route and stream */
	UT_hash_handle hh;
};

/* There may be millions of tests: each takes only its id, its result and one to four slots. */
struct test_results {
	struct subunit2_sink sink; /* passes the events to TESTS */
	enum test_results_kept kept;
	struct test_result *list; /* in the order of their first events */
	size_t count, size;
	uint32_t *slots;   /* index in the list plus 1; 0: free; at most half are used */
	size_t slot_count; /* a power of two */
	struct keyed_hash_key key;
	struct chunk *ids; /* the last one */
	struct subunit2_sink *tests;
	unsigned run;    /* number of the current run */
	struct bad *bad; /* of the current run */
};

static char *
test_results_keep_id(struct test_results *results, struct subunit2_view id)
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
	/* An id that is longer than a chunk has a chunk of its own. */
	results->ids->used = len > CHUNK_SIZE ? CHUNK_SIZE : results->ids->used + len;
	return kept;
}

static struct subunit2_view
test_results_id_of(const struct test_result *result)
{
	return (struct subunit2_view){result->id, result->id_len};
}

static bool
test_results_has_id(const struct test_result *result, struct subunit2_view id)
{
	return subunit2_view_equal(test_results_id_of(result), id);
}

/* Returns the slot of ID, or the free slot in which it belongs. */
static uint32_t *
test_results_slot_of(const struct test_results *results, struct subunit2_view id)
{
	size_t mask = results->slot_count - 1;
	size_t at = keyed_hash(&results->key, id) & mask;
	while (results->slots[at] &&
	       !test_results_has_id(&results->list[results->slots[at] - 1], id))
		at = (at + 1) & mask;
	return &results->slots[at];
}

static void
test_results_make_slots(struct test_results *results, size_t count)
{
	free(results->slots);
	results->slots = memory_zeroed(count, sizeof(*results->slots));
	results->slot_count = count;
	for (size_t i = 0; i < results->count; i++)
		*test_results_slot_of(results, test_results_id_of(&results->list[i])) =
			(uint32_t)(i + 1);
}

static struct test_result *
test_results_result_of(struct test_results *results, struct subunit2_view id)
{
	uint32_t *slot = test_results_slot_of(results, id);
	if (*slot)
		return &results->list[*slot - 1];
	if (2 * (results->count + 1) > results->slot_count) {
		test_results_make_slots(results, 2 * results->slot_count);
		slot = test_results_slot_of(results, id);
	}
	if (results->count == results->size) {
		results->size = results->size ? 2 * results->size : SLOTS_MIN;
		results->list = memory_resize(results->list, results->size, sizeof(*results->list));
	}
	struct test_result *result = &results->list[results->count++];
	*result = (struct test_result){.id = test_results_keep_id(results, id),
	                               .id_len = (uint32_t)id.len,
	                               .longest_ns = -1,
	                               .ns = -1};
	*slot = (uint32_t)results->count;
	return result;
}

static bool
test_results_is_bad(enum subunit2_status status)
{
	return subunit2_status_is_bad(status) || status == SUBUNIT2_STATUS_INPROGRESS;
}

bool
test_result_is_bad(const struct test_result *result)
{
	return test_results_is_bad(result->status);
}

static uint64_t
test_results_mark_of(const struct test_results *results, const struct subunit2_test *test)
{
	return keyed_hash_test(&results->key, test->id, test->route_code) + test->stream;
}

/* Counts the routes on which TEST ended badly; on each route, its last result counts. */
static void
test_results_count_route(struct test_results *results, struct test_result *result,
                         const struct subunit2_test *test)
{
	uint64_t mark = test_results_mark_of(results, test);
	struct bad *bad;
	if (result->run != results->run)
		result->bad_routes = 0;
	result->run = results->run;
	HASH_FIND(hh, results->bad, &mark, sizeof(mark), bad);
	if (!bad == !test_results_is_bad(test->status))
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
test_results_drop_bad(struct test_results *results)
{
	struct bad *bad, *next;
	HASH_ITER(hh, results->bad, bad, next)
	{
		HASH_DEL(results->bad, bad);
		free(bad);
	}
}

static enum subunit2_result
test_results_on_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct test_results *results = context;
	(void)error;
	if (results->kept == TEST_RESULTS_NOTABLE && !test->runnable &&
	    !test_results_is_bad(test->status))
		return SUBUNIT2_E_OK;
	struct test_result *result = test_results_result_of(results, test->id);
	/* A list of tests has no results. */
	if (test->status == SUBUNIT2_STATUS_EXISTS && result->status)
		return SUBUNIT2_E_OK;
	test_results_count_route(results, result, test);
	bool bad = test_results_is_bad(test->status),
	     ended = subunit2_status_is_final(test->status);
	/* A flaky test both failed and passed in one run. */
	bool flaky = subunit2_tags_has(test->tags, SUBUNIT2_LITERAL("flaky"));
	result->passes += (ended && !bad && test->status != SUBUNIT2_STATUS_SKIP) || flaky;
	result->fails += bad || flaky;
	result->changes += flaky;
	result->outcome = result->bad_routes > 0                          ? TEST_RESULT_FAILED
	                  : ended && test->status != SUBUNIT2_STATUS_SKIP ? TEST_RESULT_PASSED
	                  : result->outcome                               ? result->outcome
	                                                                  : TEST_RESULT_OTHER;
	/* It failed on another route, which decides. */
	if (!bad && result->bad_routes > 0)
		return SUBUNIT2_E_OK;
	result->status = test->status;
	result->runnable = test->runnable;
	result->ns = ended && test->has_start && test->has_stop
	                     ? subunit2_time_since(test->stop, test->start)
	                     : -1;
	if (result->ns > result->longest_ns)
		result->longest_ns = result->ns;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
test_results_event(struct subunit2_sink *self, const struct subunit2_event *event,
                   struct subunit2_error *error)
{
	return subunit2_sink_event(((struct test_results *)self)->tests, event, error);
}

/* Adds the outcome of RESULT in the run that ends to its past. */
static void
test_results_end_run(struct test_result *result)
{
	result->past = result->past << 2 | result->outcome;
	if (result->outcome == TEST_RESULT_PASSED || result->outcome == TEST_RESULT_FAILED) {
		result->changes += result->prior && result->prior != result->outcome;
		result->prior = result->outcome;
		result->ran++;
	}
	result->outcome = TEST_RESULT_ABSENT;
}

static enum subunit2_result
test_results_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct test_results *results = (struct test_results *)self;
	enum subunit2_result result = subunit2_sink_finish(results->tests, error);
	test_results_drop_bad(results);
	results->run++;
	for (size_t i = 0; i < results->count; i++)
		test_results_end_run(&results->list[i]);
	return result;
}

struct test_results *
test_results_new(enum test_results_kept kept)
{
	struct test_results *results = memory_zeroed(1, sizeof(*results));
	const struct subunit2_collect_options nothing = {.size = sizeof(nothing),
	                                                 .results_only = true};
	results->sink = (struct subunit2_sink){test_results_event, test_results_finish, NULL};
	results->kept = kept;
	results->key = keyed_hash_new_key();
	test_results_make_slots(results, SLOTS_MIN);
	results->tests =
		memory_have(subunit2_collect_new(&nothing, test_results_on_test, NULL, results));
	return results;
}

void
test_results_free(struct test_results *results)
{
	struct chunk *chunk = results->ids;
	while (chunk) {
		struct chunk *before = chunk->before;
		free(chunk);
		chunk = before;
	}
	test_results_drop_bad(results);
	free(results->list);
	free(results->slots);
	subunit2_sink_free(results->tests);
	free(results);
}

struct subunit2_sink *
test_results_sink(struct test_results *results)
{
	return &results->sink;
}

const struct test_result *
test_results_find(const struct test_results *results, struct subunit2_view id)
{
	uint32_t at = *test_results_slot_of(results, id);
	return at ? &results->list[at - 1] : NULL;
}

bool
test_results_are_damaged(const struct test_results *results)
{
	return test_results_find(results, SUBUNIT2_LITERAL("subunit.parser")) ||
	       test_results_find(results, SUBUNIT2_LITERAL(LOST_INPUT_ID));
}

static bool
test_results_last_has(const struct test_results *results, const char *id)
{
	const struct test_result *result = test_results_find(results, subunit2_view_of(id));
	return result && test_result_outcome_before(result, 0) != TEST_RESULT_ABSENT;
}

bool
test_results_last_is_damaged(const struct test_results *results)
{
	return test_results_last_has(results, "subunit.parser") ||
	       test_results_last_has(results, LOST_INPUT_ID);
}

unsigned
test_results_runs(const struct test_results *results)
{
	return results->run;
}

enum test_result_outcome
test_result_outcome_before(const struct test_result *result, unsigned runs)
{
	return runs < TEST_RESULT_PAST_MAX ? result->past >> 2 * runs & 3 : TEST_RESULT_ABSENT;
}

size_t
test_results_count(const struct test_results *results)
{
	return results->count;
}

void
test_results_each(const struct test_results *results,
                  void (*each)(void *context, const struct test_result *result), void *context)
{
	for (size_t i = 0; i < results->count; i++)
		each(context, &results->list[i]);
}
