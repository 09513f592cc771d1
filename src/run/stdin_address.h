/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Addresses: where the events on standard input go.
 *
 *     "stdin" or "stdin.bytes"       input for the place whose code leads the routing code; the
 *                                    second name is for bytes that are not UTF-8
 *     "exists"                       a request for a test; with a routing code, for the place
 *     "stdin", empty, eof, no code   the end of the input of all tests; requests may follow
 *     "worker", no id, no code       this program is a worker: see worker.h
 *
 * The place's code is taken off. If no code is left, the bytes are for the place itself; else
 * it gets the packet with the rest of the code, to route it on. Other events are ignored.
 */
#ifndef STDIN_ADDRESS_H
#define STDIN_ADDRESS_H

#include <subunit2/event.h>

struct stdin_address_book {
	unsigned places;    /* their codes are "0", "1" and so on, or NAMES; 0: there is one place
	                       and OWN counts */
	char *const *names; /* of the places; NULL: they are numbered */
	struct subunit2_view own; /* the code of the one place; empty: as if an event had no code.
	                             Absent: the place takes all codes, and keeps them */
};

enum stdin_address_kind {
	STDIN_ADDRESS_NONE,
	STDIN_ADDRESS_UNKNOWN,   /* no place has that code */
	STDIN_ADDRESS_REQUEST,   /* the test is to be run */
	STDIN_ADDRESS_BYTES,     /* the file's bytes, and its end if eof is set, to the place */
	STDIN_ADDRESS_PACKET,    /* the event, under REST, to the place */
	STDIN_ADDRESS_TESTS_END, /* the end of the input of all places */
	STDIN_ADDRESS_WORKER,    /* this program is a worker */
};

struct stdin_address {
	enum stdin_address_kind kind;
	unsigned place;
	struct subunit2_view rest; /* of the event's routing code; absent: nothing is left */
};

struct stdin_address stdin_address_of(const struct stdin_address_book *book,
                                      const struct subunit2_event *event);

#endif
