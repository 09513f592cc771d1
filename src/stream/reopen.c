/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "reopen.h"

#include "buffer.h"
#include "forward_sink.h"
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <uthash.h>

/* A test id with a routing code that at least one stream has open. */
struct reopen_name {
	UT_hash_handle hh;
	size_t open; /* streams */
	bool ended;  /* the last status of the name, in all streams together, is a final one */
	bool has_route;
	size_t id_len, key_len;
	char key[]; /* the id, NUL, the code */
};

struct reopen_key {
	struct reopen_name *name;
	uintptr_t stream; /* of the size of a pointer: no padding */
};

/* An open test of one stream. */
struct reopen_test {
	UT_hash_handle hh;
	struct reopen_key key;
	bool runnable, has_time;
	struct subunit2_time time; /* of its last event with one */
};

struct reopen {
	struct forward_sink base;
	struct reopen_name *names;
	struct reopen_test *tests; /* in the order in which they began */
	struct buffer key;         /* of the name at hand */
};

static struct reopen_name *
reopen_find_name(struct reopen *reopen, const struct subunit2_event *event)
{
	struct reopen_name *name;
	reopen->key.len = 0;
	buffer_add(&reopen->key, event->test_id);
	buffer_add(&reopen->key, (struct subunit2_view){"", 1});
	buffer_add(&reopen->key, event->route_code);
	HASH_FIND(hh, reopen->names, reopen->key.data, reopen->key.len, name);
	return name;
}

/* Adds the name that reopen_find_name did not find. */
static struct reopen_name *
reopen_add_name(struct reopen *reopen, const struct subunit2_event *event)
{
	size_t len = reopen->key.len;
	struct reopen_name *name = memory_zeroed(1, sizeof(*name) + len);
	memcpy(name->key, reopen->key.data, len);
	name->key_len = len;
	name->id_len = event->test_id.len;
	name->has_route = subunit2_view_present(event->route_code);
	HASH_ADD_KEYPTR(hh, reopen->names, name->key, len, name);
	return name;
}

static struct reopen_test *
reopen_add_test(struct reopen *reopen, struct reopen_key key)
{
	struct reopen_test *test = memory_zeroed(1, sizeof(*test));
	test->key = key;
	key.name->open++;
	HASH_ADD(hh, reopen->tests, key, sizeof(key), test);
	return test;
}

static void
reopen_remove_test(struct reopen *reopen, struct reopen_test *test)
{
	struct reopen_name *name = test->key.name;
	HASH_DEL(reopen->tests, test);
	free(test);
	if (--name->open)
		return;
	HASH_DEL(reopen->names, name);
	free(name);
}

static void
reopen_note(struct reopen *reopen, const struct subunit2_event *event)
{
	bool begins = event->status == SUBUNIT2_STATUS_INPROGRESS;
	bool ends = subunit2_status_is_final(event->status);
	struct reopen_key key = {reopen_find_name(reopen, event), event->stream};
	struct reopen_test *test = NULL;
	if (!key.name && !begins)
		return;
	if (!key.name)
		key.name = reopen_add_name(reopen, event);
	if (begins || ends)
		key.name->ended = ends;
	HASH_FIND(hh, reopen->tests, &key, sizeof(key), test);
	if (!test && !begins)
		return;
	if (!test)
		test = reopen_add_test(reopen, key);
	test->runnable |= event->runnable;
	if (event->has_timestamp) {
		test->time = event->timestamp;
		test->has_time = true;
	}
	if (ends)
		reopen_remove_test(reopen, test);
}

static enum subunit2_result
reopen_event(struct subunit2_sink *sink, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct reopen *reopen = (struct reopen *)sink;
	if (subunit2_view_present(event->test_id))
		reopen_note(reopen, event);
	return subunit2_sink_event(reopen->base.next, event, error);
}

/* Begins TEST again, for all streams that have its name open. */
static enum subunit2_result
reopen_emit(const struct reopen *reopen, const struct reopen_test *test,
            struct subunit2_error *error)
{
	struct reopen_name *name = test->key.name;
	struct subunit2_event event = {
		.test_id = {name->key, name->id_len},
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = test->runnable,
		.has_timestamp = test->has_time,
		.timestamp = test->time,
		.stream = (unsigned)test->key.stream,
	};
	if (name->has_route)
		event.route_code = (struct subunit2_view){name->key + name->id_len + 1,
		                                          name->key_len - name->id_len - 1};
	name->ended = false;
	return subunit2_sink_event(reopen->base.next, &event, error);
}

static enum subunit2_result
reopen_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	const struct reopen *reopen = (struct reopen *)sink;
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (const struct reopen_test *test = reopen->tests; test && result == SUBUNIT2_E_OK;
	     test = test->hh.next)
		if (test->key.name->ended)
			result = reopen_emit(reopen, test, error);
	return result == SUBUNIT2_E_OK ? forward_sink_finish(sink, error) : result;
}

static void
reopen_free(struct subunit2_sink *sink)
{
	struct reopen *reopen = (struct reopen *)sink;
	while (reopen->tests)
		reopen_remove_test(reopen, reopen->tests);
	buffer_clear(&reopen->key);
	free(reopen);
}

struct subunit2_sink *
reopen_new(struct subunit2_sink *next)
{
	struct reopen *reopen = forward_sink_new(sizeof(*reopen), reopen_event, next);
	reopen->base.sink.finish = reopen_finish;
	reopen->base.sink.free = reopen_free;
	return &reopen->base.sink;
}
