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

struct intake {
	struct subunit2_sink sink; /* takes what INPUT finds */
	struct loop *loop;
	struct intake_options options;
	struct input *input;
	struct loop_watch watch;
	struct loop_timer tick;
	bool ended;
	bool said_text, said_damage, said_unknown, said_full;
	bool any_event; /* a packet has come */
	bool lost;      /* requests may be missing, which was reported */
	char *packet;   /* one that is passed on */
};

/* Of what can come often the first is told. */
static bool
first(bool *said)
{
	bool was = *said;
	*said = true;
	return !was;
}

/* Reports that requests may be missing. */
__attribute__((format(printf, 2, 3))) static void
intake_lose(struct intake *intake, const char *format, ...)
{
	va_list args;
	char *text;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return;
	message("standard input: %s", text);
	char *reason = memory_format("standard input: %s", text);
	if (first(&intake->lost) && intake->options.lost)
		intake->options.lost(intake->options.context, reason, !intake->any_event);
	free(reason);
	free(text);
}

static void
put(struct intake *intake, const struct address *address, struct subunit2_view bytes)
{
	if (!supply_put(intake->options.supplies[address->place], bytes) &&
	    first(&intake->said_full))
		message("standard input: what a test does not read cannot be kept: %s",
		        strerror(errno));
}

static int
pass_on(struct intake *intake, const struct address *address, struct subunit2_event event,
        struct subunit2_error *error)
{
	size_t len, size;
	event.route_code = address->rest;
	int result = subunit2_packet_encode(&event, NULL, 0, &size, error);
	if (result != SUBUNIT2_OK)
		return result;
	intake->packet = memory_resize(intake->packet, size, 1);
	result = subunit2_packet_encode(&event, intake->packet, size, &len, error);
	if (result == SUBUNIT2_OK)
		put(intake, address, (struct subunit2_view){intake->packet, len});
	return result;
}

static void
hand_over(struct intake *intake, const struct address *address, const struct subunit2_event *event)
{
	put(intake, address, event->file_bytes);
	if (event->eof)
		supply_end(intake->options.supplies[address->place]);
}

static void
say_unknown(struct intake *intake, const struct subunit2_event *event)
{
	struct subunit2_view code = event->route_code;
	if (!first(&intake->said_unknown))
		return;
	if (code.len)
		message("standard input: %.*s: nothing is run under this routing code",
		        (int)code.len, code.data);
	else
		message("standard input: bytes without a routing code are no test's");
}

/* Text and damage are events, too: see subunit2/stream.h. */
static void
say_strange(struct intake *intake, const struct subunit2_event *event)
{
	bool text = !subunit2_view_present(event->packet) &&
	            !subunit2_view_present(event->test_id) &&
	            subunit2_view_present(event->file_name);
	bool damage = subunit2_view_equal(event->test_id, SUBUNIT2_LITERAL("subunit.parser")) &&
	              subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("Parser Error"));
	if (text && first(&intake->said_text))
		message("standard input: what is no packet is dropped");
	if (damage && first(&intake->said_damage))
		intake_lose(intake, "%.*s", (int)event->file_bytes.len, event->file_bytes.data);
}

static int
intake_event(struct subunit2_sink *sink, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct intake *intake = (struct intake *)sink;
	intake->any_event |=
		subunit2_view_present(event->packet) ||
		(subunit2_view_present(event->test_id) &&
	         !subunit2_view_equal(event->test_id, SUBUNIT2_LITERAL("subunit.parser")));
	struct address address = address_of(&intake->options.book, event);
	bool for_place = address.kind == ADDRESS_BYTES || address.kind == ADDRESS_PACKET;
	if (for_place && !intake->options.supplies) {
		if (first(&intake->said_unknown))
			message("standard input: tests that run elsewhere are given none");
		return SUBUNIT2_OK;
	}
	switch (address.kind) {
	case ADDRESS_NOBODY:
		say_strange(intake, event);
		break;
	case ADDRESS_UNKNOWN:
		say_unknown(intake, event);
		break;
	case ADDRESS_ASKS:
		intake->options.asked(intake->options.context, event->test_id);
		break;
	case ADDRESS_BYTES:
		hand_over(intake, &address, event);
		break;
	case ADDRESS_PACKET:
		return pass_on(intake, &address, *event, error);
	}
	return SUBUNIT2_OK;
}

