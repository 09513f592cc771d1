/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The readers of a command's output: runs of inert lines, which pass by the readers if they come
 * together, make no difference. Random documents are read at once, in blocks and line by line.
 */
#include "check.h"
#include "output_capture.h"
#include "random_draw.h"

#include "buffer.h"

#include <stdlib.h>

enum { DOCUMENTS = 3000, RUN_MAX = 30 };

static const char *const inert[] = {
	"gcc -O2 -c -o main.o main.c",
	"       0  cc -Wall -c x.c",
	"",
	"  ",
	"a sentence.",
	"src/main.c:12: warning: unused",
	"tests are fine",
	"time passes",
	"reading config.log",
	"   reading config.log",
	"libtool: link: cc -o prog",
	"-- checking",
	"[ 42%] Building C object x.o",
	"processing a.c",
	"note: a note",
	"/usr/bin/install -c a b",
	"12 files in 3 ms",
	"2026-01-01 12:00:07 INFO queue: processed 12 items",
	"table: 7 requests in 12 ms",
	"Running gamma with 2 workers",
	"Test alpha started",
	"   |      ^~~~",
	"t",
};

static const char *const special[] = {
	"ok 1 - a",
	"not ok 2 - b",
	"ok 3 # skip c",
	"ok",
	"1..3",
	"1..0 # SKIP none",
	"# Subtest: x",
	"    ok 1 - nested",
	"    1..1",
	"# a comment",
	"  ---",
	"  message: x",
	"  ...",
	"TAP version 13",
	"Bail out! x",
	"\033[32mok 4 - d\033[0m",
	"[    1.000] ok 5 - e",
	"test: x",
	"success: x",
	"failure: x [",
	"]",
	"tags: a",
	"PASS: a.sh",
	"FAIL: b.sh",
	"XFAIL: c.sh",
	"# TOTAL: 2",
	"Making check in src",
	"make[1]: Entering directory '/x'",
	"/usr/bin/gmake check-TESTS",
	"[12:34:56] t/a.t .. ok",
	"   pkg 1.0: tests/test-suite.log",
	"==> a.log <==",
	"Testsuite summary for pkg 1.0",
	"t/a.t .. ",
	"t/a.t .. ok",
	"t/b.t .. \rt/b.t .. 1/2 \r   \rt/b.t .. ok",
	"[1-2/8] a    0/30s\r 1/8 a       OK     0.02s",
	"Result: FAIL",
	"All tests successful.",
	"Test project /x",
	"    Start 1: one",
	"1/2 Test #1: one ....   Passed    0.01 sec",
	"Running x/y.exp ...",
	"{\"subunit\":2,\"test_id\":\"j\",\"test_status\":\"success\",\"runnable\":true}",
	"Test project /x\n    Start 1: one\n1/2 Test #1: one ....***Failed    0.01 sec",
	"t/a b.t .. \nok 1 - x\n1..1\nok",
	"x\r",
};

static uint64_t seed = 1;

static unsigned
random_below(unsigned limit)
{
	return random_draw(&seed, limit);
}

static void
add_line(struct buffer *document, const char *line)
{
	buffer_add(document, subunit2_view_of(line));
	buffer_add_char(document, '\n');
}

static void
make_document(struct buffer *document)
{
	document->len = 0;
	for (unsigned part = random_below(8); part > 0; part--) {
		for (unsigned line = random_below(RUN_MAX); line > 0; line--)
			add_line(document, inert[random_below(sizeof(inert) / sizeof(*inert))]);
		for (unsigned line = random_below(4); line > 0; line--)
			add_line(document,
			         special[random_below(sizeof(special) / sizeof(*special))]);
	}
	if (document->len > 0 && random_below(2))
		document->len--; /* the last newline */
}

/* The events of a capture, as text. Pieces of one file that follow one another count as one. */
struct transcript {
	struct subunit2_sink sink;
	struct buffer text, file; /* FILE: the test and the name of the last piece */
};

static enum subunit2_result
transcript_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                 struct subunit2_error *error)
{
	struct transcript *transcript = (struct transcript *)sink;
	struct buffer file = {0};
	(void)error;
	buffer_add(&file, event->test_id);
	buffer_add_char(&file, ' ');
	buffer_add(&file, event->file_name);
	if (event->status ||
	    !subunit2_view_equal(buffer_view(&file), buffer_view(&transcript->file))) {
		buffer_add_text(&transcript->text, "\n> ");
		buffer_add(&transcript->text,
		           subunit2_view_of(subunit2_status_name(event->status)));
		buffer_add_char(&transcript->text, ' ');
		buffer_add(&transcript->text, buffer_view(&file));
		buffer_add_char(&transcript->text, '\n');
	}
	buffer_add(&transcript->text, event->file_bytes);
	buffer_clear(&transcript->file);
	transcript->file = file;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
transcript_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

/* Returns the length of the next piece: a line if STEP is 0, else up to STEP bytes. */
static size_t
piece_len(struct subunit2_view rest, size_t step)
{
	const char *newline = step ? NULL : memchr(rest.data, '\n', rest.len);
	if (newline)
		return (size_t)(newline + 1 - rest.data);
	return step && step < rest.len ? step : rest.len;
}

/* Reads DOCUMENT into TEXT, which the caller clears. */
static void
read_document(struct subunit2_view document, size_t step, struct buffer *text)
{
	struct transcript transcript = {.sink = {transcript_event, transcript_finish, NULL}};
	const struct output_capture_options options = {.id = SUBUNIT2_LITERAL("test"),
	                                               .directory = "/nonexistent"};
	struct output_capture *capture = output_capture_new(&options, &transcript.sink);
	enum subunit2_result result = SUBUNIT2_E_OK;
	while (document.len > 0 && result == SUBUNIT2_E_OK) {
		size_t len = piece_len(document, step);
		result = output_capture_feed(capture, PROCESS_STDOUT,
		                             (struct subunit2_view){document.data, len}, 0, NULL);
		document.data += len;
		document.len -= len;
	}
	if (result == SUBUNIT2_E_OK)
		result = output_capture_finish(capture, NULL);
	struct output_capture_verdict verdict = output_capture_verdict(capture);
	if (verdict.tap && verdict.tap->failed)
		buffer_add(&transcript.text, verdict.tap->reason);
	if (verdict.console)
		buffer_add_text(&transcript.text, verdict.console);
	if (result != SUBUNIT2_E_OK)
		buffer_add_text(&transcript.text, "failed");
	output_capture_free(capture);
	buffer_clear(&transcript.file);
	*text = transcript.text;
}

static bool
is_read_alike(struct subunit2_view document, size_t step)
{
	struct buffer lines, blocks;
	read_document(document, 0, &lines);
	read_document(document, step, &blocks);
	bool alike = subunit2_view_equal(buffer_view(&lines), buffer_view(&blocks));
	if (!alike)
		printf("# in blocks of %zu:\n%.*s\n# line by line:\n%.*s\n# blocks:\n%.*s\n", step,
		       (int)document.len, document.data, (int)lines.len, lines.data,
		       (int)blocks.len, blocks.data);
	buffer_clear(&lines);
	buffer_clear(&blocks);
	return alike;
}

int
main(void)
{
	struct buffer document = {0};
	bool alike = true;
	for (int i = 0; i < DOCUMENTS && alike; i++) {
		make_document(&document);
		alike = document.len == 0 ||
		        (is_read_alike(buffer_view(&document), document.len) &&
		         is_read_alike(buffer_view(&document), 1 + random_below(2000)));
	}
	CHECK_NAMED("the size of pieces makes no difference", alike);
	buffer_clear(&document);
	return check_done();
}
