/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Where events on standard input go. */
#include "stdin_address.h"
#include "check.h"

static const struct stdin_address_book runner = {.places = 12};
static const struct stdin_address_book wrap = {.places = 0};

static struct subunit2_event
input(const char *code, const char *name)
{
	return (struct subunit2_event){
		.route_code = subunit2_view_of(code),
		.file_name = subunit2_view_of(name),
		.file_bytes = SUBUNIT2_LITERAL("x"),
	};
}

/* The address of bytes under CODE has KIND, PLACE and REST. */
static bool
goes(const struct stdin_address_book *book, const char *code, enum stdin_address_kind kind,
     unsigned place, const char *rest)
{
	struct subunit2_event event = input(code, "stdin");
	struct stdin_address address = stdin_address_of(book, &event);
	return address.kind == kind && address.place == place &&
	       subunit2_view_equal(address.rest, subunit2_view_of(rest));
}

static void
check_places(void)
{
	CHECK(goes(&runner, "0", STDIN_ADDRESS_BYTES, 0, NULL));
	CHECK(goes(&runner, "9", STDIN_ADDRESS_BYTES, 9, NULL));
	CHECK(goes(&runner, "11", STDIN_ADDRESS_BYTES, 11, NULL));
	CHECK(goes(&runner, "1/0", STDIN_ADDRESS_PACKET, 1, "0"));
	CHECK(goes(&runner, "1/a/b", STDIN_ADDRESS_PACKET, 1, "a/b"));
	CHECK(goes(&runner, "1/", STDIN_ADDRESS_BYTES, 1, ""));
	static const char *const unknown[] = {
		NULL, "",   "12", "120",        "01",
		"00", "-1", "+1", ":",          " 1",
		"1x", "x",  "/1", "4294967296", "18446744073709551617"};
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		CHECK_NAMED(unknown[i] ? unknown[i] : "no code",
		            goes(&runner, unknown[i], STDIN_ADDRESS_UNKNOWN, 0, NULL));
}

static void
check_one(void)
{
	const struct stdin_address_book own = {.own = SUBUNIT2_LITERAL("a/b")};
	CHECK(goes(&wrap, NULL, STDIN_ADDRESS_BYTES, 0, NULL));
	CHECK(goes(&wrap, "", STDIN_ADDRESS_BYTES, 0, NULL));
	CHECK(goes(&wrap, "1/2", STDIN_ADDRESS_PACKET, 0, "1/2"));
	CHECK(goes(&own, NULL, STDIN_ADDRESS_BYTES, 0, NULL));
	CHECK(goes(&own, "a/b", STDIN_ADDRESS_BYTES, 0, NULL));
	CHECK(goes(&own, "a/b/1", STDIN_ADDRESS_PACKET, 0, "1"));
	static const char *const unknown[] = {"a", "a/bc", "a/", "b", "b/a"};
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		struct subunit2_event event = input(unknown[i], "stdin");
		CHECK_NAMED(unknown[i],
		            stdin_address_of(&own, &event).kind == STDIN_ADDRESS_UNKNOWN);
	}
}

static void
check_others(void)
{
	struct subunit2_event bytes = input("1", "stdin.bytes"), other = input("1", "stdout");
	CHECK(stdin_address_of(&runner, &bytes).kind == STDIN_ADDRESS_BYTES);
	CHECK(stdin_address_of(&runner, &other).kind == STDIN_ADDRESS_NONE);
	struct subunit2_event asked = {.test_id = SUBUNIT2_LITERAL("t"),
	                               .status = SUBUNIT2_STATUS_EXISTS};
	CHECK(stdin_address_of(&runner, &asked).kind == STDIN_ADDRESS_REQUEST);
	CHECK(stdin_address_of(&wrap, &asked).kind == STDIN_ADDRESS_PACKET);
	asked.route_code = SUBUNIT2_LITERAL("1");
	CHECK(stdin_address_of(&runner, &asked).kind == STDIN_ADDRESS_PACKET);
	CHECK(stdin_address_of(&runner, &asked).rest.len == 0);
	asked.status = SUBUNIT2_STATUS_SUCCESS;
	CHECK(stdin_address_of(&runner, &asked).kind == STDIN_ADDRESS_NONE);
	struct subunit2_event nameless = {.status = SUBUNIT2_STATUS_EXISTS};
	CHECK(stdin_address_of(&runner, &nameless).kind == STDIN_ADDRESS_NONE);
}

static void
check_names(void)
{
	static char *const names[] = {"mac", "linux"};
	const struct stdin_address_book book = {.places = 2, .names = names};
	CHECK(goes(&book, "mac", STDIN_ADDRESS_BYTES, 0, NULL));
	CHECK(goes(&book, "linux/2", STDIN_ADDRESS_PACKET, 1, "2"));
	CHECK(goes(&book, "lin", STDIN_ADDRESS_UNKNOWN, 2, NULL) ||
	      goes(&book, "lin", STDIN_ADDRESS_UNKNOWN, 0, NULL));
	CHECK(goes(&book, "0", STDIN_ADDRESS_UNKNOWN, 0, NULL));
}

static void
check_workers(void)
{
	struct subunit2_event hello = {.file_name = SUBUNIT2_LITERAL("worker"),
	                               .file_bytes = SUBUNIT2_LITERAL("mac")};
	struct subunit2_event end = input(NULL, "stdin");
	CHECK(stdin_address_of(&runner, &hello).kind == STDIN_ADDRESS_WORKER);
	CHECK_NAMED("a command is not a worker",
	            stdin_address_of(&wrap, &hello).kind == STDIN_ADDRESS_NONE);
	hello.test_id = SUBUNIT2_LITERAL("x");
	CHECK(stdin_address_of(&runner, &hello).kind == STDIN_ADDRESS_NONE);
	end.eof = true;
	CHECK(stdin_address_of(&runner, &end).kind == STDIN_ADDRESS_UNKNOWN);
	end.file_bytes = (struct subunit2_view){"", 0};
	CHECK(stdin_address_of(&runner, &end).kind == STDIN_ADDRESS_TESTS_END);
	CHECK(stdin_address_of(&wrap, &end).kind == STDIN_ADDRESS_BYTES);
}

int
main(void)
{
	check_names();
	check_workers();
	check_places();
	check_one();
	check_others();
	return check_done();
}
