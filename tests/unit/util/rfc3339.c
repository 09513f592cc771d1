/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "rfc3339.h"

#include "check.h"

#include <string.h>
#include <time.h>

static bool
reads(const char *text, int64_t sec, uint32_t nsec)
{
	struct subunit2_time time;
	return rfc3339_read(subunit2_view_of(text), &time) && time.sec == sec && time.nsec == nsec;
}

static bool
refuses(const char *text)
{
	struct subunit2_time time;
	return !rfc3339_read(subunit2_view_of(text), &time);
}

/* The C library agrees, a day after the other, over all that the wire holds. */
static bool
agrees_with_gmtime(void)
{
	for (int64_t sec = 0; sec <= UINT32_MAX; sec += 86399) {
		char ours[RFC3339_SIZE], theirs[RFC3339_SIZE];
		time_t seconds = (time_t)sec;
		struct tm parts;
		gmtime_r(&seconds, &parts);
		strftime(theirs, sizeof(theirs), "%Y-%m-%dT%H:%M:%S.000000007Z", &parts);
		rfc3339_write((struct subunit2_time){sec, 7}, ours);
		if (strcmp(ours, theirs) != 0 || !reads(ours, sec, 7))
			return false;
	}
	return true;
}

int
main(void)
{
	CHECK(agrees_with_gmtime());
	CHECK(reads("2001-12-12T12:59:59.000045Z", 1008161999, 45000));
	CHECK(reads("2001-12-12 12:59:59z", 1008161999, 0));
	CHECK(reads("2001-12-12t14:59:59+02:00", 1008161999, 0));
	CHECK(reads("2001-12-12T11:29:59-0130", 1008161999, 0));
	CHECK(reads("2000-02-29T00:00:00.1234567899Z", 951782400, 123456789));
	CHECK(reads("1969-12-31T23:59:59.5Z", -1, 500000000));
	CHECK(refuses(""));
	CHECK(refuses("2001-12-12T12:59:59"));
	CHECK(refuses("2001-12-12T12:59:59.Z"));
	CHECK(refuses("2001-12-12T12:59:59Z "));
	CHECK(refuses("2001-02-29T00:00:00Z"));
	CHECK(refuses("2100-02-29T00:00:00Z"));
	CHECK(refuses("2001-13-01T00:00:00Z"));
	CHECK(refuses("2001-12-12T24:00:00Z"));
	CHECK(refuses("2001-12-12T12:59:59+24:00"));
	return check_done();
}
