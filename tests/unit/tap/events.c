/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * What golden files cannot show: time, stderr, and what is bounded.
 */
#include "check.h"
#include "tap_feeding.h"

#include <stdarg.h>
#include <string.h>

static void
check_holding(void)
{
	begin();
	CHECK(tap_events_deadline(tap) == INT64_MAX);
	feed("1..3\nok 1 - a\n", 100);
	CHECK(tap_events_deadline(tap) == 150);
	feed("text\n", 120);
	CHECK_NAMED("a test and the text after it wait", told(""));
	feed("# about a\n", 140);
	CHECK_NAMED("its diagnostics make it wait longer", tap_events_deadline(tap) == 190);
	tap_events_tick(tap, 189, NULL);
	CHECK(told(""));
	tap_events_tick(tap, 190, NULL);
	CHECK_NAMED("but not for ever", told("inprogress t::a\nfile t::a comment: # about a\\n\n"
	                                     "success t::a\ntext text\\n"));
	CHECK(tap_events_deadline(tap) == INT64_MAX);
	feed("# late\n  ---\n  late: too\n  ...\n", 300);
	CHECK_NAMED("late diagnostics are text",
	            told("text # late\\n  ---\\n  late: too\\n  ...\\n"));
	feed("ok 2 - b\n", 400);
	feed("ok 3 - c", 500);
	CHECK_NAMED("the next bytes after the time, too", told("inprogress t::b\nsuccess t::b\n"));
	CHECK(ends_with("inprogress t::c\nsuccess t::c\n"
	                "verdict good passed=3 failed=0 skipped=0 todo=0 todo-passed=0\n"));

	begin();
	feed("1..1\nok 1 - a\n", 100);
	CHECK(told(""));
	feed("pragma -strict\n", 110);
	CHECK_NAMED("a pragma ends a test", told("inprogress t::a\nsuccess t::a\n"));
	CHECK(ends_with("verdict good passed=1 failed=0 skipped=0 todo=0 todo-passed=0\n"));
}

static void
check_times(void)
{
	begin();
	feed("1..4\n", 0);
	transcript.now.sec = 1010;
	feed("ok 1 - a\n", 0);
	transcript.now.sec = 1012;
	feed("# Subtest: s\n    ok 1 - b\n    1..1\n", 0);
	CHECK_NAMED("from the start, until the line came",
	            told("inprogress t::a -12.000000s\nsuccess t::a -2.000000s\n"
	                 "inprogress t::s::b -2.000000s\nsuccess t::s::b\n"));
	transcript.now.sec = 1015;
	feed("ok 2 - s\nok 3 - c # time=250ms\nok 4 - d\n  ---\n  duration_ms: 1500\n  ...\n1..4\n",
	     0);
	CHECK_NAMED("a subtest from the test before it, a declared time from the end",
	            told("inprogress t::s -5.000000s\nsuccess t::s\n"
	                 "inprogress t::c -0.250000s\nsuccess t::c\n"
	                 "inprogress t::d -1.500000s\n"
	                 "file t::d diagnostic.yaml: duration_ms: 1500\\n\nsuccess t::d\n"));
	CHECK(ends_with("verdict failed passed=5 failed=0 skipped=0 todo=0 todo-passed=0: "
	                "a second plan\n"));

	begin();
	feed("1..2\nnot ok 1 - a\n", 0);
	transcript.now.sec = 1001;
	feed("# about a\n", 0);
	transcript.now.sec = 1004;
	tap_events_tick(tap, 50, NULL);
	CHECK_NAMED("files have the time of the status after them",
	            told("inprogress t::a -4.000000s\nfile t::a -4.000000s comment: # about a\\n\n"
	                 "fail t::a -4.000000s\n"));
	feed("# Subtest: s\n    not ok 1 - b\n    # about b\n", 60);
	transcript.now.sec = 1008;
	feed("    1..1\nok 2 - s\n", 60);
	CHECK_NAMED("also where they waited for their subtest",
	            told("inprogress t::s::b -8.000000s\nfile t::s::b -4.000000s comment: # about "
	                 "b\\n\n"
	                 "fail t::s::b -4.000000s\n"));
	free(tap_transcript_finish(&transcript, tap));
}

