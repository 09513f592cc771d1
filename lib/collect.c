/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/collect.h>

#include "attachments.h"
#include "private/keyed_hash.h"
#include "private/last_status.h"
#include "sized_options.h"

#include <stdlib.h>

#define SPARE_MAX 512 /* bytes of ids and routes for which the spare test may have room */

struct key {
	struct subunit2_view id, route_code;
	unsigned stream;
};

static bool
collect_keys_differ(const struct key *a, const struct key *b)
{
	return !subunit2_view_equal(a->id, b->id) ||
	       !subunit2_view_equal(a->route_code, b->route_code) || a->stream != b->stream;
}

/* The table compares keys, not their bytes, and reports a lack of memory to its caller. */
#define HASH_KEYCMP(a, b, len) collect_keys_differ(a, b)
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

struct open_test {
	struct key key; /* views into BYTES */
	struct subunit2_test test;
	struct subunit2_tagset tags;
	struct attachments attachments;
	UT_hash_handle hh;
	size_t size; /* of BYTES */
	char bytes[];
};

struct collect {
	struct subunit2_sink sink;
	struct subunit2_collect_options options;
	enum subunit2_result (*test)(void *context, const struct subunit2_test *test,
	                             struct subunit2_error *error);
	enum subunit2_result (*file)(void *context, const struct subunit2_event *event,
	                             struct subunit2_error *error);
	void *context;
	struct keyed_hash_key key;
	struct open_test
		*earlier; /* all but the latest, in a table in the order in which they began */
	/* The test that began last. It is not in the table: most streams report one test after the
	 * other and need no table. */
	struct open_test *latest;
	struct open_test *spare; /* memory of a test that ended, for the next one; or NULL */
	struct attachment_store store;
};

static void
open_test_free(struct collect *collect, struct open_test *open)
{
	if (open->tags.data)
		subunit2_tagset_clear(&open->tags);
	if (open->attachments.list)
		attachments_clear(&open->attachments, &collect->store);
	/* Keep the larger one of OPEN and the spare test. */
	if (open->size <= SPARE_MAX && (!collect->spare || collect->spare->size < open->size)) {
		struct open_test *smaller = collect->spare;

		collect->spare = open;
		open = smaller;
	}
	free(open);
}

/* Return memory for a test with SIZE bytes of names, all zeroes but for these; NULL if memory is
 * short. Without the spare test, a test takes 130 instructions more. */
static struct open_test *
open_test_allocate(struct collect *collect, size_t size)
{
	struct open_test *open = collect->spare;

	if (open && size <= open->size) {
		size = open->size;
		collect->spare = NULL;
	} else {
		open = malloc(sizeof(*open) + size);
		if (!open)
			return NULL;
	}
	memset(open, 0, sizeof(*open));
	open->size = size;
	return open;
}

static struct open_test *
open_test_new(struct collect *collect, struct key key)
{
	struct open_test *open = open_test_allocate(collect, key.id.len + key.route_code.len);

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
	open->test.stream = key.stream;
	return open;
}

static unsigned
collect_hash_of(const struct collect *collect, const struct key *key)
{
	return (unsigned)keyed_hash_test(&collect->key, key->id, key->route_code);
}

static struct key
collect_key_of(const struct subunit2_event *event)
{
	return (struct key){event->test_id, event->route_code, event->stream};
}

/* Return the open test of EVENT among all but the latest, or NULL. */
static struct open_test *
collect_find_earlier(const struct collect *collect, const struct subunit2_event *event)
{
	struct key key = collect_key_of(event);
	struct open_test *open;

	HASH_FIND_BYHASHVALUE(hh, collect->earlier, &key, sizeof(key),
	                      collect_hash_of(collect, &key), open);
	return open;
}

/* Return the open test of EVENT, or NULL. */
static struct open_test *
collect_find(const struct collect *collect, const struct subunit2_event *event)
{
	const struct open_test *latest = collect->latest;

	if (latest && subunit2_view_equal(latest->key.id, event->test_id) &&
	    subunit2_view_equal(latest->key.route_code, event->route_code) &&
	    latest->key.stream == event->stream)
		return collect->latest;
	return collect->earlier ? collect_find_earlier(collect, event) : NULL;
}

/* Start a test. Return NULL if memory is short. */
static struct open_test *
collect_begin(struct collect *collect, struct key key)
{
	struct open_test *open = open_test_new(collect, key);
	struct open_test *latest = collect->latest;

	if (!open)
		return NULL;
	if (latest) {
		HASH_ADD_KEYPTR_BYHASHVALUE(hh, collect->earlier, &latest->key, sizeof(latest->key),
		                            collect_hash_of(collect, &latest->key), latest);
		if (!latest->hh.tbl) {
			open_test_free(collect, open);
			return NULL;
		}
	}
	collect->latest = open;
	return open;
}

