/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Addresses: where the events on standard input go.
 *
 * The file "stdin" (or "stdin.bytes", as what is no text is called behind text)
 * goes to the place whose code leads its routing code. That code is taken off:
 * when none is left, the bytes are the place's; else the packet is, under the
 * rest, for whoever runs there to route on. "exists" without a routing code asks
 * for a test, and with one it is passed on as well. All else is nobody's.
 */
#ifndef STDIN_ADDRESS_H
#define STDIN_ADDRESS_H

#include <subunit2/event.h>

struct stdin_address_book {
	unsigned places;          /* with the codes "0", "1" and so on; 0: there is one, and: */
	struct subunit2_view own; /* its code: none at all means the same. Absent: it has none, and
	                             all codes are for what runs there */
};

enum stdin_address_kind {
	STDIN_ADDRESS_NONE,
	STDIN_ADDRESS_UNKNOWN, /* a place that there is not */
	STDIN_ADDRESS_REQUEST, /* for the test to be run */
	STDIN_ADDRESS_BYTES,   /* the file's bytes, to the place; and its end, if that is told */
	STDIN_ADDRESS_PACKET,  /* the event under REST, to the place */
};

struct stdin_address {
	enum stdin_address_kind kind;
	unsigned place;
	struct subunit2_view rest; /* of the event's routing code; absent: nothing is left */
};

struct stdin_address stdin_address_of(const struct stdin_address_book *book,
                                      const struct subunit2_event *event);

#endif
