/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "event_buffer.h"

#include "buffer.h"
#include "memory.h"
#include "spool.h"

#include <stdlib.h>
#include <uthash.h>

#define KEY_SEPARATOR '\0' /* in no id and no routing code */

struct event_buffer_test {
	UT_hash_handle hh;
	void *facts;
	struct spool packets;
	unsigned stream;
	char key[]; /* stream, test id, and, if there is a routing code, separator and code */
};

struct event_buffer {
	struct event_buffer_test *tests;  /* in the order in which they were opened */
	struct event_buffer_test *adding; /* the test of the event that is being added */
	struct spools spools;
	struct buffer key; /* of the event at hand */
};

struct event_buffer *
event_buffer_new(void)
{
	struct event_buffer *event_buffer = memory_zeroed(1, sizeof(*event_buffer));
	spools_begin(&event_buffer->spools, SIZE_MAX);
	return event_buffer;
}

static void
event_buffer_remove(struct event_buffer *event_buffer, struct event_buffer_test *test)
{
	HASH_DEL(event_buffer->tests, test);
	spool_clear(&event_buffer->spools, &test->packets);
	free(test->facts);
	free(test);
}

void
event_buffer_free(struct event_buffer *event_buffer)
{
	if (!event_buffer)
		return;
	while (event_buffer->tests)
		event_buffer_remove(event_buffer, event_buffer->tests);
	spools_end(&event_buffer->spools);
	buffer_clear(&event_buffer->key);
	free(event_buffer);
}

static struct subunit2_view
event_buffer_make_key(struct event_buffer *event_buffer, const struct subunit2_event *event)
{
	struct buffer *key = &event_buffer->key;
	const char separator = KEY_SEPARATOR;
	key->len = 0;
	buffer_add(key,
	           (struct subunit2_view){(const char *)&event->stream, sizeof(event->stream)});
	buffer_add(key, event->test_id);
	if (subunit2_view_present(event->route_code)) {
		buffer_add(key, (struct subunit2_view){&separator, 1});
		buffer_add(key, event->route_code);
	}
	return buffer_view(key);
}

struct event_buffer_test *
event_buffer_test(struct event_buffer *event_buffer, const struct subunit2_event *event)
{
	struct event_buffer_test *test;
	struct subunit2_view key = event_buffer_make_key(event_buffer, event);
	HASH_FIND(hh, event_buffer->tests, key.data, key.len, test);
	if (test)
		return test;
	test = memory_zeroed(1, sizeof(*test) + key.len);
	test->stream = event->stream;
	memcpy(test->key, key.data, key.len);
	HASH_ADD_KEYPTR(hh, event_buffer->tests, test->key, key.len, test);
	return test;
}

void *
event_buffer_facts(struct event_buffer_test *test, size_t size)
{
	if (!test->facts)
		test->facts = memory_zeroed(1, size);
	return test->facts;
}

struct event_buffer_test *
event_buffer_first(const struct event_buffer *event_buffer)
{
	return event_buffer->tests;
}

static enum subunit2_result
event_buffer_store(void *context, struct subunit2_view packet, struct subunit2_error *error)
{
	struct event_buffer *event_buffer = context;
	return spool_add(&event_buffer->spools, &event_buffer->adding->packets, packet, error);
}

enum subunit2_result
event_buffer_add(struct event_buffer *event_buffer, struct event_buffer_test *test,
                 const struct subunit2_event *event, struct subunit2_error *error)
{
	event_buffer->adding = test;
	if (subunit2_view_present(event->packet))
		return event_buffer_store(event_buffer, event->packet, error);
	return subunit2_packet_split(event, SUBUNIT2_PACKET_MAX, event_buffer_store, event_buffer,
	                             error);
}

/* The decoding of the packets of a spool. */
struct release {
	struct subunit2_sink *sink;
	unsigned stream;
	struct buffer begun; /* the begin of a packet that is split between pieces */
};

/* Sends the complete packets of PACKETS, and removes them from it. */
static enum subunit2_result
event_buffer_send_packets(const struct release *release, struct subunit2_view *packets,
                          struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (packets->len && result == SUBUNIT2_E_OK) {
		struct subunit2_event event;
		struct subunit2_decoded decoded =
			subunit2_packet_decode(packets->data, packets->len, &event);
		if (decoded.outcome == SUBUNIT2_PACKET_NEED_MORE)
			return SUBUNIT2_E_OK;
		if (decoded.outcome != SUBUNIT2_PACKET_WHOLE)
			return subunit2_error_set(error, SUBUNIT2_E_INVALID, "temporary file",
			                          decoded.error);
		packets->data += decoded.len;
		packets->len -= decoded.len;
		event.stream = release->stream;
		result = subunit2_sink_event(release->sink, &event, error);
	}
	return result;
}

static enum subunit2_result
event_buffer_send_piece(void *context, struct subunit2_view piece, struct subunit2_error *error)
{
	struct release *release = context;
	bool begun = release->begun.len > 0;
	if (begun)
		buffer_add(&release->begun, piece);
	struct subunit2_view rest = begun ? buffer_view(&release->begun) : piece;
	enum subunit2_result result = event_buffer_send_packets(release, &rest, error);
	if (begun)
		buffer_drop(&release->begun, release->begun.len - rest.len);
	else
		buffer_add(&release->begun, rest);
	return result;
}

enum subunit2_result
event_buffer_release(struct event_buffer *event_buffer, struct event_buffer_test *test,
                     struct subunit2_sink *sink, struct subunit2_error *error)
{
	struct release release = {.sink = sink, .stream = test->stream};
	enum subunit2_result result = spool_read(&event_buffer->spools, &test->packets,
	                                         event_buffer_send_piece, &release, error);
	buffer_clear(&release.begun);
	event_buffer_remove(event_buffer, test);
	return result;
}

void
event_buffer_drop(struct event_buffer *event_buffer, struct event_buffer_test *test)
{
	event_buffer_remove(event_buffer, test);
}
