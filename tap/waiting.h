/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Waiting tests: tests of a subtest that cannot be sent yet, in order. Either the name of the
 * subtest, which is a part of theirs, comes after them; or they failed, and the subtest's own
 * result, which comes after them, may be TODO.
 *
 * A path is a test's name after those of the subtests around it. As long as the name of one of
 * these is not known, the path begins after it.
 */
#ifndef TAP_WAITING_H
#define TAP_WAITING_H

#include "bytes.h"

#include <stdint.h>
#include <sys/queue.h>

struct tap_record {
	TAILQ_ENTRY(tap_record) next;
	uint64_t sequence; /* 1 is the first record of all */
	struct tap_bytes path;
	size_t len;
	char data[]; /* LEN bytes, the caller's; aligned like a pointer */
};

struct tap_waiting {
	TAILQ_HEAD(tap_records, tap_record) records;
	uint64_t sequence; /* of the record that was added last, also if it was dropped */
	size_t size;       /* of all records together, in bytes */
};

void tap_waiting_init(struct tap_waiting *waiting);
void tap_waiting_free(struct tap_waiting *waiting);

/* Appends a record with room for LEN bytes of data. Returns NULL if memory is short. */
struct tap_record *tap_waiting_add(struct tap_waiting *waiting, struct tap_bytes path, size_t len);

/* Puts NAME, the name of a level, before the path of each record that came after the one with the
 * number SEQUENCE. None of these paths may have it yet. Returns false if memory is short. */
bool tap_waiting_name(struct tap_waiting *waiting, uint64_t sequence, struct tap_bytes name);

/* The records after the one with that SEQUENCE, the newest first. */
#define TAP_WAITING_SINCE(record, waiting, from)                                                   \
	for ((record) = TAILQ_LAST(&(waiting)->records, tap_records);                              \
	     (record) && (record)->sequence > (from);                                              \
	     (record) = TAILQ_PREV(record, tap_records, next))

/* Returns the oldest record, or NULL. */
static inline struct tap_record *
tap_waiting_first(struct tap_waiting *waiting)
{
	return TAILQ_FIRST(&waiting->records);
}

void tap_waiting_drop_first(struct tap_waiting *waiting);

/* Drops the records that came after the one with the number SEQUENCE. */
void tap_waiting_drop_since(struct tap_waiting *waiting, uint64_t sequence);

#endif
