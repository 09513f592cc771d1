/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Events held back: all come out again, in order, from memory and from the file. */
#include "event_buffer.h"
#include "check.h"
#include "unlinked.h"

#include <stdlib.h>
#include <string.h>

/* Sums up the events it is given. */
struct totals {
	struct subunit2_sink sink;
	size_t events, bytes;
	unsigned char next; /* each test's bytes count up */
	bool in_order;
};

static int
count(struct subunit2_sink *sink, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct totals *totals = (struct totals *)sink;
	(void)error;
	totals->events++;
	totals->bytes += event->file_bytes.len;
	if (event->file_bytes.len)
		totals->in_order = totals->in_order &&
		                   (unsigned char)event->file_bytes.data[0] == totals->next++;
	return SUBUNIT2_OK;
}

static struct subunit2_event
event_of(const char *id, const char *route)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id),
		.route_code = subunit2_view_of(route),
	};
}

static void
add(struct held *held, const char *id, const char *route, const char *bytes, size_t len)
{
	struct subunit2_event event = event_of(id, route);
	event.file_name = SUBUNIT2_LITERAL("f");
	event.file_bytes = (struct subunit2_view){bytes, len};
	CHECK_NAMED("an event is held",
	            held_add(held, held_test(held, &event), &event, NULL) == SUBUNIT2_OK);
}

static struct totals
release(struct held *held, const char *id, const char *route)
{
	struct totals totals = {.sink.event = count, .in_order = true};
	struct subunit2_event event = event_of(id, route);
	struct subunit2_error error = {0};
	if (held_release(held, held_test(held, &event), &totals.sink, &error) != SUBUNIT2_OK)
		printf("# %s: %s\n", error.subject, error.message);
	return totals;
}

/* A test that is open all the time, as one of wrap is, and others beside it: the file holds
 * no more than is held at once. */
static void
check_file(const char *bytes, size_t len)
{
	struct held *held = held_new();
	for (int i = 0; i < 3; i++)
		add(held, "wrap", NULL, bytes, len);
	for (int i = 0; i < 20; i++) {
		for (int piece = 0; piece < 3; piece++)
			add(held, "one of many", NULL, bytes, len);
		release(held, "one of many", NULL);
	}
	CHECK(unlinked_size() > 0);
	CHECK((size_t)unlinked_size() < 7 * len);
	held_free(held);
}

int
main(void)
{
	enum { LARGE = 3 << 20, TIMES = 12 };
	struct held *held = held_new();
	char *bytes = calloc(LARGE, 1);
	if (!bytes)
		return 1;
	add(held, "a", NULL, bytes, 1);
	add(held, "a", "0", bytes, 1);
	for (int i = 0; i < TIMES; i++) {
		bytes[0] = (char)i;
		add(held, "large", NULL, bytes, LARGE);
		bytes[0] = (char)(i + 1);
		add(held, "a", NULL, bytes, 1);
	}
	struct subunit2_event a = event_of("a", NULL);
	CHECK(held_first(held) == held_test(held, &a));
	struct totals totals = release(held, "large", NULL);
	CHECK(totals.events == TIMES && totals.bytes == (size_t)TIMES * LARGE && totals.in_order);
	totals = release(held, "a", NULL);
	CHECK(totals.events == TIMES + 1 && totals.in_order);
	totals = release(held, "a", NULL);
	CHECK_NAMED("what was released is forgotten", totals.events == 0);
	struct subunit2_event routed = event_of("a", "0");
	CHECK(*(int *)held_facts(held_test(held, &routed), sizeof(int)) == 0);
	held_drop(held, held_test(held, &routed));
	CHECK(held_first(held) == NULL);
	add(held, "a", NULL, bytes, 1);
	a.stream = 1;
	CHECK_NAMED("a stream's tests are its own", held_test(held, &a) != held_first(held));
	held_drop(held, held_first(held));
	held_drop(held, held_first(held));
	add(held, "left", NULL, bytes, LARGE);
	held_free(held);
	check_file(bytes, LARGE);
	free(bytes);
	return check_done();
}
