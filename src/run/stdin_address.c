/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stdin_address.h"

#include <subunit2/sink.h>

static bool
stdin_address_is_input(const struct subunit2_event *event)
{
	return subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stdin")) ||
	       subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stdin.bytes"));
}

static bool
stdin_address_is_request(const struct subunit2_event *event)
{
	return event->status == SUBUNIT2_STATUS_EXISTS && event->test_id.len;
}

/* The first segment as a place is numbered, without zeroes before; false: it is none. */
static bool
stdin_address_read_place(struct subunit2_view code, unsigned places, unsigned *place, size_t *len)
{
	uint64_t number = 0;
	for (*len = 0; *len < code.len && code.data[*len] != '/'; ++*len) {
		unsigned digit = (unsigned char)code.data[*len] - (unsigned)'0';
		if (digit > 9 || (*len && !number))
			return false;
		number = 10 * number + digit;
		if (number >= places)
			return false;
	}
	*place = (unsigned)number;
	return *len > 0;
}

static struct stdin_address
stdin_address_to_one(const struct stdin_address_book *book, struct subunit2_view code)
{
	struct stdin_address address = {.kind = STDIN_ADDRESS_PACKET, .rest = code};
	if (!code.len)
		address.rest = SUBUNIT2_ABSENT;
	else if (subunit2_view_present(book->own) &&
	         !subunit2_route_is_under(code, book->own, &address.rest))
		address.kind = STDIN_ADDRESS_UNKNOWN;
	return address;
}

static struct stdin_address
stdin_address_to_numbered(const struct stdin_address_book *book, struct subunit2_view code)
{
	struct stdin_address address = {.kind = STDIN_ADDRESS_PACKET};
	size_t len;
	if (!stdin_address_read_place(code, book->places, &address.place, &len))
		return (struct stdin_address){.kind = STDIN_ADDRESS_UNKNOWN};
	subunit2_route_is_under(code, (struct subunit2_view){code.data, len}, &address.rest);
	return address;
}

struct stdin_address
stdin_address_of(const struct stdin_address_book *book, const struct subunit2_event *event)
{
	bool input = stdin_address_is_input(event);
	if (!input && !stdin_address_is_request(event))
		return (struct stdin_address){.kind = STDIN_ADDRESS_NONE};
	if (!input && !event->route_code.len && book->places)
		return (struct stdin_address){.kind = STDIN_ADDRESS_REQUEST};
	struct stdin_address address = book->places
	                                       ? stdin_address_to_numbered(book, event->route_code)
	                                       : stdin_address_to_one(book, event->route_code);
	if (address.kind == STDIN_ADDRESS_PACKET && input && !address.rest.len)
		address.kind = STDIN_ADDRESS_BYTES;
	return address;
}
