#include "subunit2/collect.h"

#include "attachments.h"
#include "hash.h"

#include <stdlib.h>

struct key {
	struct subunit2_view id, route_code;
};

static bool
keys_differ(const struct key *a, const struct key *b)
{
	return !subunit2_view_equal(a->id, b->id) ||
	       !subunit2_view_equal(a->route_code, b->route_code);
}

/* The table compares keys, not their bytes, and leaves it to us when memory is short. */
#define HASH_KEYCMP(a, b, len) keys_differ(a, b)
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

struct open_test {
	struct key key; /* views into BYTES */
	struct subunit2_test test;
	struct subunit2_tagset tags;
	struct attachments attachments;
	UT_hash_handle hh;
	char bytes[];
};

struct collect {
	struct subunit2_sink sink;
	struct subunit2_collect_options options;
	int (*test)(void *context, const struct subunit2_test *test, struct subunit2_error *error);
	int (*file)(void *context, const struct subunit2_event *event,
	            struct subunit2_error *error);
	void *context;
	struct hash_key hash_key;
	struct open_test *open; /* in the order in which they began */
};

static void
open_test_free(struct open_test *open)
{
	subunit2_tagset_clear(&open->tags);
	attachments_clear(&open->attachments);
	free(open);
}

static struct open_test *
open_test_new(struct key key)
{
	struct open_test *open = calloc(1, sizeof(*open) + key.id.len + key.route_code.len);

	if (!open)
		return NULL;
	memcpy(open->bytes, key.id.data, key.id.len);
	key.id.data = open->bytes;
	if (subunit2_view_present(key.route_code)) {
		memcpy(open->bytes + key.id.len, key.route_code.data, key.route_code.len);
		key.route_code.data = open->bytes + key.id.len;
	}
	open->key = key;
	open->test.id = key.id;
	open->test.route_code = key.route_code;
	return open;
}

/* The test that EVENT speaks of, made if need be; NULL when memory is short. */
static struct open_test *
find_or_begin(struct collect *collect, const struct subunit2_event *event)
{
	struct key key = {event->test_id, event->route_code};
	unsigned hash = (unsigned)hash_test(&collect->hash_key, key.id, key.route_code);
	struct open_test *open;

	HASH_FIND_BYHASHVALUE(hh, collect->open, &key, sizeof(key), hash, open);
	if (open)
		return open;
	open = open_test_new(key);
	if (!open)
		return NULL;
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, collect->open, &open->key, sizeof(open->key), hash, open);
	if (!open->hh.tbl) {
		open_test_free(open);
		return NULL;
	}
	return open;
}

static int
gather(struct collect *collect, struct open_test *open, const struct subunit2_event *event,
       struct subunit2_error *error)
{
	struct subunit2_test *test = &open->test;

	if (event->status != SUBUNIT2_STATUS_NONE)
		test->status = event->status;
	test->runnable |= event->runnable;
	if (event->has_timestamp) {
		if (!test->has_start)
			test->start = event->timestamp;
		test->stop = event->timestamp;
		test->has_start = test->has_stop = true;
	}
	if (subunit2_view_present(event->file_name)) {
		int result = attachments_add(&open->attachments, event,
		                             collect->options.attachment_limit, error);
		if (result != SUBUNIT2_OK)
			return result;
	}
	return subunit2_tagset_add_all(&open->tags, event->tags, error);
}

static int
hand_over(struct collect *collect, struct open_test *open, struct subunit2_error *error)
{
	int result;

	open->test.tags = subunit2_tagset_view(&open->tags);
	open->test.attachments = open->attachments.list;
	open->test.attachment_count = open->attachments.count;
	HASH_DEL(collect->open, open);
	result = collect->test(collect->context, &open->test, error);
	open_test_free(open);
	return result;
}

static int
collect_event(struct subunit2_sink *self, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	struct collect *collect = (struct collect *)self;
	struct open_test *open;
	int result;

	if (!subunit2_view_present(event->test_id)) {
		if (collect->file && subunit2_view_present(event->file_name))
			return collect->file(collect->context, event, error);
		return SUBUNIT2_OK;
	}
	open = find_or_begin(collect, event);
	if (!open)
		return subunit2_error_set(error, SUBUNIT2_NO_MEMORY, "test", "out of memory");
	result = gather(collect, open, event, error);
	if (result != SUBUNIT2_OK)
		return result;
	if (subunit2_status_is_final(event->status))
		return hand_over(collect, open, error);
	return SUBUNIT2_OK;
}

static int
collect_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct collect *collect = (struct collect *)self;

	while (collect->open) {
		int result = hand_over(collect, collect->open, error);
		if (result != SUBUNIT2_OK)
			return result;
	}
	return SUBUNIT2_OK;
}

static void
collect_free(struct subunit2_sink *self)
{
	struct collect *collect = (struct collect *)self;

	while (collect->open) {
		struct open_test *open = collect->open;
		HASH_DEL(collect->open, open);
		open_test_free(open);
	}
	free(collect);
}

struct subunit2_sink *
subunit2_collect_new(const struct subunit2_collect_options *options,
                     int (*test)(void *context, const struct subunit2_test *test,
                                 struct subunit2_error *error),
                     int (*file)(void *context, const struct subunit2_event *event,
                                 struct subunit2_error *error),
                     void *context)
{
	struct collect *collect = malloc(sizeof(*collect));

	if (!collect)
		return NULL;
	*collect = (struct collect){
		.sink = {collect_event, collect_finish, collect_free},
		.options = *options,
		.test = test,
		.file = file,
		.context = context,
		.hash_key = hash_key_random(),
	};
	return &collect->sink;
}
