/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The cause of a failure in the files of a test, as each kind of harness writes them. */
#include "cause.h"
#include "check.h"
#include "source_place.h"

#include <string.h>

static const struct {
	const char *title, *file, *content, *line, *place;
	unsigned number;
} causes[] = {
	{"a reason", "reason", "disk full\nsecond\n\nthird\nfourth\n", "disk full; second; third",
         "", 0},
	{"Perl's values and place", "comment",
         "#   Failed test 'sum'\n#   at ./t/x.t line 3.\n#          got: '5'\n#     expected: "
         "'6'\n",
         "got 5, want 6", "t/x.t", 3},
	{"Perl's bare assertion", "comment", "#   Failed test 'x'\n#   at t/x.t line 4.\n",
         "Failed test 'x'", "t/x.t", 4},
	{"bats", "comment", "# (in test file b.bats, line 3)\n#   `[ 1 = 2 ]' failed\n",
         "`[ 1 = 2 ]' failed", "b.bats", 3},
	{"bats, in a function", "comment",
         "# (from function `f' in file lib/h.bash, line 7,\n#  in test file b.bats, line 3)\n"
         "#   `f' failed with status 4\n",
         "`f' failed with status 4", "lib/h.bash", 7},
	{"node", "diagnostic.yaml",
         "duration_ms: 1.8\nlocation: '/src/n.test.mjs:2:1'\nfailureType: 'testCodeFailure'\n"
         "error: '5 == 6'\nexpected: 6\nactual: 5\n",
         "5 == 6; got 5, want 6", "/src/n.test.mjs", 2},
	{"a block in YAML", "diagnostic.yaml",
         "message: |-\n  too late\nat:\n  file: a/b.c\n  line: 12\n", "too late", "a/b.c", 12},
	{"YAML with other keys", "diagnostic.yaml", "severity: fail\nwhy: no network\n",
         "why: no network", "", 0},
	{"Python", "traceback",
         "Traceback (most recent call last):\n  File \"/usr/lib/python3/unittest.py\", line 9, in "
         "f\n"
         "  File \"test_a.py\", line 12, in g\n    f(x)\nAssertionError: 5 != 6\n",
         "AssertionError: 5 != 6", "test_a.py", 12},
	{"pytest", "traceback",
         "def test_x():\n>       assert 5 == 6\nE       assert 5 == 6\n\ntest_x.py:3: "
         "AssertionError\n",
         "assert 5 == 6", "test_x.py", 3},
	{"JUnit's text", "traceback", "expected true\n\tat A.b(A.java:42)\n", "expected true",
         "A.java", 42},
	{"the files of our own TAP", "diagnostic.yaml",
         "duration_ms: 4.5\ntags: [\"net\"]\nfiles:\n  \"stdout\": |2\n    begins\n  \"reason\": "
         "|2-\n    exit status 1\n",
         "exit status 1", "", 0},
	{"where a test ran is no cause", "comment", "# route: mac\n# got 5\n", "got 5", "", 0},
	{"bytes that are not UTF-8", "comment.bytes", "# caf\xe9\n", "caf\xe9", "", 0},
	{"colors", "reason", "\033[1;31mred\033[0m\n", "red", "", 0},
	{"an exit status", "reason", "exit status 3\n", "exit status 3", "", 0},
	{"the output of a step in a shell script", "output", "begins\na.c:3: no memory\n\n",
         "a.c:3: no memory", "a.c", 3},
	{"a log of make check", "t_bad.log", "begins\ngot 4, want 5\nFAIL t_bad (exit status: 1)\n",
         "got 4, want 5", "", 0},
	{"a log of make check without output", "t_bad.log", "FAIL t_bad (exit status: 1)\n",
         "failed", "", 0},
	{"a log of another driver", "t_bad.log", "one\ntwo\n\n", "two", "", 0},
};

static struct subunit2_test
test_of(struct subunit2_attachment *files, size_t count)
{
	return (struct subunit2_test){
		.id = SUBUNIT2_LITERAL("t"),
		.status = SUBUNIT2_STATUS_FAIL,
		.attachments = files,
		.attachment_count = count,
	};
}

static bool
is(struct subunit2_view got, const char *want)
{
	bool same =
		got.len == strlen(want) && (got.len == 0 || memcmp(got.data, want, got.len) == 0);
	if (!same)
		printf("# got: %.*s\n# want: %s\n", (int)got.len, got.data ? got.data : "", want);
	return same;
}

