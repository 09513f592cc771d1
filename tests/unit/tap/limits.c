/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Each limit of the consumer at its exact value: what just fits, and what is one too large.
 */
#include "candidates.h"
#include "check.h"
#include "duration.h"
#include "failures.h"
#include "levels.h"
#include "numbers.h"
#include "opening.h"
#include "sender.h"
#include "tap_transcript.h"
#include "tests.h"

#include <stdlib.h>
#include <string.h>

/* An input that is put together from pieces. */
struct input {
	char bytes[1 << 20];
	size_t len;
};

static struct input input;

static void
input_clear(void)
{
	input.len = 0;
}

static void
input_add(const char *text)
{
	size_t len = strlen(text);
	memcpy(input.bytes + input.len, text, len);
	input.len += len;
}

static void
input_fill(char byte, size_t count)
{
	memset(input.bytes + input.len, byte, count);
	input.len += count;
}

/* True if the transcript of the input has LINE. */
static bool
input_gives(const char *line)
{
	struct subunit2_view view = {input.bytes, input.len};
	char *lines = tap_transcript_of(view, false, false, NULL, NULL);
	bool found = strstr(lines, line);
	free(lines);
	return found;
}

/* A header of prove's of LEN bytes, and a document. */
static bool
header_is_read(size_t len)
{
	input_clear();
	input_add("t/");
	input_fill('a', len - 5);
	input_add(" ..\n1..1\nok 1 - x\nok\n");
	return input_gives("verdict good passed=1");
}

static void
check_prove(void)
{
	CHECK_NAMED("a header of prove's has at most 511 bytes", header_is_read(511));
	CHECK(!header_is_read(512));

	input_clear();
	input_add("t/a.t ..\n1..1\nok 1 - x\nok\n");
	CHECK_NAMED("prove's ok is no test", input_gives("verdict good passed=1"));
	input_clear();
	input_add("t/a.t ..\n1..1\nok 1 - x\n    ok 1 ms\nok 2 - y\n");
	CHECK_NAMED("an indented one is not prove's", input_gives(" passed=3 "));
}

/* A subtest that a line of LEN bytes with a brace opens. */
static bool
brace_opens(size_t len)
{
	input_clear();
	input_add("TAP version 14\nok 1 - x");
	input_fill(' ', len - 10);
	input_add(" {\n    ok 1 - in\n    1..1\n}\n1..1\n");
	return input_gives("success t::x::in\n");
}

static void
input_add_levels(size_t levels)
{
	input_clear();
	input_add("TAP version 13\n");
	for (size_t i = 1; i < levels; i++) {
		input_fill(' ', 4 * (i - 1));
		input_add("# Subtest: s\n");
	}
	input_fill(' ', 4 * (levels - 1));
	input_add("ok 1 - deepest\n");
}

static bool
level_is_read(size_t levels)
{
	input_add_levels(levels);
	return input_gives("::deepest\n");
}

/* A brace after the deepest of so many levels opens another one. */
static bool
brace_is_read(size_t levels)
{
	input_add_levels(levels);
	input_fill(' ', 4 * (levels - 1));
	input_add("{\n");
	input_fill(' ', 4 * levels);
	input_add("ok 1 - within\n");
	return input_gives("::deepest::within\n");
}

/* A result that ends in a brace, after the deepest of so many levels, opens another one. */
static bool
brace_in_line_is_read(size_t levels)
{
	input_add_levels(levels);
	input_fill(' ', 4 * (levels - 1));
	input_add("ok 2 - last {\n");
	input_fill(' ', 4 * levels);
	input_add("ok 1 - within\n");
	return input_gives("::last::within\n");
}

/* A subtest that is indented by so many columns after "# ". */
static bool
comment_is_indented(size_t columns)
{
	input_clear();
	input_add("TAP version 13\n1..1\n# selftests: a: b\n# TAP version 13\n# ok 1 x\n#");
	input_fill(' ', 1 + columns);
	input_add("TAP version 13\n#");
	input_fill(' ', 1 + columns);
	input_add("1..1\n#");
	input_fill(' ', 1 + columns);
	input_add("ok 1 in\n# ok 2 y\n# 1..2\nok 1 selftests: a: b\n");
	return input_gives("success t::selftests: a: b::y::in\n");
}

static void
check_levels(void)
{
	CHECK_NAMED("a line that opens a level has at most 4096 bytes",
	            brace_opens(TAP_OPENING_MAX));
	CHECK(!brace_opens(TAP_OPENING_MAX + 1));
	CHECK_NAMED("32 levels are read", level_is_read(TAP_LEVELS_MAX));
	CHECK(!level_is_read(TAP_LEVELS_MAX + 1));
	CHECK(brace_is_read(TAP_LEVELS_MAX - 1));
	CHECK(!brace_is_read(TAP_LEVELS_MAX));
	CHECK(brace_in_line_is_read(TAP_LEVELS_MAX - 1));
	CHECK(!brace_in_line_is_read(TAP_LEVELS_MAX));
	CHECK_NAMED("a comment is indented by less than 4096 columns", comment_is_indented(4094));
	CHECK_NAMED("an even number", !comment_is_indented(4093) && !comment_is_indented(4095));
	CHECK(!comment_is_indented(4096) && !comment_is_indented(5000));
}

/* A test with a name that ends a line of LEN bytes, its newline not counted. */
static bool
line_is_whole(size_t len)
{
	input_clear();
	input_add("1..1\nok 1 - x # SKIP ");
	input_fill(' ', len - 19);
	input_add("end\n");
	return input_gives("file t::x reason: end");
}

