/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The filter of a console: it passes over no line that a harness reads, of the recorded consoles
 * and of a list, and over most lines of other output.
 */
#include "console_filter.h"
#include "check.h"
#include "console_state.h"
#include "scan.h"

#include <glob.h>
#include <string.h>

static enum subunit2_result
drop_event(struct subunit2_sink *sink, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	(void)sink, (void)event, (void)error;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
drop_text(void *context, struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	(void)context, (void)bytes, (void)now_ms, (void)error;
	return SUBUNIT2_E_OK;
}

/* A console that reads the lines of one harness. */
struct reader {
	struct subunit2_sink sink;
	struct console *console;
	const struct console_harness *harness;
	struct console_harness_state *state;
};

static void
reader_open(struct reader *reader, const char *name)
{
	reader->sink = (struct subunit2_sink){drop_event, NULL, NULL};
	reader->harness = console_harness_find(name);
	const struct console_options options = {
		.test_id = SUBUNIT2_LITERAL("s"),
		.only = reader->harness,
		.forced = true,
		.text = drop_text,
	};
	reader->console = console_new(&options, &reader->sink);
	reader->console->current = reader->harness;
	for (size_t i = 0; i < CONSOLE_HARNESSES; i++)
		if (reader->console->states[i])
			reader->state = reader->console->states[i];
}

/* Returns whether the harness reads LINE, or names it as its line of an empty run. */
static bool
reader_takes(struct reader *reader, struct subunit2_view line)
{
	char scratch[CONSOLE_LINE_MAX];
	struct subunit2_error error;
	enum console_use use = CONSOLE_OTHER;
	struct subunit2_view bare = scan_without_colors(scan_trim_end(line), scratch);
	reader->harness->line(reader->console, reader->state, bare, &use, &error);
	return use != CONSOLE_OTHER ||
	       (reader->harness->no_tests &&
	        subunit2_view_equal(bare, subunit2_view_of(reader->harness->no_tests)));
}

static const char *const harnesses[] = {"automake", "ctest",    "meson",
                                        "prove",    "autotest", "dejagnu"};

/* Lines that one of the harnesses reads. */
static const char *const lines[] = {
	"PASS: a.sh",
	"XFAIL: a.sh 3 - name # TODO",
	"ERROR: a.sh - exited with status 1",
	"# TOTAL: 0",
	"Testsuite summary for x 1.0",
	"Making check in src",
	"make check",
	"/usr/bin/gmake  check-TESTS",
	"    Start 1: sorts",
	"    Start  12: sorts",
	"test 1",
	"Test project /b",
	"1/3 Test #1: sorts ....   Passed    0.01 sec",
	"    Test #1: sorts ....***Failed    0.01 sec",
	"67% tests passed, 1 tests failed out of 3",
	"1: output",
	"No tests were found!!!",
	"No tests defined.",
	"1/3 a       OK     0.02s",
	"Ok:                 2",
	"Expected Fail:      0",
	"Fail:               1",
	"Unexpected Pass:    0",
	"Skipped:            0",
	"Timeout:            0",
	"Summary of Failures:",
	"Full log written to /b/meson-logs/testlog.txt",
	"[1-2/8] a    0/30s\r 1/8 a       OK     0.02s",
	"\r===( 1;0  1/3 )===\rt/a.t .. ok",
	"1 of 2 tests failed",
	"make: *** [Makefile:3: check] Error 2",
	"t/a.t .. ok",
	"[12:34:56] t/a.t .. ok       12 ms",
	"Files=1, Tests=3,  0 wallclock secs",
	"Result: FAIL",
	"Result: NOTESTS",
	"## GNU cpio 2.13 test suite. ##",
	"## Test results. ##",
	"  1: title                  ok",
	"1. a.at:3: testing title ...",
	"All 1 tests behaved as expected.",
	"Only 1 tests were run,",
	"\t\t=== find tests ===",
	"Running target unix ...",
	"Running ./find.gnu/name.exp ...",
	"UNRESOLVED: name",
	"KFAIL: name",
	"# of expected passes\t\t2",
};

/* Lines of other output. */
static const char *const others[] = {
	"",
	"  ",
	"  CC       event.o",
	"checking for queue... yes",
	"table: 7 requests in 12 ms",
	"tests/foo.c:12:3: warning: unused variable",
	"Test alpha started",
	"Testing beta",
	"Running gamma with 2 workers",
	"Making all in src",
	"Starting up",
	"Start of the log",
	"Successfully installed",
	"Note: a note",
	"Timeout",
	"A=1 B=2",
	"All done",
	"Only one",
	"No entry",
	"Full speed",
	"Failed to open",
	"Expected 3, got 4",
	"Unexpected end",
	"2026-01-01 12:00:07 INFO queue: processed 12 items",
	"[ 42%] Building C object",
	"[1/8] Compiling C object",
	"12",
	"12 items",
};

static bool
is_text(const char *line)
{
	return console_filter_is_text(subunit2_view_of(line));
}

/* Returns whether each line of the file at PATH that one of the harnesses reads passes the filter.
 */
static bool
file_passes(const char *path)
{
	bool good = true;
	for (size_t i = 0; i < sizeof(harnesses) / sizeof(*harnesses); i++) {
		struct reader reader;
		char *line = NULL;
		size_t size = 0;
		ssize_t len;
		FILE *file = fopen(path, "r");
		reader_open(&reader, harnesses[i]);
		while (file && (len = getline(&line, &size, file)) > 0) {
			struct subunit2_view view = {line, (size_t)len};
			if (len < CONSOLE_LINE_MAX &&
			    reader_takes(&reader, console_filter_line(view)) &&
			    console_filter_is_text(console_filter_line(view))) {
				printf("# %s, %s: %s", path, harnesses[i], line);
				good = false;
			}
		}
		good = good && file;
		if (file)
			fclose(file);
		free(line);
		console_free(reader.console);
	}
	return good;
}

static void
check_files(void)
{
	glob_t found;
	if (!CHECK(glob("tests/fixtures/consoles/*.[a-z]*", 0, NULL, &found) == 0))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (!strstr(found.gl_pathv[i], ".expected"))
			CHECK_NAMED(found.gl_pathv[i], file_passes(found.gl_pathv[i]));
	globfree(&found);
}

/* Returns whether no beginning of LINE shows that the line is text. */
static bool
is_held(const char *line)
{
	bool held = true;
	for (size_t len = 0; len <= strlen(line); len++)
		held = held && !console_filter_is_text_so_far((struct subunit2_view){line, len});
	return held;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		CHECK_NAMED(lines[i], !is_text(lines[i]) && is_held(lines[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK_NAMED(others[i], is_text(others[i]));
	CHECK(console_filter_is_text_so_far(SUBUNIT2_LITERAL("Making all")));
	CHECK(!console_filter_is_text_so_far(SUBUNIT2_LITERAL("Running a ..")));
	check_files();
	return check_done();
}
