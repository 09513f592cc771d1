/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Delivery: passes the bytes of the input that are not packets to the callbacks of a reader, in
 * their order, as text or as pieces of a damaged stretch.
 */
#ifndef DELIVERY_H
#define DELIVERY_H

#include "window.h"

#include <subunit2/reader.h>

/* A damaged stretch. */
struct stretch {
	bool open, begun; /* begun: its first piece was reported */
	uint64_t start, end;
	const char *reason;
	uint64_t reason_offset;
};

struct delivery {
	struct subunit2_reader_handler handler;
	void *context;
	struct subunit2_error *error; /* of the call that is running */
	uint64_t emitted;             /* the bytes before this offset were passed on */
	struct stretch stretch;       /* the last one */
};

/* Begin a stretch from START to END. REASON is constant; REASON_OFFSET is its place. */
void delivery_begin_stretch(struct delivery *delivery, uint64_t start, uint64_t end,
                            const char *reason, uint64_t reason_offset);

/* Pass on the bytes before TO that were not passed on yet. End the open stretch if its end is at or
 * before TO. */
enum subunit2_result delivery_emit(struct delivery *delivery, const struct span *span, uint64_t to);

#endif