static void
check_waiting(void)
{
	begin();
	feed("1..3\n# Subtest: s\n    1..2\n    not ok 1 - a\n    ok 2 - b\n", 0);
	tap_events_tick(tap, 50, NULL);
	CHECK_NAMED("a failure waits as long as its subtest may be TODO",
	            told("inprogress t::s::b\nsuccess t::s::b\n"));
	feed("not ok 1 - s # TODO\nnot ok 2 - r {\n    1..1\n    not ok 1 - c\n", 60);
	tap_events_tick(tap, 110, NULL);
	CHECK_NAMED("but not where its subtest's result came first",
	            told("inprogress t::s::a\nxfail t::s::a\ninprogress t::s\nxfail t::s\n"
	                 "inprogress t::r\nfail t::r\ninprogress t::r::c\nfail t::r::c\n"));
	feed("}\nnot ok 3 - todo # TODO {\n    1..2\n    not ok 1 - d\n", 120);
	tap_events_tick(tap, 170, NULL);
	CHECK_NAMED("which excuses it at once, too",
	            told("inprogress t::todo\nxfail t::todo\n"
	                 "inprogress t::todo::d\nxfail t::todo::d\n"));
	feed("        1..1\n        not ok 1 - e\n", 180);
	tap_events_tick(tap, 230, NULL);
	CHECK_NAMED("a subtest within has its name last", told(""));
	feed("    not ok 2 - in\n", 240);
	tap_events_tick(tap, 290, NULL);
	CHECK_NAMED("and is emitted then, below the level that has its result",
	            told("inprogress t::todo::in::e\nxfail t::todo::in::e\n"
	                 "inprogress t::todo::in\nxfail t::todo::in\n"));
	free(tap_transcript_finish(&transcript, tap));
}

static void
check_braces(void)
{
	begin();
	feed("1..2\n", 0);
	transcript.now.sec = 1010;
	feed("not ok 1 - block {\n", 0);
	feed_stderr("#   Failed test 'block {'\n", 0);
	transcript.now.sec = 1015;
	tap_events_tick(tap, 1000, NULL);
	CHECK_NAMED("a name is not known until the next line", told(""));
	feed("# on stdout\n", 2000);
	tap_events_tick(tap, 2050, NULL);
	CHECK_NAMED("then it ends when it came",
	            told("inprogress t::block { -15.000000s\n"
	                 "file t::block { -5.000000s comment: #   Failed test 'block {'\\n"
	                 "# on stdout\\n\nfail t::block { -5.000000s\n"));
	free(tap_transcript_finish(&transcript, tap));
}

static void
check_stderr(void)
{
	static const char failure[] = "\n#   Failed test 'it's bad'\n#   at x.t line 1.\n";
	begin();
	feed("1..5\n", 0);
	feed_stderr(failure, 0);
	feed("ok 1 - a\nnot ok 2 - it's bad\nok 3 - c\n", 0);
	CHECK_NAMED("it came first, and finds its test by name",
	            told("inprogress t::a\nsuccess t::a\ninprogress t::it's bad\n"
	                 "file t::it's bad comment: #   Failed test 'it's bad'\\n"
	                 "#   at x.t line 1.\\n\nfail t::it's bad\n"));
	feed("not ok 4 - late \\# one\n", 0);
	feed_stderr("    #   Failed test 'late # one' at x.t li", 0);
	feed_stderr("ne 2.\n    #  got: 1\n# Looks like you failed 2 tests of 5.\n# not this\n", 0);
	feed("# on stdout\nok 5\n", 0);
	CHECK_NAMED(
		"it came after its test, in pieces",
		told("inprogress t::c\nsuccess t::c\ninprogress t::late # one\n"
	             "file t::late # one comment: #   Failed test 'late # one' at x.t line 2.\\n"
	             "#  got: 1\\n# on stdout\\n\nfail t::late # one\n"));
	feed_stderr("#   Failed test 'no test'\n", 0);
	CHECK(ends_with("inprogress t::#5\nsuccess t::#5\n"
	                "verdict failed passed=3 failed=2 skipped=0 todo=0 todo-passed=0: "
	                "2 of 5 assertions failed\n"));

	begin();
	feed("1..2\nok 1 - same\nnot ok 2 - same # TODO x\n", 0);
	feed_stderr("#   Failed test 'same'\n", 0);
	CHECK_NAMED(
		"only a failure is explained",
		ends_with("inprogress t::same\nsuccess t::same\ninprogress t::same (2)\n"
	                  "file t::same (2) reason: x\nxfail t::same (2)\nverdict good passed=1 "
	                  "failed=0 skipped=0 todo=1 todo-passed=0\n"));

	begin();
	for (int i = 0; i < 20000; i++)
		feed_stderr("#   Failed test 'flood'\n# with some text\n", 0);
	feed_stderr("#   Failed test 'kept'\n", 0);
	feed("not ok 1 - kept\n1..1\n", 0);
	CHECK_NAMED("explanations without a test make room",
	            told("inprogress t::kept\nfile t::kept comment: #   Failed test 'kept'\\n\n"
	                 "fail t::kept\n"));
	free(tap_transcript_finish(&transcript, tap));
}