static void
check_causes(void)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
		struct subunit2_attachment file = {
			.name = subunit2_view_of(causes[i].file),
			.bytes = subunit2_view_of(causes[i].content),
		};
		struct subunit2_test test = test_of(&file, 1);
		struct cause cause;
		cause_find(&cause, &test);
		bool same = is(buffer_view(&cause.line), causes[i].line);
		same &= is(buffer_view(&cause.file), causes[i].place);
		same &= cause.line_number == causes[i].number;
		CHECK_NAMED(causes[i].title, same);
		cause_clear(&cause);
	}
}

static void
check_output(void)
{
	struct subunit2_attachment files[] = {
		{.name = SUBUNIT2_LITERAL("stdout"), .bytes = SUBUNIT2_LITERAL("hi\n")},
		{.name = SUBUNIT2_LITERAL("stderr"),
	         .bytes =
	                 SUBUNIT2_LITERAL("a.c:3:1: warning: w\nb.c:4: error: e\ncp: no room\n\n")},
		{.name = SUBUNIT2_LITERAL("reason"), .bytes = SUBUNIT2_LITERAL("exit status 1\n")},
	};
	struct subunit2_test test = test_of(files, 3);
	struct cause cause;
	cause_find(&cause, &test);
	CHECK_NAMED("the last line of stderr follows an exit status",
	            is(buffer_view(&cause.text), "exit status 1\ncp: no room"));
	CHECK_NAMED("the place of an error, not of a warning",
	            is(buffer_view(&cause.file), "b.c") && cause.line_number == 4);
	cause_clear(&cause);

	test.attachment_count = 0;
	test.status = SUBUNIT2_STATUS_INPROGRESS;
	cause_find(&cause, &test);
	CHECK_NAMED("without files the status says it",
	            is(buffer_view(&cause.line), "never ended"));
	cause_clear(&cause);
}

static bool
in_assertions(const char *reason)
{
	struct subunit2_attachment file = {.name = SUBUNIT2_LITERAL("reason"),
	                                   .bytes = subunit2_view_of(reason)};
	struct subunit2_test test = test_of(&file, 1);
	return cause_is_in_assertions(&test);
}

static void
check_assertions(void)
{
	CHECK(in_assertions("exit status 2\n2 of 5 assertions failed\n"));
	CHECK(in_assertions("1 test in its output failed"));
	CHECK(!in_assertions("exit status 2\n"));
	CHECK(!in_assertions("timed out after 1s\n2 of 5 assertions failed\n"));
	CHECK(!in_assertions("2 of 5 assertions failed\nno plan"));
	CHECK(!in_assertions("planned 3, ran 2; missing: 3; 1 of 2 assertions failed"));
	CHECK(!in_assertions("3 invariant assertions failed"));
	CHECK(!in_assertions("2 of 5 assertions failed; exit status 2x"));
}

static bool
has_place(const char *line, const char *file, uint64_t number)
{
	struct source_place place;
	return source_place_find(&place, subunit2_view_of(line)) && is(place.file, file) &&
	       place.line_number == number;
}

static bool
has_none(const char *line)
{
	struct source_place place;
	return !source_place_find(&place, subunit2_view_of(line));
}

static void
check_places(void)
{
	CHECK(has_place("    at f (file:///src/x.js:3:5)", "/src/x.js", 3));
	CHECK(has_place("x.c:12: error: y", "x.c", 12));
	CHECK(has_place("--- FAIL: main_test.go:7: boom", "main_test.go", 7));
	CHECK(has_place("thread panicked at src/lib.rs:5:9:", "src/lib.rs", 5));
	CHECK(has_none("12:30:05 started"));
	CHECK(has_none("cannot reach db.example.org:5432"));
	CHECK(has_none("http://localhost/x.js:80"));
	CHECK(has_none("at node:internal/test.js"));
	CHECK(has_none("/a/node_modules/b/c.js:3:5"));
	CHECK(has_none(".c:3"));
	CHECK(has_none("x.c:0 and x.c:99999999999999999999"));
	CHECK(has_none(":1 line 5"));
}

int
main(void)
{
	check_causes();
	check_output();
	check_assertions();
	check_places();
	return check_done();
}
