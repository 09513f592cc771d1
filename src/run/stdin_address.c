/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stdin_address.h"

#include <subunit2/sink.h>

static bool
is_input(const struct subunit2_event *event)
{
	return subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stdin")) ||
	       subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("stdin.bytes"));
}

static bool
is_request(const struct subunit2_event *event)
{
	return event->status == SUBUNIT2_EXISTS && event->test_id.len;
}

/* The first segment as a place is numbered, without zeroes before; false: it is none. */
static bool
read_place(struct subunit2_view code, unsigned places, unsigned *place, size_t *len)
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

static struct address
to_one(const struct address_book *book, struct subunit2_view code)
{
	struct address address = {.kind = ADDRESS_PACKET, .rest = code};
	if (!code.len)
		address.rest = SUBUNIT2_ABSENT;
	else if (subunit2_view_present(book->own) &&
	         !subunit2_route_is_under(code, book->own, &address.rest))
		address.kind = ADDRESS_UNKNOWN;
	return address;
}

static struct address
to_numbered(const struct address_book *book, struct subunit2_view code)
{
	struct address address = {.kind = ADDRESS_PACKET};
	size_t len;
	if (!read_place(code, book->places, &address.place, &len))
		return (struct address){.kind = ADDRESS_UNKNOWN};
	subunit2_route_is_under(code, (struct subunit2_view){code.data, len}, &address.rest);
	return address;
}

struct address
address_of(const struct address_book *book, const struct subunit2_event *event)
{
	bool input = is_input(event);
	if (!input && !is_request(event))
		return (struct address){.kind = ADDRESS_NOBODY};
	if (!input && !event->route_code.len && book->places)
		return (struct address){.kind = ADDRESS_ASKS};
	struct address address = book->places ? to_numbered(book, event->route_code)
	                                      : to_one(book, event->route_code);
	if (address.kind == ADDRESS_PACKET && input && !address.rest.len)
		address.kind = ADDRESS_BYTES;
	return address;
}
