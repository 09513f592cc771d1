#include "held.h"

#include "memory.h"
#include "temporary.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <uthash.h>

#define MEMORY_MAX (8 << 20) /* bytes of packets, of all tests together */
#define KEY_SEPARATOR '\0'   /* in no id and no routing code */

static const char subject[] = "temporary file";

/* Packets that were moved to the file. */
struct extent {
	off_t offset;
	size_t len;
};

struct held_test {
	UT_hash_handle hh;
	void *facts;
	char *packets;
	size_t len, size;
	struct extent *extents;
	size_t extent_count;
	size_t key_len;
	unsigned stream;
	char key[]; /* stream, test id, separator, routing code where there is one */
};

struct held {
	struct held_test *tests;  /* in the order in which they were opened */
	struct held_test *adding; /* whose event is being added */
	size_t in_memory;
	size_t extents;
	int fd; /* of the file; -1: not needed yet */
	off_t end;
	char *key;
	size_t key_size;
};

struct held *
held_new(void)
{
	struct held *held = memory_zeroed(1, sizeof(*held));
	held->fd = -1;
	return held;
}

static void
forget(struct held *held, struct held_test *test)
{
	HASH_DEL(held->tests, test);
	held->in_memory -= test->len;
	held->extents -= test->extent_count;
	if (!held->extents)
		held->end = 0;
	free(test->facts);
	free(test->packets);
	free(test->extents);
	free(test);
}

void
held_free(struct held *held)
{
	if (!held)
		return;
	while (held->tests)
		forget(held, held->tests);
	if (held->fd >= 0)
		close(held->fd);
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

/* Moves the test's packets to the file. */
static int
spill(struct held *held, struct held_test *test, struct subunit2_error *error)
{
	if (held->fd < 0 && (held->fd = temporary_open()) < 0)
		return subunit2_error_system(error, subject, errno);
	for (size_t done = 0; done < test->len;) {
		ssize_t wrote = pwrite(held->fd, test->packets + done, test->len - done,
		                       held->end + (off_t)done);
		if (wrote < 0 && errno != EINTR)
			return subunit2_error_system(error, subject, errno);
		done += wrote > 0 ? (size_t)wrote : 0;
	}
	test->extents =
		memory_resize(test->extents, test->extent_count + 1, sizeof(*test->extents));
	test->extents[test->extent_count++] = (struct extent){held->end, test->len};
	held->extents++;
	held->end += (off_t)test->len;
	held->in_memory -= test->len;
	free(test->packets);
	test->packets = NULL;
	test->len = test->size = 0;
	return SUBUNIT2_OK;
}

static int
keep(void *context, struct subunit2_view packet, struct subunit2_error *error)
{
	struct held *held = context;
	struct held_test *test = held->adding;
	if (test->len + packet.len > test->size) {
		test->size = 2 * test->size > test->len + packet.len ? 2 * test->size
		                                                     : test->len + packet.len;
		test->packets = memory_resize(test->packets, test->size, 1);
	}
	memcpy(test->packets + test->len, packet.data, packet.len);
	test->len += packet.len;
	held->in_memory += packet.len;
	return held->in_memory > MEMORY_MAX ? spill(held, test, error) : SUBUNIT2_OK;
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

static int
send_packets(const struct held_test *test, const char *packets, size_t len,
             struct subunit2_sink *sink, struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	for (size_t at = 0; at < len && result == SUBUNIT2_OK;) {
		struct subunit2_event event;
		struct subunit2_decoded decoded =
			subunit2_packet_decode(packets + at, len - at, &event);
		if (decoded.outcome != SUBUNIT2_PACKET_WHOLE)
			return subunit2_error_set(error, SUBUNIT2_INVALID, subject, decoded.error);
		at += decoded.len;
		event.stream = test->stream;
		result = subunit2_sink_event(sink, &event, error);
	}
	return result;
}

static int
send_extent(struct held *held, const struct held_test *test, struct extent extent,
            struct subunit2_sink *sink, struct subunit2_error *error)
{
	char *packets = memory_zeroed(extent.len, 1);
	int result = SUBUNIT2_OK;
	for (size_t done = 0; done < extent.len && result == SUBUNIT2_OK;) {
		ssize_t got = pread(held->fd, packets + done, extent.len - done,
		                    extent.offset + (off_t)done);
		if (got == 0 || (got < 0 && errno != EINTR))
			result = subunit2_error_system(error, subject, got ? errno : EIO);
		done += got > 0 ? (size_t)got : 0;
	}
	if (result == SUBUNIT2_OK)
		result = send_packets(test, packets, extent.len, sink, error);
	free(packets);
	return result;
}

int
held_release(struct held *held, struct held_test *test, struct subunit2_sink *sink,
             struct subunit2_error *error)
{
	int result = SUBUNIT2_OK;
	for (size_t i = 0; i < test->extent_count && result == SUBUNIT2_OK; i++)
		result = send_extent(held, test, test->extents[i], sink, error);
	if (result == SUBUNIT2_OK)
		result = send_packets(test, test->packets, test->len, sink, error);
	forget(held, test);
	return result;
}

void
held_drop(struct held *held, struct held_test *test)
{
	forget(held, test);
}
