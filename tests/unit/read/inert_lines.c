/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Inert lines: the first bytes of a line, and the end of its first word, show at sight only what
 * the whole line shows as well. A line near the end of the bytes is not looked at in this way.
 */
#include "inert_lines.h"
#include "buffer.h"
#include "check.h"
#include "random_draw.h"

enum { LINES = 50000, PIECES_MAX = 5 };

/* Returns how many bytes of inert lines are found in eight inert lines, LINE, and the bytes AFTER
 * it. */
static size_t
inert_len(struct subunit2_view line, const char *after)
{
	struct buffer bytes = {0};
	for (int i = 0; i < INERT_LINES_MIN; i++)
		buffer_add_text(&bytes, "cc -c a.c\n");
	buffer_add(&bytes, line);
	buffer_add_char(&bytes, '\n');
	buffer_add_text(&bytes, after);
	size_t len = inert_lines_find(buffer_view(&bytes)).len;
	buffer_clear(&bytes);
	return len;
}

/* Returns whether LINE is inert; *ALIKE becomes false if that depends on what follows it. */
static bool
is_inert(struct subunit2_view line, bool *alike)
{
	size_t inert = inert_len(line, "");
	*alike = *alike && inert_len(line, "more than one block of bytes") == inert;
	return inert > INERT_LINES_MIN * strlen("cc -c a.c\n");
}

/* All beginnings of two bytes, after INDENT and before REST; under valgrind, some of them. */
static bool
beginnings_are_alike(const char *indent, const char *rest)
{
	const int step = getenv("CHECK_VALGRIND") ? 7 : 1;
	bool alike = true;
	for (int first = 0; first < 256; first++)
		for (int second = first % step; second < 256; second += step) {
			char line[64];
			size_t len = strlen(indent);
			memcpy(line, indent, len);
			if (first == '\n' || second == '\n')
				continue;
			line[len++] = (char)first;
			line[len++] = (char)second;
			memcpy(line + len, rest, strlen(rest));
			is_inert((struct subunit2_view){line, len + strlen(rest)}, &alike);
		}
	return alike;
}

/* Parts of lines that a reader reads, and of those that look like them at first. */
static const char *const pieces[] = {
	" ",
	"  ",
	".",
	"..",
	"...",
	":",
	"1",
	"12",
	"2/3",
	"make",
	"]:",
	"[1]",
	"[ 42%",
	"[12:34:56]",
	"[    1.0]",
	"t/a.t",
	"ok",
	"not ok",
	"test",
	"tags:",
	"table:",
	"time",
	"success",
	"skip",
	"progress",
	"pragma ",
	"bail out!",
	"Start",
	"Running",
	"Test",
	"PASS:",
	"FAIL",
	"Summary",
	"All",
	"#",
	"==> a.log <==",
	"<6>",
	"\t",
	"\r",
	"\033[32m",
	"x",
	"\xef\xbb\xbf",
	"\xe2\x96\xb6",
	"test-suite.log",
	"a_long_name_of_a_file",
};

/* Returns whether random lines are looked at alike. */
static bool
random_lines_are_alike(void)
{
	bool alike = true;
	uint64_t state = 1;
	struct buffer line = {0};
	for (int i = 0; i < LINES && alike; i++) {
		line.len = 0;
		for (uint32_t count = random_draw(&state, PIECES_MAX + 1); count > 0; count--)
			buffer_add_text(
				&line,
				pieces[random_draw(&state, sizeof(pieces) / sizeof(*pieces))]);
		is_inert(buffer_view(&line), &alike);
		if (!alike)
			printf("# %.*s\n", (int)line.len, line.data);
	}
	buffer_clear(&line);
	return alike;
}

/* Adds COUNT lines. */
static void
add_lines(struct buffer *bytes, int count, const char *line)
{
	while (count-- > 0)
		buffer_add_text(bytes, line);
}

/* Returns whether BEFORE bytes come before LEN bytes of inert lines in OTHERS lines that are not
 * inert, FEW inert ones, another one that is not, MANY inert ones, and one that is not. */
