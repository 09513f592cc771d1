/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The event: one thing that was said about a test run.
 *
 * It carries what one packet carries, and what a StreamResult.status() call of
 * Python's testtools carries. Every field is optional. All of an event's views
 * live until the callback that received it returns.
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
	SUBUNIT2_STATUS_UXSUCCESS = 4, /* passed, and was not expected to */
	SUBUNIT2_STATUS_SKIP = 5,
	SUBUNIT2_STATUS_FAIL = 6,
	SUBUNIT2_STATUS_XFAIL = 7, /* failed, as expected */
};

/* A moment in UTC. The wire holds seconds from 1970 to 2106. */
struct subunit2_time {
	int64_t sec;   /* since 1970-01-01T00:00:00Z */
	uint32_t nsec; /* 0 to 999,999,999 */
};

/* The MIME types of what is made into a file here: UTF-8 without NUL, and any bytes. */
#define SUBUNIT2_TEXT_TYPE SUBUNIT2_LITERAL("text/plain;charset=utf8")
#define SUBUNIT2_BYTES_TYPE SUBUNIT2_LITERAL("application/octet-stream")

struct subunit2_event {
	struct subunit2_view test_id;
	enum subunit2_status status;
	struct subunit2_tags tags;
	bool runnable; /* the test can be asked for by its id */

	/* A piece of a file attached to the test, or to the run when there is
	 * no test id. Name and bytes are present together or absent together. */
	struct subunit2_view file_name;
	struct subunit2_view file_bytes;
	bool eof; /* no more of this file will come */
	struct subunit2_view mime_type;

	struct subunit2_view route_code; /* "0/3": segments, outermost first */

	bool has_timestamp;
	struct subunit2_time timestamp;

	/* Which of several streams, one read after the other, says so: each has tests
	 * of its own, whatever their ids and routing codes. Not on the wire. */
	unsigned stream;

	/* The packet this event was decoded from, from its signature to its CRC;
	 * absent when there was none, or when a sink changed a field since. What
	 * is present here may be forwarded as it stands. */
	struct subunit2_view packet;
};

/* "inprogress" and so on; "" for SUBUNIT2_STATUS_NONE, and for what is no status. */
const char *subunit2_status_name(enum subunit2_status status);

/* The status called NAME, exactly; false when there is none (and for ""). */
bool subunit2_status_parse(struct subunit2_view name, enum subunit2_status *status);

/* True for success, uxsuccess, skip, fail and xfail: a test ends with it. */
bool subunit2_status_is_final(enum subunit2_status status);

/* True for fail and uxsuccess: the run is not good. */
bool subunit2_status_is_bad(enum subunit2_status status);

/* Negative, zero or positive as A is before, at or after B. */
int subunit2_time_compare(struct subunit2_time a, struct subunit2_time b);

/* Returns false for a time before 1971, as from a clock that was never set, or that begins
 * with zero. Such times tell how long something took, not when. */
bool subunit2_time_is_dated(struct subunit2_time time);

/* A − B in nanoseconds, held within the range of int64_t. */
int64_t subunit2_time_since(struct subunit2_time a, struct subunit2_time b);

/* A moved by NS nanoseconds, which may be negative. */
struct subunit2_time subunit2_time_add(struct subunit2_time a, int64_t ns);

#ifdef __cplusplus
}
#endif

#endif
