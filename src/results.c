#include "results.h"

#include "memory.h"

#include <stdlib.h>
#include <subunit2/hash.h>

#define CHUNK_SIZE (64 << 10) /* bytes of ids that are allocated at once */
#define SLOTS_MIN 64

/* Ids, one behind the other, each with a NUL. */
struct chunk {
	struct chunk *before;
	size_t used;
	char bytes[];
};

/* There may be millions of tests: what is kept of each is its id, its result and
 * a slot or two. */
struct results {
	enum results_kept kept;
	struct result *list; /* in the order in which they were seen first */
	size_t count, size;
	uint32_t *slots;   /* index in the list, and one more; 0: free; at most half are used */
	size_t slot_count; /* a power of two */
	struct subunit2_hash_key key;
	struct chunk *ids; /* the last one */
	struct subunit2_sink *tests;
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
	result->status = test->status;
	result->runnable = test->runnable;
	bool ended = subunit2_status_is_final(test->status);
	result->ns = ended && test->has_start && test->has_stop
	                     ? subunit2_time_since(test->stop, test->start)
	                     : -1;
	result->passes += ended && !is_bad(test->status) && test->status != SUBUNIT2_SKIP;
	result->fails += is_bad(test->status);
	return SUBUNIT2_OK;
}

struct results *
results_new(enum results_kept kept)
{
	struct results *results = memory_zeroed(1, sizeof(*results));
	const struct subunit2_collect_options nothing = {.results_only = true};
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
	free(results->list);
	free(results->slots);
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
	uint32_t at = *slot_of(results, id);
	return at ? &results->list[at - 1] : NULL;
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
