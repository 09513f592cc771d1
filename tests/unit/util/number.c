/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Decimal numbers: which are read, and which are refused. */
#include "number.h"
#include "check.h"

#include <string.h>

static bool
gives(const char *text, uint64_t expected, char after)
{
	const char *end;
	uint64_t number;
	return number_parse(text, &number, &end) && number == expected && *end == after;
}

static bool
is_refused(const char *text)
{
	const char *end;
	uint64_t number;
	return !number_parse(text, &number, &end);
}

static void
test_parse(void)
{
	CHECK(gives("0", 0, '\0'));
	CHECK(gives("010", 10, '\0'));
	CHECK(gives("7/9", 7, '/'));
	CHECK(gives("18446744073709551615k", UINT64_MAX, 'k'));
	CHECK(is_refused("18446744073709551616"));
	CHECK(is_refused("99999999999999999999"));
	CHECK(is_refused(""));
	CHECK(is_refused(" 1"));
	CHECK(is_refused("+1"));
	CHECK(is_refused("-1"));
}

static void
test_range(void)
{
	uint64_t number = 42;
	CHECK(!number_parse_range("0", 1, 9, &number) && number == 42);
	CHECK(!number_parse_range("10", 1, 9, &number) && number == 42);
	CHECK(!number_parse_range("5x", 1, 9, &number) && number == 42);
	CHECK(number_parse_range("1", 1, 9, &number) && number == 1);
	CHECK(number_parse_range("9", 1, 9, &number) && number == 9);
}

static bool
is_written(uint64_t number, const char *expected)
{
	char text[NUMBER_DIGITS_MAX];
	size_t len = number_write_digits(text, number);
	return len == strlen(expected) && memcmp(text, expected, len) == 0;
}

static void
test_write(void)
{
	CHECK(is_written(0, "0"));
	CHECK(is_written(9, "9"));
	CHECK(is_written(10, "10"));
	CHECK(is_written(UINT64_MAX, "18446744073709551615"));
}

int
main(void)
{
	test_parse();
	test_range();
	test_write();
	return check_done();
}
