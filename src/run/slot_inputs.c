/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "slot_inputs.h"

#include "memory.h"
#include "message.h"

#include <stdlib.h>

/* Lets a packet be the end of input: the wrap on the other machine would end its script if its
 * standard input ended. */
static void
slot_inputs_set_end(struct slot_inputs *inputs)
{
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("stdin"),
		.file_bytes = {"", 0},
		.eof = true,
	};
	struct subunit2_error error;
	if (subunit2_packet_encode(&event, inputs->end_packet, sizeof(inputs->end_packet),
	                           &inputs->end_len, &error) != SUBUNIT2_E_OK)
		return;
	for (unsigned i = 0; i < inputs->count; i++)
		stdin_buffer_set_end(inputs->buffers[i],
		                     (struct subunit2_view){inputs->end_packet, inputs->end_len});
}

static void
slot_inputs_open_buffers(struct slot_inputs *inputs, struct event_loop *loop,
                         const struct attempts_rules *rules)
{
	if (!rules->job.stdin_stream && !rules->job.process.pty)
		return;
	inputs->buffers = memory_zeroed(inputs->count, sizeof(struct stdin_buffer *));
	for (unsigned i = 0; i < inputs->count; i++)
		inputs->buffers[i] =
			test_job_new_stdin_buffer(&rules->job, loop, rules->tmp_parent);
	if (rules->executor)
		slot_inputs_set_end(inputs);
}

void
slot_inputs_open(struct slot_inputs *inputs, unsigned count, struct event_loop *loop,
                 const struct attempts_rules *rules,
                 void (*asked)(void *context, struct subunit2_view id),
                 void (*lost)(void *context, const char *reason, bool empty), void *context)
{
	*inputs = (struct slot_inputs){.count = count};
	inputs->as_packets = rules->executor != NULL;
	slot_inputs_open_buffers(inputs, loop, rules);
	struct stdin_router_options options = {
		.book.places = count,
		.supplies = inputs->buffers,
		.as_packets = inputs->as_packets,
		.asked = asked,
		.lost = lost,
		.context = context,
	};
	if (rules->job.stdin_stream && !rules->job.stdin_typed)
		inputs->router = stdin_router_new(loop, &options);
}

void
slot_inputs_close(struct slot_inputs *inputs)
{
	stdin_router_free(inputs->router);
	for (unsigned i = 0; i < inputs->count && inputs->buffers; i++) {
		int64_t unread = stdin_buffer_unread(inputs->buffers[i]);
		if (unread)
			message("standard input: no test ran to take %lld bytes for %u",
			        (long long)unread, i);
		stdin_buffer_free(inputs->buffers[i]);
	}
	free(inputs->buffers);
}

struct stdin_buffer *
slot_inputs_buffer(const struct slot_inputs *inputs, unsigned slot)
{
	return inputs->buffers ? inputs->buffers[slot] : NULL;
}

void
slot_inputs_type(struct slot_inputs *inputs, unsigned slot, struct subunit2_view bytes, bool end)
{
	struct stdin_buffer *buffer = slot_inputs_buffer(inputs, slot);
	struct subunit2_event event = {
		.file_name = SUBUNIT2_LITERAL("stdin"),
		.file_bytes = bytes,
	};
	struct subunit2_error error;
	char packet[SLOT_INPUTS_TYPED_MAX + 64];
	size_t len;
	if (!buffer || !stdin_buffer_is_open(buffer))
		return;
	if (!inputs->as_packets)
		stdin_buffer_put(buffer, bytes);
	else if (bytes.len && subunit2_packet_encode(&event, packet, sizeof(packet), &len,
	                                             &error) == SUBUNIT2_E_OK)
		stdin_buffer_put(buffer, (struct subunit2_view){packet, len});
	if (end)
		stdin_buffer_end(buffer);
}

void
slot_inputs_turn(struct slot_inputs *inputs)
{
	if (inputs->router)
		stdin_router_turn(inputs->router);
}

bool
slot_inputs_await_requests(const struct slot_inputs *inputs)
{
	return inputs->router && !stdin_router_has_ended(inputs->router);
}

bool
slot_inputs_end_tests(const struct slot_inputs *inputs)
{
	return inputs->router && stdin_router_has_ended(inputs->router) &&
	       stdin_router_is_worker(inputs->router);
}

void
slot_inputs_cut(struct slot_inputs *inputs)
{
	for (unsigned i = 0; i < inputs->count && inputs->buffers; i++)
		stdin_buffer_cut(inputs->buffers[i]);
}
