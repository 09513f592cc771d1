/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stdin_address.h"

#include <string.h>
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

/* The first packet of a worker's input. */
static bool
stdin_address_is_hello(const struct subunit2_event *event)
{
	return !event->test_id.len && !event->route_code.len &&
	       subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("worker"));
}

/* Reads the first segment of CODE as the number of a place, without leading zeroes. Returns false
 * if it is not one. */
static bool
stdin_address_read_number(struct subunit2_view code, unsigned places, unsigned *place, size_t *len)
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

/* Finds the place whose name is the first segment of CODE, of LEN bytes. */
static bool
stdin_address_find_name(const struct stdin_address_book *book, struct subunit2_view code,
                        unsigned *place, size_t *len)
{
	const char *slash = code.len ? memchr(code.data, '/', code.len) : NULL;
	*len = slash ? (size_t)(slash - code.data) : code.len;
	for (*place = 0; *place < book->places; ++*place)
		if (subunit2_view_equal((struct subunit2_view){code.data, *len},
		                        subunit2_view_of(book->names[*place])))
			return true;
	return false;
}

static struct stdin_address
stdin_address_to_several(const struct stdin_address_book *book, struct subunit2_view code)
{
	struct stdin_address address = {.kind = STDIN_ADDRESS_PACKET};
	size_t len;
	bool found = book->names
	                     ? stdin_address_find_name(book, code, &address.place, &len)
	                     : stdin_address_read_number(code, book->places, &address.place, &len);
	if (!found)
		return (struct stdin_address){.kind = STDIN_ADDRESS_UNKNOWN};
	subunit2_route_is_under(code, (struct subunit2_view){code.data, len}, &address.rest);
	return address;
}

struct stdin_address
stdin_address_of(const struct stdin_address_book *book, const struct subunit2_event *event)
{
	bool input = stdin_address_is_input(event);
	if (book->places && stdin_address_is_hello(event))
		return (struct stdin_address){.kind = STDIN_ADDRESS_WORKER};
	if (book->places && input && !event->route_code.len && event->eof && !event->file_bytes.len)
		return (struct stdin_address){.kind = STDIN_ADDRESS_TESTS_END};
	if (!input && !stdin_address_is_request(event))
		return (struct stdin_address){.kind = STDIN_ADDRESS_NONE};
	if (!input && !event->route_code.len && book->places)
		return (struct stdin_address){.kind = STDIN_ADDRESS_REQUEST};
	struct stdin_address address = book->places
	                                       ? stdin_address_to_several(book, event->route_code)
	                                       : stdin_address_to_one(book, event->route_code);
	if (address.kind == STDIN_ADDRESS_PACKET && input && !address.rest.len)
		address.kind = STDIN_ADDRESS_BYTES;
	return address;
}
