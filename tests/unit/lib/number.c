/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Numbers in packets: forms, limits, and the end of the bytes. */
#include "number.h"
#include "check.h"

#include <string.h>

/* Check that VALUE's shortest form has LEN bytes and is read back. */
static bool
survives(uint32_t value, size_t len)
{
	uint8_t bytes[4] = {0};
	uint32_t back = ~value;
	if (number_len(value) != len)
		return false;
	number_write(bytes, value, len);
	return number_read(bytes, len, &back) == len && back == value;
}

static bool
reads(const char *bytes, size_t len, uint32_t value)
{
	uint32_t found = ~value;
	return number_read((const uint8_t *)bytes, len, &found) == len && found == value;
}

/* A number that exceeds the available bytes is not read, nor is any byte after them. */
static bool
wants_more(uint8_t first, size_t len)
{
	uint8_t bytes[4] = {first};
	uint32_t value = 1234;
	bool refused = true;
	for (size_t available = 0; available < len; available++)
		refused = refused && number_read(bytes, available, &value) == 0;
	return refused && value == 1234 && number_read(bytes, len, &value) == len;
}

static bool
written_as(uint32_t value, const char *bytes, size_t len)
{
	uint8_t out[4] = {0xff, 0xff, 0xff, 0xff};
	number_write(out, value, len);
	return memcmp(out, bytes, len) == 0 && (len == 4 || out[len] == 0xff);
}

int
main(void)
{
	CHECK(survives(0, 1) && survives(63, 1));
	CHECK(survives(64, 2) && survives(16383, 2));
	CHECK(survives(16384, 3) && survives(4194303, 3));
	CHECK(survives(4194304, 4) && survives(NUMBER_MAX, 4));
	CHECK_NAMED("2^30 has no form", number_len((uint64_t)NUMBER_MAX + 1) == 0);
	CHECK(number_len(UINT64_MAX) == 0);

	CHECK(written_as(63, "\x3f", 1));
	CHECK(written_as(64, "\x40\x40", 2));
	CHECK(written_as(16384, "\x80\x40\x00", 3));
	CHECK(written_as(4194304, "\xc0\x40\x00\x00", 4));

	CHECK_NAMED("a number in more bytes than it needs is read",
	            reads("\x40\x05", 2, 5) && reads("\x80\x00\x05", 3, 5) &&
	                    reads("\xc0\x00\x00\x05", 4, 5));
	CHECK(wants_more(0x3f, 1) && wants_more(0x7f, 2) && wants_more(0xbf, 3) &&
	      wants_more(0xff, 4));

	bool all = true;
	for (uint32_t value = 0; value <= NUMBER_MAX; value += value / 7 + 1)
		all = all && survives(value, number_len(value));
	CHECK_NAMED("values of all sizes survive", all);
	return check_done();
}