/* COUNT times TEXT, which ends in a newline, or as one line. */
static void
feed_often(const char *text, size_t count)
{
	while (count--)
		feed(text, 0);
}

static size_t
count_of(const char *text, const char *word)
{
	size_t count = 0;
	for (; (text = strstr(text, word)); text += strlen(word))
		count++;
	return count;
}

static void
check_bounds(void)
{
	begin();
	feed("1..4\nok 1 - ", 0);
	feed_often("0123456789abcdef", 8192);
	feed("\nok 2 - b\n# ", 0);
	feed_often("comment ", 20000);
	feed("\r\nok 3 - c\n  ---\n  a: ", 0);
	feed_often("x", 70000);
	feed("\n  ...\nok 4 - d\n", 0);
	feed_often("plain ", 20000);
	feed("\n# too late\n", 0);
	char *all = tap_transcript_finish(&transcript, tap);
	CHECK_NAMED("a long line is a test with a name that is cut, and output",
	            count_of(all, "0123456789abcdef") == 8192 + 2 * 63);
	CHECK_NAMED("the long comment is in pieces",
	            count_of(all, "comment ") > 19990 && count_of(all, "comment (piece)") == 2);
	CHECK_NAMED("the long line of YAML, too", count_of(all, "diagnostic.yaml (piece)") == 1);
	CHECK_NAMED("the text is whole", count_of(all, "plain ") == 20000);
	CHECK_NAMED("much text ends the time for comments", strstr(all, "# too late\\n\nverdict"));
	free(all);

	begin();
	feed("1..1\n    1..100000\n", 0);
	for (int i = 1; i <= 3000; i++) {
		char line[600];
		snprintf(line, sizeof(line), "    ok %d - %0512d\n", i, i);
		feed(line, 0);
	}
	feed("ok 1 - name\n", 0);
	all = tap_transcript_finish(&transcript, tap);
	CHECK_NAMED("a subtest that is too large is called by its number",
	            count_of(all, "\nsuccess t::#1::0") > 2900 && !strstr(all, "name::") &&
	                    strstr(all, "\nsuccess t::name\n"));
	free(all);

	begin();
	for (int level = 0; level < 100; level++) {
		char line[512];
		snprintf(line, sizeof(line), "%*s1..1\n", 4 * level, "");
		feed(line, 0);
	}
	all = tap_transcript_finish(&transcript, tap);
	CHECK_NAMED("too deep is output", strstr(all, "text ") && strstr(all, "verdict failed"));
	free(all);
}

