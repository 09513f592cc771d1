/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The lines that prove prints around a script's TAP, and others like them.
 */
#include "prove.h"
#include "check.h"

#include <string.h>

static struct tap_bytes
bytes_of(const char *text)
{
	return (struct tap_bytes){text, strlen(text)};
}

static bool
passed(const char *line)
{
	return tap_prove_passed(bytes_of(line));
}

static bool
failed(const char *line)
{
	return tap_prove_failed(bytes_of(line));
}

static bool
is_header(const char *line, const char *expected)
{
	struct tap_bytes name;
	return tap_prove_header(bytes_of(line), &name) && name.len == strlen(expected) &&
	       memcmp(name.data, expected, name.len) == 0;
}

int
main(void)
{
	struct tap_bytes name;

	CHECK(passed("ok"));
	CHECK(passed("ok  "));
	CHECK(passed("ok       12 ms"));
	CHECK(passed("ok       12 ms ( 0.00 usr  0.00 sys)"));
	CHECK(!passed("ok 12 msx"));
	CHECK(!passed("ok 12"));
	CHECK(!passed("ok x"));
	CHECK(!passed("ok x ms"));
	CHECK(!passed("not ok"));
	CHECK(!passed("ok 12 xx"));
	CHECK(!passed("ok 12  m"));

	CHECK(failed("Dubious, test returned 1 (wstat 256, 0x100)"));
	CHECK(failed("No subtests run"));
	CHECK(failed("Failed 1/2 subtests"));
	CHECK(failed("Failed 1/2 subtests \r"));
	CHECK(!failed("Failed 1/2 tests"));
	CHECK(!failed("Failed to start"));
	CHECK(!failed("All subtests"));
	CHECK(!failed("Failed 1"));

	CHECK(is_header("t/a.t ..", "t/a.t"));
	CHECK(is_header("t/a.t ........", "t/a.t"));
	CHECK(is_header("[12:34:56] t/a.t ..", "t/a.t"));
	CHECK(is_header("t/a ..", "t/a"));
	CHECK(is_header("a.t ..", "a.t"));
	CHECK(is_header("[x] ..", "") == false);
	CHECK(is_header("[x]/a.t ..", "[x]/a.t"));
	CHECK(!tap_prove_header(bytes_of("[12:34:56x t/a.t .."), &name));
	CHECK(!tap_prove_header(bytes_of("a.t.."), &name));
	CHECK(!tap_prove_header(bytes_of(" a.t .."), &name));
	CHECK(!tap_prove_header(bytes_of("Loading .."), &name));
	CHECK(!tap_prove_header(bytes_of("t/a.t .x."), &name));
	CHECK(!tap_prove_header(bytes_of(".."), &name));
	return check_done();
}
