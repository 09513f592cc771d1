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

static enum subunit2_result
count(struct subunit2_sink *sink, const struct subunit2_event *event, struct subunit2_error *error)
{
	struct totals *totals = (struct totals *)sink;
	(void)error;
	totals->events++;
	totals->bytes += event->file_bytes.len;
	if (event->file_bytes.len)
		totals->in_order = totals->in_order &&
		                   (unsigned char)event->file_bytes.data[0] == totals->next++;
	return SUBUNIT2_E_OK;
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
add(struct event_buffer *event_buffer, const char *id, const char *route, const char *bytes,
    size_t len)
{
	struct subunit2_event event = event_of(id, route);
	event.file_name = SUBUNIT2_LITERAL("f");
	event.file_bytes = (struct subunit2_view){bytes, len};
	CHECK_NAMED("an event is held",
	            event_buffer_add(event_buffer, event_buffer_test(event_buffer, &event), &event,
	                             NULL) == SUBUNIT2_E_OK);
}

static struct totals
release(struct event_buffer *event_buffer, const char *id, const char *route)
{
	struct totals totals = {.sink.event = count, .in_order = true};
	struct subunit2_event event = event_of(id, route);
	struct subunit2_error error = {0};
	if (event_buffer_release(event_buffer, event_buffer_test(event_buffer, &event),
	                         &totals.sink, &error) != SUBUNIT2_E_OK)
		printf("# %s: %s\n", error.subject, error.message);
	return totals;
}

/* A test that is open all the time, as one of wrap is, and others beside it: the file holds
 * no more than is held at once. */
static void
check_file(const char *bytes, size_t len)
{
	struct event_buffer *event_buffer = event_buffer_new();
	for (int i = 0; i < 3; i++)
		add(event_buffer, "wrap", NULL, bytes, len);
	for (int i = 0; i < 20; i++) {
		for (int piece = 0; piece < 3; piece++)
			add(event_buffer, "one of many", NULL, bytes, len);
		release(event_buffer, "one of many", NULL);
	}
	CHECK(unlinked_size() > 0);
	CHECK((size_t)unlinked_size() < 7 * len);
	event_buffer_free(event_buffer);
}

int
main(void)
{
	enum { LARGE = 3 << 20, TIMES = 12 };
	struct event_buffer *event_buffer = event_buffer_new();
	char *bytes = calloc(LARGE, 1);
	if (!bytes)
		return 1;
	add(event_buffer, "a", NULL, bytes, 1);
	add(event_buffer, "a", "0", bytes, 1);
	for (int i = 0; i < TIMES; i++) {
		bytes[0] = (char)i;
		add(event_buffer, "large", NULL, bytes, LARGE);
		bytes[0] = (char)(i + 1);
		add(event_buffer, "a", NULL, bytes, 1);
	}
	struct subunit2_event a = event_of("a", NULL);
	CHECK(event_buffer_first(event_buffer) == event_buffer_test(event_buffer, &a));
	struct totals totals = release(event_buffer, "large", NULL);
	CHECK(totals.events == TIMES && totals.bytes == (size_t)TIMES * LARGE && totals.in_order);
	totals = release(event_buffer, "a", NULL);
	CHECK(totals.events == TIMES + 1 && totals.in_order);
	totals = release(event_buffer, "a", NULL);
	CHECK_NAMED("released events are forgotten", totals.events == 0);
	struct subunit2_event routed = event_of("a", "0");
	CHECK(*(int *)event_buffer_facts(event_buffer_test(event_buffer, &routed), sizeof(int)) ==
	      0);
	event_buffer_drop(event_buffer, event_buffer_test(event_buffer, &routed));
	CHECK(event_buffer_first(event_buffer) == NULL);
	add(event_buffer, "a", NULL, bytes, 1);
	a.stream = 1;
	CHECK_NAMED("a stream's tests are its own",
	            event_buffer_test(event_buffer, &a) != event_buffer_first(event_buffer));
	event_buffer_drop(event_buffer, event_buffer_first(event_buffer));
	event_buffer_drop(event_buffer, event_buffer_first(event_buffer));
	add(event_buffer, "left", NULL, bytes, LARGE);
	event_buffer_free(event_buffer);
	check_file(bytes, LARGE);
	free(bytes);
	return check_done();
}
