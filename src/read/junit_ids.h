/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The ids of a JUnit file's tests. Cases of several suites may have one id: then each gets
 * the names of its suites before it, so that ids do not depend on the order of the suites.
 * Which ids these are is known at the end of the file; events are held until then, as packets
 * and, if they are many, in a temporary file.
 *
 * The clock of suites without a date is set in the same way: those before the first suite
 * that has one end when it begins.
 */
#ifndef JUNIT_IDS_H
#define JUNIT_IDS_H

#include <subunit2.h>

struct junit_ids;

/* Where a test stands in the file. */
struct junit_place {
	uint64_t suite;            /* its number, from 1 */
	struct subunit2_view path; /* the names of the suites around it, joined by dots */
	bool dated;                /* a suite up to here had a date */
};

struct junit_ids *junit_ids_new(struct subunit2_sink *sink);
void junit_ids_free(struct junit_ids *ids);

/* Holds EVENT of a test that stands in PLACE. A final status and the tags of junit_name.h
 * come in events of their own. */
enum subunit2_result junit_ids_event(struct junit_ids *ids, const struct subunit2_event *event,
                                     const struct junit_place *place, struct subunit2_error *error);

/* The clock of suites without a date is CLOCK when the first date, DATE, is read. */
void junit_ids_set_date(struct junit_ids *ids, struct subunit2_time clock,
                        struct subunit2_time date);

/* Emits what is held. */
enum subunit2_result junit_ids_release(struct junit_ids *ids, struct subunit2_error *error);

#endif
