/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stdin_router.h"

#include "input.h"
#include "memory.h"
#include "message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <subunit2/packet.h>
#include <unistd.h>

#define PIECE (64 * 1024) /* bytes read at once */

struct stdin_router {
	struct subunit2_sink sink; /* takes what INPUT finds */
	struct event_loop *loop;
	struct stdin_router_options options;
	struct input *input;
	struct event_loop_watch watch;
	struct event_loop_timer tick;
	bool ended;
	bool is_worker;
	bool warned_text, warned_damage, warned_unknown, warned_full;
	bool any_event; /* a packet has come */
	bool lost;      /* requests may be missing, which was reported */
	char *packet;   /* that is passed on */
	unsigned *full; /* places whose buffer is full, or was when bytes came last */
	size_t full_count, full_room;
};

/* Returns true for the first of several messages of a kind. */
static bool
stdin_router_once(bool *warned)
{
	bool was = *warned;
	*warned = true;
	return !was;
}

/* Prints a message that begins with "standard input: ". The first time, also calls options.lost
 * with it: requests may be missing. */
__attribute__((format(printf, 2, 3))) static void
stdin_router_lose(struct stdin_router *router, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = memory_format_args(format, args);
	va_end(args);
	message("standard input: %s", text);
	char *reason = memory_format("standard input: %s", text);
	if (stdin_router_once(&router->lost) && router->options.lost)
		router->options.lost(router->options.context, reason, !router->any_event);
	free(reason);
	free(text);
}

/* Adds PLACE, whose buffer is full, to the list of full places. */
static void
stdin_router_add_full(struct stdin_router *router, unsigned place)
{
	for (size_t i = 0; i < router->full_count; i++)
		if (router->full[i] == place)
			return;
	router->full = memory_grow(router->full, &router->full_room, router->full_count + 1,
	                           sizeof(*router->full));
	router->full[router->full_count++] = place;
}

/* Removes the places whose buffer has room again from that list. */
static void
stdin_router_update_full(struct stdin_router *router)
{
	size_t count = 0;
	for (size_t i = 0; i < router->full_count; i++)
		if (stdin_buffer_is_full(router->options.supplies[router->full[i]]))
			router->full[count++] = router->full[i];
	router->full_count = count;
}

static void
stdin_router_put(struct stdin_router *router, const struct stdin_address *address,
                 struct subunit2_view bytes)
{
	struct stdin_buffer *stdin_buffer = router->options.supplies[address->place];
	if (!stdin_buffer_put(stdin_buffer, bytes) && stdin_router_once(&router->warned_full))
		message("standard input: cannot keep input that a test does not read: %s",
		        strerror(errno));
	if (stdin_buffer_is_full(stdin_buffer))
		stdin_router_add_full(router, address->place);
}

static enum subunit2_result
stdin_router_forward_packet(struct stdin_router *router, const struct stdin_address *address,
                            struct subunit2_event event, struct subunit2_error *error)
{
	size_t len, size;
	event.route_code = address->rest;
	enum subunit2_result result = subunit2_packet_encode(&event, NULL, 0, &size, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	router->packet = memory_resize(router->packet, size, 1);
	result = subunit2_packet_encode(&event, router->packet, size, &len, error);
	if (result == SUBUNIT2_E_OK)
		stdin_router_put(router, address, (struct subunit2_view){router->packet, len});
	return result;
}

static void
stdin_router_deliver(struct stdin_router *router, const struct stdin_address *address,
                     const struct subunit2_event *event)
{
	stdin_router_put(router, address, event->file_bytes);
	if (event->eof)
		stdin_buffer_end(router->options.supplies[address->place]);
}

/* Ends the standard input of all tests. */
static void
stdin_router_end_tests(struct stdin_router *router)
{
	unsigned count = router->options.book.places ? router->options.book.places : 1;
	if (router->options.tests_end)
		router->options.tests_end(router->options.context);
	else
		for (unsigned i = 0; i < count; i++)
			stdin_buffer_end_all(router->options.supplies[i]);
}

static void
stdin_router_warn_unknown(struct stdin_router *router, const struct subunit2_event *event)
{
	struct subunit2_view code = event->route_code;
	if (!stdin_router_once(&router->warned_unknown))
		return;
	if (code.len)
		message("standard input: %.*s: nothing runs under this routing code", (int)code.len,
		        code.data);
	else
		message("standard input: dropped bytes without a routing code");
}

/* Text and damage are events, too: see subunit2/stream.h. */
static void
stdin_router_warn_of_text(struct stdin_router *router, const struct subunit2_event *event)
{
	bool text = !subunit2_view_present(event->packet) &&
	            !subunit2_view_present(event->test_id) &&
	            subunit2_view_present(event->file_name);
	bool damage = subunit2_view_equal(event->test_id, SUBUNIT2_LITERAL("subunit.parser")) &&
	              subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("Parser Error"));
	if (text && stdin_router_once(&router->warned_text))
		message("standard input: dropped bytes that are not a packet");
	if (damage && stdin_router_once(&router->warned_damage))
		stdin_router_lose(router, "%.*s", (int)event->file_bytes.len,
		                  event->file_bytes.data);
}