/* Remove OPEN; the caller frees it. */
static void
collect_remove(struct collect *collect, struct open_test *open)
{
	if (open == collect->latest)
		collect->latest = NULL;
	else
		HASH_DEL(collect->earlier, open);
}

static struct open_test *
collect_first_open(const struct collect *collect)
{
	return collect->earlier ? collect->earlier : collect->latest;
}

static enum subunit2_result
collect_gather(struct collect *collect, struct open_test *open, const struct subunit2_event *event,
               struct subunit2_error *error)
{
	struct subunit2_test *test = &open->test;

	test->status = last_status_after(test->status, event->status);
	test->runnable |= event->runnable;
	if (event->has_timestamp) {
		if (!test->has_start)
			test->start = event->timestamp;
		test->stop = event->timestamp;
		test->has_start = test->has_stop = true;
	}
	if (subunit2_view_present(event->file_name)) {
		enum subunit2_result result = attachments_add(&open->attachments, &collect->store,
		                                              event, &collect->options, error);
		if (result != SUBUNIT2_E_OK)
			return result;
	}
	if (!event->tags.count)
		return SUBUNIT2_E_OK;
	return subunit2_tagset_add_all(&open->tags, event->tags, error);
}

/* Pass on the files of TEST as files without a test id. */
static enum subunit2_result
collect_deliver_files(const struct collect *collect, const struct subunit2_test *test,
                      struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;

	for (size_t i = 0; collect->file && i < test->attachment_count; i++) {
		const struct subunit2_attachment *attachment = &test->attachments[i];
		struct subunit2_view rest = attachment->bytes;
		struct subunit2_event event = {
			.route_code = test->route_code,
			.file_name = attachment->name,
			.mime_type = attachment->mime_type,
		};

		while (result == SUBUNIT2_E_OK &&
		       subunit2_attachment_next(attachment, &rest, &event.file_bytes))
			result = collect->file(collect->context, &event, error);
	}
	return result;
}

static bool
collect_is_result(const struct collect *collect, const struct subunit2_test *test)
{
	return !collect->options.results_only || test->status != SUBUNIT2_STATUS_NONE;
}

static enum subunit2_result
collect_deliver(struct collect *collect, struct open_test *open, struct subunit2_error *error)
{
	enum subunit2_result result;

	if (open->tags.data)
		open->test.tags = subunit2_tagset_view(&open->tags);
	open->test.attachment_count = open->attachments.count;
	collect_remove(collect, open);
	result = open->attachments.count
	                 ? attachments_finish(&open->attachments, &collect->store, error)
	                 : SUBUNIT2_E_OK;
	open->test.attachments = open->attachments.list;
	if (result == SUBUNIT2_E_OK)
		result = collect_is_result(collect, &open->test)
		                 ? collect->test(collect->context, &open->test, error)
		                 : collect_deliver_files(collect, &open->test, error);
	open_test_free(collect, open);
	return result;
}

static enum subunit2_result
collect_event(struct subunit2_sink *self, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	struct collect *collect = (struct collect *)self;
	struct open_test *open;
	enum subunit2_result result;

	if (!subunit2_view_present(event->test_id)) {
		if (collect->file && subunit2_view_present(event->file_name))
			return collect->file(collect->context, event, error);
		return SUBUNIT2_E_OK;
	}
	open = collect_find(collect, event);
	if (!open && !(open = collect_begin(collect, collect_key_of(event))))
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "test", "out of memory");
	result = collect_gather(collect, open, event, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	if (subunit2_status_is_final(event->status))
		return collect_deliver(collect, open, error);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
collect_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct collect *collect = (struct collect *)self;
	struct open_test *open;

	while ((open = collect_first_open(collect))) {
		enum subunit2_result result = collect_deliver(collect, open, error);
		if (result != SUBUNIT2_E_OK)
			return result;
	}
	return SUBUNIT2_E_OK;
}

static void
collect_free(struct subunit2_sink *self)
{
	struct collect *collect = (struct collect *)self;
	struct open_test *open;

	while ((open = collect_first_open(collect))) {
		collect_remove(collect, open);
		open_test_free(collect, open);
	}
	free(collect->spare);
	attachment_store_close(&collect->store);
	free(collect);
}

struct subunit2_sink *
subunit2_collect_new(const struct subunit2_collect_options *options,
                     enum subunit2_result (*test)(void *context, const struct subunit2_test *test,
                                                  struct subunit2_error *error),
                     enum subunit2_result (*file)(void *context, const struct subunit2_event *event,
                                                  struct subunit2_error *error),
                     void *context)
{
	struct subunit2_collect_options known;
	struct collect *collect;

	if (!sized_options_copy(&known, sizeof(known), options, sizeof(known)))
		return NULL;
	collect = malloc(sizeof(*collect));
	if (!collect)
		return NULL;
	*collect = (struct collect){
		.sink = {collect_event, collect_finish, collect_free},
		.options = known,
		.test = test,
		.file = file,
		.context = context,
		.key = keyed_hash_new_key(),
	};
	return &collect->sink;
}