static int
intake_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_OK;
}

static void
end(struct intake *intake)
{
	unsigned count = intake->options.book.places ? intake->options.book.places : 1;
	loop_unwatch(intake->loop, &intake->watch);
	loop_timer_stop(intake->loop, &intake->tick);
	intake->ended = true;
	for (unsigned i = 0; i < count && intake->options.supplies; i++)
		supply_end_all(intake->options.supplies[i]);
}

static void tick(void *context);

/* Sees to it that the input has its time. An error of its ends it. */
static void
go_on(struct intake *intake, int result, const struct subunit2_error *error)
{
	int64_t deadline_ms = intake->input->deadline(intake->input);
	if (result != SUBUNIT2_OK) {
		intake_lose(intake, "%s", error->message);
		end(intake);
	} else if (deadline_ms == INT64_MAX) {
		loop_timer_stop(intake->loop, &intake->tick);
	} else {
		loop_timer_start(intake->loop, &intake->tick, deadline_ms * LOOP_MS, tick, intake);
	}
}

static int64_t
now_ms(const struct intake *intake)
{
	return loop_now_ns(intake->loop) / LOOP_MS;
}

static void
tick(void *context)
{
	struct intake *intake = context;
	struct subunit2_error error;
	go_on(intake, intake->input->tick(intake->input, now_ms(intake), &error), &error);
}

static void
take(void *context)
{
	struct intake *intake = context;
	struct subunit2_error error;
	char piece[PIECE];
	ssize_t got = read(STDIN_FILENO, piece, sizeof(piece));
	if (got > 0) {
		int result = intake->input->feed(intake->input, piece, (size_t)got, now_ms(intake),
		                                 &error);
		go_on(intake, result, &error);
	} else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
		if (got < 0)
			intake_lose(intake, "%s", strerror(errno));
		if (intake->input->finish(intake->input, &error) != SUBUNIT2_OK)
			intake_lose(intake, "%s", error.message);
		if (intake->said_text && !intake->any_event)
			intake_lose(intake, "no packet in it");
		end(intake);
	}
}

struct intake *
intake_new(struct loop *loop, const struct intake_options *options)
{
	static const struct input_options declared = {.name = "standard input", .declared = true};
	struct intake *intake = memory_zeroed(1, sizeof(*intake));
	intake->sink = (struct subunit2_sink){intake_event, intake_finish, NULL};
	intake->loop = loop;
	intake->options = *options;
	intake->input = memory_have(input_subunit(&declared, &intake->sink, NULL));
	return intake;
}

void
intake_free(struct intake *intake)
{
	if (!intake)
		return;
	loop_unwatch(intake->loop, &intake->watch);
	loop_timer_stop(intake->loop, &intake->tick);
	intake->input->free(intake->input);
	free(intake->packet);
	free(intake);
}

void
intake_turn(struct intake *intake)
{
	unsigned count = intake->options.book.places ? intake->options.book.places : 1;
	bool full = false;
	for (unsigned i = 0; i < count && intake->options.supplies; i++)
		full = full || supply_is_full(intake->options.supplies[i]);
	if (full)
		loop_unwatch(intake->loop, &intake->watch);
	else if (!intake->ended && !intake->watch.slot)
		loop_watch(intake->loop, &intake->watch, STDIN_FILENO, take, intake);
}

bool
intake_has_ended(const struct intake *intake)
{
	return intake->ended;
}
