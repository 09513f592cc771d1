/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Moments as options take them, and RFC 3339 both ways. */
#include "timestamp.h"
#include "check.h"
#include "rfc3339.h"

#include <string.h>

static bool
reads(const char *text, int64_t sec, uint32_t nsec)
{
	struct subunit2_time time = {-7, 7};
	return timestamp_read(text, &time) && time.sec == sec && time.nsec == nsec;
}

static bool
refuses(const char *text)
{
	struct subunit2_time time = {-7, 7};
	return !timestamp_read(text, &time) && time.sec == -7 && time.nsec == 7;
}

static bool
writes(int64_t sec, uint32_t nsec, const char *wanted)
{
	char text[RFC3339_SIZE];
	size_t len = rfc3339_write((struct subunit2_time){sec, nsec}, text);
	return len == strlen(wanted) && strcmp(text, wanted) == 0;
}

int
main(void)
{
	CHECK(reads("@0", 0, 0));
	CHECK(reads("@1008161999.000045", 1008161999, 45000));
	CHECK(reads("@1.123456789", 1, 123456789));
	CHECK(reads("@1.1234567899", 1, 123456789));
	CHECK(reads("@9223372036854775807", INT64_MAX, 0));
	CHECK(refuses("@"));
	CHECK(refuses("@-1"));
	CHECK(refuses("@1."));
	CHECK(refuses("@1.2.3"));
	CHECK(refuses("@ 1"));
	CHECK(refuses("@9223372036854775808"));

	CHECK(reads("2001-12-12T12:59:59.000045Z", 1008161999, 45000));
	CHECK(reads("2001-12-12t12:59:59z", 1008161999, 0));
	CHECK(reads("2001-12-12 14:59:59+02:00", 1008161999, 0));
	CHECK(reads("2001-12-12T05:29:59-0730", 1008161999, 0));
	CHECK(reads("2000-02-29T00:00:00Z", 951782400, 0));
	CHECK(reads("1969-12-31T23:59:59.5Z", -1, 500000000));
	CHECK(reads("2016-12-31T23:59:60Z", 1483228800, 0));
	CHECK(reads("2001-12-12", 1008115200, 0));
	CHECK(refuses(""));
	CHECK(refuses("none"));
	CHECK(refuses("2001-12-12T12:59:59"));
	CHECK(refuses("2001-13-12T12:59:59Z"));
	CHECK(refuses("2001-02-29T12:59:59Z"));
	CHECK(refuses("1900-02-29T12:59:59Z"));
	CHECK(refuses("2001-12-12T24:00:00Z"));
	CHECK(refuses("2001-12-12T12:60:00Z"));
	CHECK(refuses("2001-12-12T12:59:59.Z"));
	CHECK(refuses("2001-12-12T12:59:59Zz"));
	CHECK(refuses("2001-12-12T12:59:59+25:00"));

	struct subunit2_time utc = {0, 0};
	CHECK(rfc3339_read_utc(SUBUNIT2_LITERAL("2001-12-12T12:59:59.000045"), &utc));
	CHECK(utc.sec == 1008161999 && utc.nsec == 45000);
	CHECK(rfc3339_read_utc(SUBUNIT2_LITERAL("2001-12-12 14:59:59+02:00"), &utc));
	CHECK(utc.sec == 1008161999);
	CHECK(!rfc3339_read_utc(SUBUNIT2_LITERAL("2001-12-12T12:59:59x"), &utc));

	CHECK(writes(0, 0, "1970-01-01T00:00:00.000000000Z"));
	CHECK(writes(1008161999, 45000, "2001-12-12T12:59:59.000045000Z"));
	CHECK(writes(4294967295, 999999999, "2106-02-07T06:28:15.999999999Z"));
	CHECK(writes(-1, 0, "1969-12-31T23:59:59.000000000Z"));

	struct subunit2_time before = timestamp_now(), after = timestamp_now();
	CHECK(subunit2_time_compare(before, after) <= 0 && before.sec > 1700000000);
	return check_done();
}