/* Ids below a script's of LEN bytes are below it, distinct, and not too long. */
static void
check_script(size_t len)
{
	enum { ROOM = 256 };
	char script[2048], below[2 * sizeof(script)], name[600];
	memset(script, 's', len);
	script[len] = '\0';
	snprintf(name, sizeof(name), "%0512d", 0);
	tap = tap_transcript_begin_as(&transcript, script, false, false);
	for (int i = 1; i <= 3; i++) {
		char line[2 * sizeof(name)];
		snprintf(line, sizeof(line), "ok %d - %s%d\n    1..1\n    ok 1 - in\n", i, name, i);
		feed(line, 0);
	}
	feed("ok 4 - short\n1..4\n", 0);
	char *all = tap_transcript_finish(&transcript, tap);
	snprintf(below, sizeof(below), "\nsuccess %s::", script);
	CHECK_NAMED("all ids are below the script's",
	            count_of(all, "\nsuccess ") == 7 && count_of(all, below) == 7);
	snprintf(below, sizeof(below), "\nsuccess %s::short\n", script);
	CHECK_NAMED("a short name is whole", count_of(all, below) == 1);
	snprintf(below, sizeof(below), "\nsuccess %s::%.*s (2)\n", script,
	         (int)(ROOM - strlen(" (18446744073709551615)")), name);
	CHECK_NAMED("long ones are unique", count_of(all, below) == (len + 2 >= 1024 - ROOM));
	bool fits = true;
	for (const char *line = all; (line = strstr(line, "success ")); line++)
		fits &= strcspn(line, "\n") <=
		        strlen("success ") + (len > 766 ? len + 2 + ROOM : 1024);
	CHECK_NAMED("and within the limit", fits);
	free(all);
}

static enum subunit2_result
refuse(struct subunit2_sink *sink, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)sink, (void)event;
	return subunit2_error_set(error, SUBUNIT2_E_SYSTEM, "pipe", "is full");
}

static void
check_results(void)
{
	struct subunit2_sink sink = {.event = refuse};
	struct subunit2_error error;
	struct tap_options options = {.text = tap_transcript_text};
	struct tap_events *refused = tap_events_new(&options, &sink);
	CHECK(tap_events_feed(refused, SUBUNIT2_LITERAL("1..2\nok 1 - a\nok 2\n"), 0, &error) ==
	      SUBUNIT2_E_SYSTEM);
	CHECK(strcmp(error.message, "is full") == 0);
	tap_events_free(refused);
	tap_events_free(NULL);
}

static void
check_prompts(void)
{
	begin();
	feed("ok? ", 0);
	CHECK_NAMED("a prompt is emitted at once, where TAP may begin", told("text ok? "));
	feed("y\nTAP version 13\nName? ", 0);
	CHECK_NAMED("a prompt is emitted at once", told("text y\\nName? "));
	feed("is it o", 0);
	feed("k", 0);
	CHECK_NAMED("but for what may become a result", told("text is it "));
	feed("ay?", 0);
	CHECK(told("text okay?"));
	feed(" [y/n] ok 1", 0);
	CHECK(told("text  [y/n] "));
	feed(" - answered\n1..1\n", 0);
	CHECK(told("inprogress t::answered\nsuccess t::answered\n"));
	free(tap_transcript_finish(&transcript, tap));
}

static void
check_pauses(void)
{
	begin();
	feed("# ", 0);
	CHECK(tap_events_deadline(tap) == 50);
	pause_at(49);
	CHECK(told(""));
	pause_at(50);
	CHECK_NAMED("bytes that may become TAP are emitted after a while", told("text # "));
	feed("l", 60);
	CHECK_NAMED("each part of it", tap_events_deadline(tap) == 110);
	pause_at(110);
	CHECK(told("text l"));
	CHECK(tap_events_deadline(tap) == INT64_MAX);
	feed("s\npragma go? ", 120);
	pause_at(170);
	CHECK_NAMED("once", told("text s\\npragma go? "));
	feed("\n# Sub", 180);
	pause_at(230);
	CHECK(told("text \\n# Sub"));
	feed("test: s\n    ok", 240);
	pause_at(300);
	feed(" 1 - a\n    1..1\n", 310);
	CHECK_NAMED("and counts as what it becomes", told("inprogress t::s::a\nsuccess t::s::a\n"));
	feed("ok 1 - s\n", 320);
	feed("ok", 330);
	pause_at(400);
	CHECK_NAMED("TAP without a newline is not emitted as text",
	            told("inprogress t::s\nsuccess t::s\n"));
	feed(" 2 - b\nis it no", 410);
	pause_at(460);
	CHECK_NAMED("after text, too", told("inprogress t::b\nsuccess t::b\ntext is it no"));
	feed("t ok 3", 470);
	pause_at(520);
	CHECK(told("text t ok 3"));
	feed(" - c", 530);
	pause_at(580);
	CHECK(told(""));
	feed("\n  ---\n  a", 590);
	pause_at(640);
	CHECK_NAMED("YAML waits for its line", told("inprogress t::c\nfail t::c\n"));
	feed(": b\n  ...\n# Na", 650);
	pause_at(700);
	feed("me? ", 710);
	pause_at(760);
	feed("Joe\n# ", 770);
	pause_at(820);
	CHECK_NAMED("a comment is emitted in parts",
	            told("text   a: b\\n  ...\\n# Name? Joe\\n# "));
	CHECK(ends_with("verdict failed passed=3 failed=1 skipped=0 todo=0 todo-passed=0: "
	                "no plan; 1 of 4 assertions failed\n"));
}

