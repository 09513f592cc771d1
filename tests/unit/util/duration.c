/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Durations: the texts that are parsed, and those that are refused. */
#include "duration.h"
#include "check.h"

#include <string.h>

#define MS INT64_C(1000000)

static bool
reads(const char *text, int64_t wanted)
{
	int64_t ns = -7;
	return duration_read(text, &ns) && ns == wanted;
}

static bool
refuses(const char *text)
{
	int64_t ns = -7;
	return !duration_read(text, &ns) && ns == -7;
}

static bool
writes(int64_t ns, const char *wanted)
{
	char text[DURATION_SIZE];
	return strcmp(duration_text(ns, text), wanted) == 0;
}

int
main(void)
{
	CHECK(reads("0", 0));
	CHECK(reads("30", 30000 * MS));
	CHECK(reads("010", 10000 * MS));
	CHECK(reads("500ms", 500 * MS));
	CHECK(reads("30s", 30000 * MS));
	CHECK(reads("5m", 300000 * MS));
	CHECK(reads("1h", 3600000 * MS));
	CHECK(reads("0.25", 250 * MS));
	CHECK(reads("1.5h", 5400000 * MS));
	CHECK(reads("0.000000001", 1));
	CHECK(reads("0.0000000019", 1));
	CHECK(reads("0.1ms", MS / 10));
	CHECK(reads("876000h", INT64_C(3153600000000000000)));
	CHECK(reads("9223372036.854775807", INT64_C(3153600000000000000)));

	CHECK(refuses(""));
	CHECK(refuses("s"));
	CHECK(refuses("-1"));
	CHECK(refuses("+1"));
	CHECK(refuses(" 1"));
	CHECK(refuses("1 s"));
	CHECK(refuses("1."));
	CHECK(refuses(".5"));
	CHECK(refuses("1d"));
	CHECK(refuses("1ss"));
	CHECK(refuses("1e3"));
	CHECK(refuses("0x10"));
	CHECK(refuses("9223372036.854775808"));
	CHECK(refuses("9223372037"));
	CHECK(refuses("99999999999999999999"));

	CHECK(writes(-1, "0.000s"));
	CHECK(writes(12 * MS, "0.012s"));
	CHECK(writes(999 * MS + MS / 2 - 1, "0.999s"));
	CHECK(writes(999 * MS + MS / 2 + 1, "1.000s"));
	CHECK(writes(4 * MS + MS / 2, "0.004s"));
	CHECK(writes(1000 * MS, "1.00s"));
	CHECK(writes(4200 * MS, "4.20s"));
	CHECK(writes(59994 * MS, "59.99s"));
	CHECK(writes(59996 * MS, "60.00s"));
	CHECK(writes(187000 * MS, "3m07s"));
	CHECK(writes(3720000 * MS, "1h02m"));
	return check_done();
}
