/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The standard input of scripts, by slot, and of the run: input that a stream brings, and requests
 * to run tests.
 */
#ifndef SLOT_INPUTS_H
#define SLOT_INPUTS_H

#include "attempts.h"
#include "stdin_router.h"

#define SLOT_INPUTS_TYPED_MAX 4096 /* bytes that are typed at once */

struct slot_inputs {
	unsigned count;
	struct stdin_buffer **buffers; /* by slot; NULL: scripts get no input */
	struct stdin_router *router;   /* NULL: without --stdin=subunit */
	bool as_packets;               /* scripts get packets, since they run elsewhere */
	char end_packet[64];           /* the end of input of a script on another machine */
	size_t end_len;
};

/* Opens COUNT inputs as RULES, which outlive them, say. ASKED, LOST and CONTEXT are for the stdin
 * router. INPUTS stay where they are until they are closed. */
void slot_inputs_open(struct slot_inputs *inputs, unsigned count, struct event_loop *loop,
                      const struct attempts_rules *rules,
                      void (*asked)(void *context, struct subunit2_view id),
                      void (*lost)(void *context, const char *reason, bool empty), void *context);

/* Closes them, with a message for each slot in which no script ran to read its input. */
void slot_inputs_close(struct slot_inputs *inputs);

/* Returns the buffer of a slot, or NULL. */
struct stdin_buffer *slot_inputs_buffer(const struct slot_inputs *inputs, unsigned slot);

/* Passes what the user types on to the test in SLOT. END: its input ends after BYTES.
 * Drops BYTES if its command has ended: they are not for the next test. */
void slot_inputs_type(struct slot_inputs *inputs, unsigned slot, struct subunit2_view bytes,
                      bool end);

/* Call this before each turn of the loop. */
void slot_inputs_turn(struct slot_inputs *inputs);

/* Returns true if requests may still come. */
bool slot_inputs_await_requests(const struct slot_inputs *inputs);

/* Returns true if this program is a worker and its input has ended: its tests are to end. */
bool slot_inputs_end_tests(const struct slot_inputs *inputs);

/* Closes the pipes of all scripts: a script on another machine ends with its input. */
void slot_inputs_cut(struct slot_inputs *inputs);

#endif