static bool
is_found(int others, int few, int many, size_t before, size_t len)
{
	struct buffer bytes = {0};
	add_lines(&bytes, others, "ok 1\n");
	add_lines(&bytes, few, "ab\n");
	add_lines(&bytes, 1, "PASS: a\n");
	add_lines(&bytes, many, "abc\n");
	add_lines(&bytes, 1, "PASS: a\n");
	struct inert_lines found = inert_lines_find(buffer_view(&bytes));
	bool good = found.len == len && found.before == (len ? before : bytes.len);
	buffer_clear(&bytes);
	return good;
}

static const char *const inert[] = {
	"",
	"  ",
	"  CC       event.o",
	"a",
	"[ 42%] Building C object x.o",
	"[INFO] a message",
	"2026-01-01 12:00:07 INFO queue: processed 12 items",
	"12:00:07 INFO queue: processed 12 items",
	"   1234 a row of a table",
	"7",
	"12345678901234567 rows",
	"src/a_file_with_a_long_name.c:12:3: warning: unused",
	"libtool: compile:  gcc -c x.c",
	"gcc -c ../x.c",
	"table: 7 requests",
	"Processing delta",
	"baseline",
	"processing x",
	"note: a note",
	"t",
	"table: 7 requests in 12 ms",
	"Running gamma with 2 workers",
	"Test alpha started",
	"pragmatic",
	"barley",
};

static const char *const others[] = {
	"make[1]: Entering directory '/x'",
	"/usr/bin/gmake check",
	"a_very_long_name_of_another_make[12]: Entering directory '/x'",
	"  make  check-TESTS",
	"t/a_test_with_a_long_name.t .. ok",
	"t/a.t ..",
	"[12:34:56] t/a.t .. ok",
	"t/a.t ..... skipped: no net",
	"   pkg 1.0: tests/test-suite.log",
	"==> a.log <==",
	"PASS: a",
	"   1/3 a   OK   0.02s",
	"  7: a test                  ok",
	"  7:",
	"67% tests passed, 1 tests failed out of 3",
	"14 tests behaved as expected.",
	"12345678901234567 tests behaved as expected.",
	"1 of 2 tests failed",
	"tags: a",
	"ok 1",
	"    ok 1 - nested",
	"1..3",
	"bail out! x",
	"[    1.234] ok 1",
	"<6>[    1.234] ok 1",
	"\tmake check",
	"\033[32mPASS\033[0m: a",
};

int
main(void)
{
	static const char *const rests[] = {
		"", " .. ok", "ke[1]: x", "make x", " make", ":", " a.log", "st a 1: b", "IL: a",
	};
	static const char *const numbers[] = {"1", " 234", "12345678901234"};
	bool alike = true;
	for (size_t i = 0; i < sizeof(inert) / sizeof(*inert); i++)
		CHECK_NAMED(inert[i], is_inert(subunit2_view_of(inert[i]), &alike));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK_NAMED(others[i], !is_inert(subunit2_view_of(others[i]), &alike));
	CHECK_NAMED("lines are looked at alike", alike);
	CHECK_NAMED("random lines are looked at alike", random_lines_are_alike());
	CHECK(is_found(0, 7, 7, 0, 0));
	CHECK(is_found(0, 8, 0, 0, 24));
	CHECK(is_found(2, 7, 8, 10 + 21 + 8, 32));
	CHECK(is_found(2, 9, 20, 10, 27));
	CHECK(is_found(0, 0, 70, 8, 280));
	CHECK_NAMED("lines of a format in which few are inert are not looked at",
	            is_found(63, 8, 0, 315, 24) && is_found(64, 8, 0, 0, 0));
	for (size_t i = 0; i < sizeof(rests) / sizeof(*rests); i++) {
		CHECK_NAMED(rests[i], beginnings_are_alike("", rests[i]));
		CHECK_NAMED(rests[i], beginnings_are_alike("   ", rests[i]));
	}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		CHECK_NAMED(numbers[i], beginnings_are_alike(numbers[i], "") &&
		                                beginnings_are_alike(numbers[i], " .. ok"));
	return check_done();
}