static void
check_line(void)
{
	CHECK_NAMED("a line is read up to 65536 bytes", line_is_whole(65536));
	CHECK(!line_is_whole(65537));
}

/* A test with LEN bytes of text after it, and then a comment of its own. */
static bool
comment_after_text(size_t len)
{
	input_clear();
	input_add("1..1\nok 1 - x\n");
	input_fill('t', len - 1);
	input_add("\n# about x\n");
	return input_gives("file t::x comment: # about x");
}

/* Comments of LEN bytes, in two lines, before the result that they belong to in KTAP. */
static bool
comment_before(size_t len)
{
	input_clear();
	input_add("KTAP version 1\n1..1\n# ");
	input_fill('c', 1000);
	input_add("\n# ");
	input_fill('d', len - 1000 - 6);
	input_add("\nok 1 x\n");
	return !input_gives("text ");
}

static bool
comment_is_one_piece(size_t len)
{
	input_clear();
	input_add("1..1\nok 1 - x\n# ");
	input_fill('c', len - 3);
	input_add("\n");
	return !input_gives("comment (piece)");
}

static void
check_text(void)
{
	CHECK_NAMED("65536 bytes of text wait with a test", comment_after_text(TAP_TEXT_MAX));
	CHECK(!comment_after_text(TAP_TEXT_MAX + 1));
	CHECK_NAMED("65536 bytes of a file are one event", comment_is_one_piece(TAP_PIECE_MAX));
	CHECK(!comment_is_one_piece(TAP_PIECE_MAX + 1));
	CHECK_NAMED("65536 bytes of comments wait for their test", comment_before(TAP_BEFORE_MAX));
	CHECK(!comment_before(TAP_BEFORE_MAX + 1));
}

/* Text and other bytes in one attachment are two files: each ends. */
static void
check_halves(void)
{
	input_clear();
	input_add("1..1\nnot ok 1 - x\n# ");
	input_fill('c', TAP_PIECE_MAX);
	input_add("\n# ");
	input_fill('\xff', 100);
	input_add("\n");
	CHECK_NAMED("the text of an attachment has its end", input_gives("file t::x comment: \n"));
	CHECK(input_gives("file t::x comment.bytes: "));

	input_clear();
	input_add("1..1\nnot ok 1 - x\n# ");
	input_fill('\xff', TAP_PIECE_MAX - 3);
	input_add("\n# text\n");
	CHECK_NAMED("its other bytes have theirs", input_gives("file t::x comment.bytes: \n"));
	CHECK(input_gives("file t::x comment: "));
}

static bool
ranges_are_kept(uint64_t count)
{
	struct tap_numbers numbers = {0};
	for (uint64_t i = 0; i < count; i++)
		tap_numbers_add(&numbers, 2 * i + 1, 2 * i + 1);
	return !numbers.lossy;
}

static struct tap_bytes
bytes_of(const char *text)
{
	return (struct tap_bytes){text, strlen(text)};
}

static bool
is_duration(const char *text)
{
	struct tap_bytes bytes = bytes_of(text);
	return tap_duration_read(&bytes, 1000000000) != TAP_NO_DURATION;
}

static void
check_numbers(void)
{
	CHECK_NAMED("128 ranges of numbers are kept", ranges_are_kept(TAP_RANGES_MAX));
	CHECK(!ranges_are_kept(TAP_RANGES_MAX + 1));
	CHECK_NAMED("a duration is below 1000000000 s", is_duration("999999999s"));
	CHECK(!is_duration("1000000000s"));
}

/* Stderr with an explanation for the test NAME, in a line of LEN bytes. */
static bool
failure_is_whole(size_t len)
{
	static char line[TAP_FAILURE_LINE_MAX + 100];
	struct tap_failures failures = {0};
	struct tap_buffer text = {0};
	bool found = false;
	memset(line, 'x', len);
	memcpy(line, "#   ", 4);
	line[len - 1] = 'e';
	bool good = tap_failures_feed(&failures, bytes_of("#   Failed test 'x'\n")) &&
	            tap_failures_feed(&failures, (struct tap_bytes){line, len}) &&
	            tap_failures_feed(&failures, bytes_of("\n")) &&
	            tap_failures_take(&failures, bytes_of("x"), false, &text, &found);
	bool whole = good && text.len > 2 && text.data[text.len - 2] == 'e';
	tap_buffer_free(&text);
	tap_failures_free(&failures);
	return whole;
}

static void
check_explanations(void)
{
	CHECK_NAMED("a line of an explanation has 4096 bytes",
	            failure_is_whole(TAP_FAILURE_LINE_MAX));
	CHECK(!failure_is_whole(TAP_FAILURE_LINE_MAX + 1));
}

static void
check_candidates(void)
{
	static struct tap_candidates candidates;
	static const char room[TAP_CANDIDATES_MAX];
	const struct tap_bytes one = {room, 1};
	tap_candidates_init(&candidates, false);
	CHECK(tap_candidates_add(&candidates, one));
	CHECK(!tap_candidates_add(&candidates, (struct tap_bytes){room, sizeof(room)}));
	CHECK_NAMED("candidates fill all of their room",
	            tap_candidates_add(&candidates, (struct tap_bytes){room, sizeof(room) - 1}) &&
	                    candidates.len == sizeof(room));
	CHECK(!tap_candidates_add(&candidates, one));
}

int
main(void)
{
	check_prove();
	check_candidates();
	check_levels();
	check_line();
	check_text();
	check_halves();
	check_numbers();
	check_explanations();
	return check_done();
}