/* Lines that are TAP only if what follows proves it. */
static void
check_candidates(void)
{
	begin();
	feed("one\nok - a\ntwo\n", 0);
	CHECK_NAMED("a candidate waits, and the text after it", told("text one\\n"));
	CHECK(tap_events_deadline(tap) == 100);
	feed("ok - b\n", 50);
	CHECK_NAMED("no longer for others", tap_events_deadline(tap) == 100);
	pause_at(100);
	CHECK_NAMED("it is emitted after a while", told("text ok - a\\ntwo\\nok - b\\n"));
	feed("three\n", 110);
	CHECK(told("text three\\n"));
	feed("ok - c\nfour\n1..3\n", 120);
	CHECK_NAMED("and counts all the same",
	            told("inprogress t::a\nsuccess t::a\ninprogress t::b\nsuccess t::b\n"
	                 "inprogress t::c\nsuccess t::c\ntext four\\n"));
	CHECK(ends_with("verdict good passed=3 failed=0 skipped=0 todo=0 todo-passed=0\n"));

	begin();
	feed("ok - a\nok all copied\nok  \tpkg\t0.01s\nok - b\n", 0);
	CHECK_NAMED("one kind of evidence is none", told(""));
	CHECK(ends_with("text ok - a\\nok all copied\\nok  \\x09pkg\\x090.01s\\nok - b\\n\n"
	                "verdict unseen good passed=0 failed=0 skipped=0 todo=0 todo-passed=0\n"));

	begin();
	feed("ok - a\nnot ok\n", 0);
	CHECK(ends_with("inprogress t::a\nsuccess t::a\ninprogress t::#2\nfail t::#2\n"
	                "verdict failed passed=1 failed=1 skipped=0 todo=0 todo-passed=0: no plan; "
	                "1 of 2 assertions failed\n"));
}

/* Feeds a subtest of NAME, LEN times, that lacks a test of its plan, after INDENT. */
static void
feed_short_subtest(const char *indent, char name, size_t len)
{
	char text[2048], names[1024];
	memset(names, name, len);
	snprintf(text, sizeof(text), "%s# Subtest: %.*s\n%s    1..2\n%s    ok 1\n%sok - %.*s\n",
	         indent, (int)len, names, indent, indent, indent, (int)len, names);
	feed(text, 0);
}

/* The clauses of a reason are added one by one, while they fit. */
static void
check_room_for_faults(void)
{
	begin();
	feed("TAP version 14\n", 0);
	for (int i = 0; i < 3; i++)
		feed_short_subtest("", (char)('a' + i), 1000);
	feed("# Subtest: d\n", 0);
	feed_short_subtest("    ", 'e', 600);
	feed_short_subtest("    ", 'f', 600);
	feed_short_subtest("    ", 'g', 10);
	feed("    1..3\nok - d\n1..4\n", 0);
	char *all = tap_transcript_finish(&transcript, tap);
	const char *verdict = strstr(all, "\nverdict failed ");
	CHECK_NAMED("faults of a subtest that fit the reason are in it",
	            verdict && strstr(verdict, "d::eeee") && !strstr(verdict, "d::ffff") &&
	                    strstr(verdict, "; d::gggggggggg: "));
	free(all);
}

