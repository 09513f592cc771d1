/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The event: one report about a test run.
 *
 * An event carries what one packet carries, and what one call of StreamResult.status() in
 * Python's testtools carries. Every field is optional. An event of all zeroes is valid and
 * reports nothing. All views of an event are valid until the callback that received the event
 * returns.
 *
 * Threads: these functions may be called from every thread.
 */
#ifndef SUBUNIT2_EVENT_H
#define SUBUNIT2_EVENT_H

#include "tags.h"
#include "view.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers are those of the packet's status bits. */
enum subunit2_status {
	SUBUNIT2_STATUS_NONE = 0,
	SUBUNIT2_STATUS_EXISTS = 1,
	SUBUNIT2_STATUS_INPROGRESS = 2,
	SUBUNIT2_STATUS_SUCCESS = 3,
	SUBUNIT2_STATUS_UXSUCCESS = 4, /* passed although it was expected to fail */
	SUBUNIT2_STATUS_SKIP = 5,
	SUBUNIT2_STATUS_FAIL = 6,
	SUBUNIT2_STATUS_XFAIL = 7, /* failed as expected */
};

/* A moment in UTC. A packet can hold the years 1970 to 2106. */
struct subunit2_time {
	int64_t sec;   /* since 1970-01-01T00:00:00Z */
	uint32_t nsec; /* 0 to 999,999,999 */
};

/* The MIME types that the library gives to files: UTF-8 without NUL, and arbitrary bytes. */
#define SUBUNIT2_TEXT_TYPE SUBUNIT2_LITERAL("text/plain;charset=utf8")
#define SUBUNIT2_BYTES_TYPE SUBUNIT2_LITERAL("application/octet-stream")

struct subunit2_event {
	struct subunit2_view test_id;
	enum subunit2_status status;
	struct subunit2_tags tags;
	bool runnable; /* the test can be requested by its id */

	/* A piece of a file that is attached to the test, or to the run if the event has no test
	 * id. The name and the bytes are both present or both absent. */
	struct subunit2_view file_name;
	struct subunit2_view file_bytes;
	bool eof; /* the last piece of this file */
	struct subunit2_view mime_type;

	struct subunit2_view route_code; /* segments, the outermost first: "0/3" */

	bool has_timestamp;
	struct subunit2_time timestamp;

	/* The number of the stream that the event belongs to, if several are merged. Tests of
	 * different streams differ even if their ids and routing codes are equal. A packet does not
	 * hold this number. */
	unsigned stream;

	/* The packet that the event was decoded from, from its signature to its CRC. Absent if the
	 * event comes from elsewhere, or if a sink has changed a field. A present packet may be
	 * forwarded instead of being encoded again. */
	struct subunit2_view packet;

	const void *reserved; /* NULL */
};

/* Return the name of STATUS: "inprogress" and so on; "" for SUBUNIT2_STATUS_NONE and for numbers
 * that are not a status. */
const char *subunit2_status_name(enum subunit2_status status);

/* Set *STATUS to the status with exactly this NAME. Return false if NAME is not the name of a
 * status, or if it is empty. */
bool subunit2_status_parse(struct subunit2_view name, enum subunit2_status *status);

/* Return whether STATUS ends a test: success, uxsuccess, skip, fail or xfail. */
bool subunit2_status_is_final(enum subunit2_status status);

/* Return whether a run with STATUS is not good: fail or uxsuccess. */
bool subunit2_status_is_bad(enum subunit2_status status);

/* Return the present time. CONTEXT is ignored: the function is fit for subunit2_stamp_new. */
struct subunit2_time subunit2_time_now(void *context);

/* Return a negative number, zero or a positive number if A is before, equal to or after B. */
int subunit2_time_compare(struct subunit2_time a, struct subunit2_time b);

/* Return whether TIME is in 1971 or later. Earlier times come from clocks that were never set or
 * that start with zero: they measure durations only. */
bool subunit2_time_is_dated(struct subunit2_time time);

/* Return A − B in nanoseconds, limited to the range of int64_t. */
int64_t subunit2_time_since(struct subunit2_time a, struct subunit2_time b);

/* Return A plus NS nanoseconds, which may be negative. */
struct subunit2_time subunit2_time_add(struct subunit2_time a, int64_t ns);

#ifdef __cplusplus
}
#endif

#endif