static enum subunit2_result
stdin_router_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                   struct subunit2_error *error)
{
	struct stdin_router *router = (struct stdin_router *)sink;
	router->any_event |=
		subunit2_view_present(event->packet) ||
		(subunit2_view_present(event->test_id) &&
	         !subunit2_view_equal(event->test_id, SUBUNIT2_LITERAL("subunit.parser")));
	struct stdin_address address = stdin_address_of(&router->options.book, event);
	if (address.kind == STDIN_ADDRESS_BYTES && router->options.as_packets)
		address.kind = STDIN_ADDRESS_PACKET;
	switch (address.kind) {
	case STDIN_ADDRESS_NONE:
		stdin_router_warn_of_text(router, event);
		break;
	case STDIN_ADDRESS_UNKNOWN:
		stdin_router_warn_unknown(router, event);
		break;
	case STDIN_ADDRESS_REQUEST:
		router->options.asked(router->options.context, event->test_id);
		break;
	case STDIN_ADDRESS_BYTES:
		stdin_router_deliver(router, &address, event);
		break;
	case STDIN_ADDRESS_TESTS_END:
		stdin_router_end_tests(router);
		break;
	case STDIN_ADDRESS_WORKER:
		router->is_worker = true;
		break;
	case STDIN_ADDRESS_PACKET:
		return stdin_router_forward_packet(router, &address, *event, error);
	}
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
stdin_router_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

static void
stdin_router_end(struct stdin_router *router)
{
	event_loop_unwatch(router->loop, &router->watch);
	event_loop_timer_stop(router->loop, &router->tick);
	router->ended = true;
	stdin_router_end_tests(router);
}

static void stdin_router_on_tick(void *context);

/* Starts the timer for the input's deadline. An error ends standard input. */
static void
stdin_router_on_result(struct stdin_router *router, enum subunit2_result result,
                       const struct subunit2_error *error)
{
	int64_t deadline_ms = router->input->deadline(router->input);
	if (result != SUBUNIT2_E_OK) {
		stdin_router_lose(router, "%s", error->message);
		stdin_router_end(router);
	} else if (deadline_ms == INT64_MAX) {
		event_loop_timer_stop(router->loop, &router->tick);
	} else {
		event_loop_timer_start(router->loop, &router->tick, deadline_ms * EVENT_LOOP_MS,
		                       stdin_router_on_tick, router);
	}
}

static int64_t
stdin_router_now_ms(const struct stdin_router *router)
{
	return event_loop_now_ns(router->loop) / EVENT_LOOP_MS;
}

static void
stdin_router_on_tick(void *context)
{
	struct stdin_router *router = context;
	struct subunit2_error error;
	stdin_router_on_result(
		router, router->input->tick(router->input, stdin_router_now_ms(router), &error),
		&error);
}

static void
stdin_router_on_readable(void *context)
{
	struct stdin_router *router = context;
	struct subunit2_error error;
	char piece[PIECE];
	ssize_t got = read(STDIN_FILENO, piece, sizeof(piece));
	if (got > 0) {
		enum subunit2_result result = router->input->feed(
			router->input, piece, (size_t)got, stdin_router_now_ms(router), &error);
		stdin_router_on_result(router, result, &error);
	} else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
		if (got < 0)
			stdin_router_lose(router, "%s", strerror(errno));
		if (router->input->finish(router->input, &error) != SUBUNIT2_E_OK)
			stdin_router_lose(router, "%s", error.message);
		if (router->warned_text && !router->any_event)
			stdin_router_lose(router, "no packet in it");
		stdin_router_end(router);
	}
}

struct stdin_router *
stdin_router_new(struct event_loop *loop, const struct stdin_router_options *options)
{
	static const struct input_options declared = {.name = "standard input", .declared = true};
	struct stdin_router *router = memory_zeroed(1, sizeof(*router));
	router->sink = (struct subunit2_sink){stdin_router_event, stdin_router_finish, NULL};
	router->loop = loop;
	router->options = *options;
	router->input = memory_have(input_subunit(&declared, &router->sink, NULL));
	return router;
}

void
stdin_router_free(struct stdin_router *router)
{
	if (!router)
		return;
	event_loop_unwatch(router->loop, &router->watch);
	event_loop_timer_stop(router->loop, &router->tick);
	router->input->free(router->input);
	free(router->packet);
	free(router->full);
	free(router);
}

void
stdin_router_turn(struct stdin_router *router)
{
	stdin_router_update_full(router);
	if (router->full_count)
		event_loop_unwatch(router->loop, &router->watch);
	else if (!router->ended && !router->watch.watched)
		event_loop_watch(router->loop, &router->watch, STDIN_FILENO,
		                 stdin_router_on_readable, router);
}

bool
stdin_router_has_ended(const struct stdin_router *router)
{
	return router->ended;
}

bool
stdin_router_is_worker(const struct stdin_router *router)
{
	return router->is_worker;
}