/* Of Test::More's stderr each failure takes its own part. */
static void
check_explanations(void)
{
	begin();
	feed("1..4\n", 0);
	feed_stderr("#   Failed test 'size'\n#   at p line 1.\n"
	            "#   Failed test 'size'\n#   at p line 2.\n"
	            "#   Failed test at p line 3.\n#   got: 3\n",
	            0);
	feed("not ok 1 - size\nnot ok 2 - size\nnot ok 3\nnot ok 4 - size\n", 0);
	feed_stderr("#   Failed test 'size'\n", 0);
	feed_stderr("#   at p line 4.\n", 0);
	CHECK(ends_with("inprogress t::size\n"
	                "file t::size comment: #   Failed test 'size'\\n#   at p line 1.\\n\n"
	                "fail t::size\n"
	                "inprogress t::size (2)\n"
	                "file t::size (2) comment: #   Failed test 'size'\\n#   at p line 2.\\n\n"
	                "fail t::size (2)\n"
	                "inprogress t::#3\n"
	                "file t::#3 comment: #   Failed test at p line 3.\\n#   got: 3\\n\n"
	                "fail t::#3\n"
	                "inprogress t::size (3)\n"
	                "file t::size (3) comment: #   Failed test 'size'\\n#   at p line 4.\\n\n"
	                "fail t::size (3)\n"
	                "verdict failed passed=0 failed=4 skipped=0 todo=0 todo-passed=0: "
	                "4 of 4 assertions failed\n"));

	/* Lines that are late for one test do not go to the next one. */
	begin();
	feed("1..2\nnot ok 1 - size\n", 0);
	feed_stderr("#   Failed test 'size'\n", 0);
	feed("not ok 2 - size\n", 0);
	feed_stderr("#   late\n#   Failed test 'size'\n#   second\n", 0);
	CHECK(ends_with("inprogress t::size\n"
	                "file t::size comment: #   Failed test 'size'\\n\n"
	                "fail t::size\n"
	                "inprogress t::size (2)\n"
	                "file t::size (2) comment: #   Failed test 'size'\\n#   second\\n\n"
	                "fail t::size (2)\n"
	                "verdict failed passed=0 failed=2 skipped=0 todo=0 todo-passed=0: "
	                "2 of 2 assertions failed\n"));
}

/* Only a name in quotes, or none before "at FILE", is the begin of an explanation. */
static void
check_explanations_without_name(void)
{
	static const char *const lines[] = {"#   Failed test\n", "#   Failed test x\n",
	                                    "#   Failed test 'x\n", "#   Failed tests 'x'\n"};
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		begin();
		feed("1..1\n", 0);
		feed_stderr(lines[i], 0);
		feed("not ok 1\n", 0);
		CHECK(told(""));
		pause_at(100);
		CHECK(told("inprogress t::#1\nfail t::#1\n"));
		free(tap_transcript_finish(&transcript, tap));
	}
}

static struct subunit2_view route_seen;

static enum subunit2_result
keep_route(struct subunit2_sink *sink, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	(void)sink, (void)error;
	route_seen = event->route_code;
	return SUBUNIT2_E_OK;
}

/* The options' route is copied. */
static void
check_route(void)
{
	char route[] = "0/1";
	struct subunit2_sink sink = {.event = keep_route};
	struct tap_options options = {.text = tap_transcript_text,
	                              .route_code = subunit2_view_of(route)};
	struct tap_events *routed = tap_events_new(&options, &sink);
	memset(route, 'x', strlen(route));
	CHECK(tap_events_feed(routed, SUBUNIT2_LITERAL("1..2\nok 1 - a\nok 2\n"), 0, NULL) ==
	      SUBUNIT2_E_OK);
	CHECK(subunit2_view_equal(route_seen, SUBUNIT2_LITERAL("0/1")));
	tap_events_free(routed);
}

