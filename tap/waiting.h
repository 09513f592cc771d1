/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Tests of a subtest that cannot be emitted yet, in order: the subtest's name is
 * part of theirs, and comes last; or they failed, and the subtest, whose own test
 * comes after it, may turn out to be TODO.
 *
 * A path is a test's name with those of the subtests around it. As long as one
 * of these is not known the path lacks it, and all that stands before it.
 */
#ifndef TAP_WAITING_H
#define TAP_WAITING_H

#include "bytes.h"

#include <stdint.h>
#include <sys/queue.h>

struct tap_record {
	TAILQ_ENTRY(tap_record) next;
	uint64_t sequence; /* 1 is the first record of all */
	size_t under;      /* the level whose name the path lacks; 0: none */
	struct tap_bytes path;
	size_t len;
	char data[]; /* LEN bytes, the caller's; aligned like a pointer */
};

struct tap_waiting {
	TAILQ_HEAD(tap_records, tap_record) records;
	uint64_t sequence; /* of the newest record that ever was */
	size_t size;       /* of all records together, in bytes */
};

void tap_waiting_init(struct tap_waiting *waiting);
void tap_waiting_free(struct tap_waiting *waiting);

/* Appends a record with room for LEN bytes of data. NULL when memory is short. */
struct tap_record *tap_waiting_add(struct tap_waiting *waiting, size_t under, struct tap_bytes path,
                                   size_t len);

/* Level UNDER, which opened after the record with that SEQUENCE, is called NAME: the
 * paths that lack it get it, and then lack the name of level OUTER. False when memory
 * is short. */
bool tap_waiting_name(struct tap_waiting *waiting, uint64_t sequence, size_t under,
                      struct tap_bytes name, size_t outer);

/* The records after the one with that SEQUENCE, the newest first. */
#define TAP_WAITING_SINCE(record, waiting, from)                                                   \
	for ((record) = TAILQ_LAST(&(waiting)->records, tap_records);                              \
	     (record) && (record)->sequence > (from);                                              \
	     (record) = TAILQ_PREV(record, tap_records, next))

/* The oldest record; NULL: all are gone. */
static inline struct tap_record *
tap_waiting_first(struct tap_waiting *waiting)
{
	return TAILQ_FIRST(&waiting->records);
}

void tap_waiting_drop_first(struct tap_waiting *waiting);

/* Drops the records that came after the one with the number SEQUENCE. */
void tap_waiting_drop_since(struct tap_waiting *waiting, uint64_t sequence);

#endif
