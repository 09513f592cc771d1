/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "event_buffer.h"

#include "memory.h"
#include "spool.h"

#include <stdlib.h>
#include <uthash.h>

#define KEY_SEPARATOR '\0' /* in no id and no routing code */

struct held_test {
	UT_hash_handle hh;
	void *facts;
	struct spool packets;
	size_t key_len;
	unsigned stream;
	char key[]; /* stream, test id, separator, routing code where there is one */
};

struct held {
	struct held_test *tests;  /* in the order in which they were opened */
	struct held_test *adding; /* whose event is being added */
	struct spools spools;
	char *key;
	size_t key_size;
};

struct held *
held_new(void)
{
	struct held *held = memory_zeroed(1, sizeof(*held));
	spools_begin(&held->spools, SIZE_MAX);
	return held;
}

static void
forget(struct held *held, struct held_test *test)
{
	HASH_DEL(held->tests, test);
	spool_clear(&held->spools, &test->packets);
	free(test->facts);
	free(test);
}

void
held_free(struct held *held)
{
	if (!held)
		return;
	while (held->tests)
		forget(held, held->tests);
	spools_end(&held->spools);
	free(held->key);
	free(held);
}

static size_t
make_key(struct held *held, const struct subunit2_event *event)
{
	bool routed = subunit2_view_present(event->route_code);
	size_t id_len = event->test_id.len;
	size_t len = sizeof(event->stream) + id_len + (routed ? 1 + event->route_code.len : 0);
	if (len > held->key_size) {
		held->key = memory_resize(held->key, len, 1);
		held->key_size = len;
	}
	char *at = held->key;
	memcpy(at, &event->stream, sizeof(event->stream));
	at += sizeof(event->stream);
	if (id_len)
		memcpy(at, event->test_id.data, id_len);
	if (routed) {
		at[id_len] = KEY_SEPARATOR;
		if (event->route_code.len)
			memcpy(at + id_len + 1, event->route_code.data, event->route_code.len);
	}
	return len;
}

struct held_test *
held_test(struct held *held, const struct subunit2_event *event)
{
	struct held_test *test;
	size_t len = make_key(held, event);
	HASH_FIND(hh, held->tests, held->key, len, test);
	if (test)
		return test;
	test = memory_zeroed(1, sizeof(*test) + len);
	test->key_len = len;
	test->stream = event->stream;
	memcpy(test->key, held->key, len);
	HASH_ADD_KEYPTR(hh, held->tests, test->key, len, test);
	return test;
}

void *
held_facts(struct held_test *test, size_t size)
{
	if (!test->facts)
		test->facts = memory_zeroed(1, size);
	return test->facts;
}

struct held_test *
held_first(const struct held *held)
{
	return held->tests;
}

static int
keep(void *context, struct subunit2_view packet, struct subunit2_error *error)
{
	struct held *held = context;
	return spool_add(&held->spools, &held->adding->packets, packet, error);
}

int
held_add(struct held *held, struct held_test *test, const struct subunit2_event *event,
         struct subunit2_error *error)
{
	held->adding = test;
	if (subunit2_view_present(event->packet))
		return keep(held, event->packet, error);
	return subunit2_packet_split(event, SUBUNIT2_PACKET_MAX, keep, held, error);
}

/* Packets on their way out of a spool. */
struct release {
	struct subunit2_sink *sink;
	unsigned stream;
	char *begun; /* of a packet that is not whole yet */
	size_t len, size;
};

/* What of PACKETS is whole, which they move past. */
static int
send_packets(const struct release *release, struct subunit2_view *packets,
             struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	while (packets->len && result == SUBUNIT2_OK) {
		struct subunit2_event event;
		struct subunit2_decoded decoded =
			subunit2_packet_decode(packets->data, packets->len, &event);
		if (decoded.outcome == SUBUNIT2_PACKET_NEED_MORE)
			return SUBUNIT2_OK;
		if (decoded.outcome != SUBUNIT2_PACKET_WHOLE)
			return subunit2_error_set(error, SUBUNIT2_INVALID, "temporary file",
			                          decoded.error);
		packets->data += decoded.len;
		packets->len -= decoded.len;
		event.stream = release->stream;
		result = subunit2_sink_event(release->sink, &event, error);
	}
	return result;
}

/* BYTES behind what has begun. */
static void
begin_packet(struct release *release, struct subunit2_view bytes)
{
	if (release->len + bytes.len > release->size) {
		release->size = 2 * (release->len + bytes.len);
		release->begun = memory_resize(release->begun, release->size, 1);
	}
	memcpy(release->begun + release->len, bytes.data, bytes.len);
	release->len += bytes.len;
}

static int
send_piece(void *context, struct subunit2_view piece, struct subunit2_error *error)
{
	struct release *release = context;
	bool begun = release->len > 0;
	if (begun)
		begin_packet(release, piece);
	struct subunit2_view rest =
		begun ? (struct subunit2_view){release->begun, release->len} : piece;
	int result = send_packets(release, &rest, error);
	if (begun)
		memmove(release->begun, rest.data, rest.len);
	release->len = begun ? rest.len : 0;
	if (!begun && rest.len)
		begin_packet(release, rest);
	return result;
}

int
held_release(struct held *held, struct held_test *test, struct subunit2_sink *sink,
             struct subunit2_error *error)
{
	struct release release = {.sink = sink, .stream = test->stream};
	int result = spool_read(&held->spools, &test->packets, send_piece, &release, error);
	free(release.begun);
	forget(held, test);
	return result;
}

void
held_drop(struct held *held, struct held_test *test)
{
	forget(held, test);
}