/* Explanations are bounded, and have one form. */
static void
check_explanation_bounds(void)
{
	begin();
	feed_stderr("#   Failed test 'long'\n", 0);
	for (int i = 0; i < 5000; i++)
		feed_stderr("#   got: 12345\n", 0);
	feed("not ok 1 - long\n1..1\n", 0);
	char *all = tap_transcript_finish(&transcript, tap);
	CHECK_NAMED("an explanation is cut at half of the bytes that wait",
	            count_of(all, "got: ") > 2000 && count_of(all, "got: ") < 2400);
	CHECK(count_of(all, "Failed test 'long'") == 1);
	free(all);

	begin();
	for (int i = 0; i < 3; i++) {
		char name[64];
		snprintf(name, sizeof(name), "#   Failed test '%d'\n", i);
		feed_stderr(name, 0);
		for (int j = 0; j < 2000; j++)
			feed_stderr("#   got: 12345\n", 0);
	}
	feed("not ok 1 - 0\nnot ok 2 - 1\nnot ok 3 - 2\n1..3\n", 0);
	all = tap_transcript_finish(&transcript, tap);
	CHECK_NAMED("the oldest explanation makes room for lines of the newest",
	            !strstr(all, "Failed test '0'") && strstr(all, "Failed test '1'") &&
	                    strstr(all, "Failed test '2'"));
	CHECK(count_of(all, "got: ") == 4000);
	free(all);

	begin();
	feed("1..2\nnot ok 1 - a\n", 0);
	feed_stderr("#   Failed test a\n#   Failed test 'a\n#   Failed test\n", 0);
	feed_stderr("#   Failed test 'b'\n# of b\nFailed test 'a'\n# of a\n", 0);
	feed("not ok 2 - b\n", 0);
	CHECK_NAMED("only a quoted name after \"#\" begins one",
	            ends_with("inprogress t::a\nfail t::a\ninprogress t::b\n"
	                      "file t::b comment: #   Failed test 'b'\\n# of b\\n\n"
	                      "fail t::b\nverdict failed passed=0 failed=2 skipped=0 todo=0 "
	                      "todo-passed=0: 2 of 2 assertions failed\n"));

	/* The newest is taken first, then one before it. */
	begin();
	feed_stderr("#   Failed test 'a'\n# of a\n#   Failed test 'b'\n# of b\n", 0);
	feed("1..2\nnot ok 1 - b\nnot ok 2 - a\n", 0);
	all = tap_transcript_finish(&transcript, tap);
	CHECK(strstr(all, "file t::a comment: #   Failed test 'a'\\n# of a\\n\n") &&
	      strstr(all, "file t::b comment: #   Failed test 'b'\\n# of b\\n\n"));
	free(all);

	/* Of two that wait the first is taken while the second goes on. */
	begin();
	feed_stderr("#   Failed test 'a'\n# of a\n#   Failed test 'b'\n# of b\n", 0);
	feed("1..2\nnot ok 1 - a\n", 0);
	feed_stderr("# more of b\n", 0);
	feed("not ok 2 - b\n", 0);
	all = tap_transcript_finish(&transcript, tap);
	CHECK(strstr(all, "file t::a comment: #   Failed test 'a'\\n# of a\\n\n") &&
	      strstr(all, "file t::b comment: #   Failed test 'b'\\n# of b\\n# more of b\\n\n"));
	free(all);
}

/* The levels of a subtest that is too large are called by their numbers, with a name within. */
static void
check_large_subtest(void)
{
	begin();
	feed("1..1\n    1..2\n    ok 1 - first\n    # Subtest: inner\n", 0);
	for (int i = 1; i <= 3000; i++) {
		char line[600];
		snprintf(line, sizeof(line), "        ok %d - %0512d\n", i, i);
		feed(line, 0);
	}
	feed("        1..3000\n    ok 2 - inner\nok 1 - name\n", 0);
	char *all = tap_transcript_finish(&transcript, tap);
	CHECK(count_of(all, "\nsuccess t::#1::inner::0") == 3000);
	CHECK(strstr(all, "\nsuccess t::#1::first\n") && strstr(all, "\nsuccess t::#1::inner\n") &&
	      strstr(all, "\nsuccess t::name\n"));
	free(all);
}

/* More candidates than there is room for. */
static void
check_many_candidates(void)
{
	begin();
	for (int i = 0; i < 20000; i++)
		feed("ok said\nand text\n", 0);
	feed("ok 2 - b\n1..2\n", 0);
	char *lines = tap_transcript_finish(&transcript, tap);
	CHECK(strstr(lines, "success t::b\n") && strstr(lines, "verdict failed"));
	free(lines);
}

int
main(void)
{
	check_candidates();
	check_room_for_faults();
	check_many_candidates();
	check_explanations();
	check_explanation_bounds();
	check_explanations_without_name();
	check_route();
	check_large_subtest();
	check_holding();
	check_times();
	check_waiting();
	check_braces();
	check_stderr();
	check_bounds();
	check_script(1);
	check_script(766);
	check_script(1005);
	check_script(1024);
	check_script(2000);
	check_results();
	check_prompts();
	check_pauses();
	return check_done();
}
