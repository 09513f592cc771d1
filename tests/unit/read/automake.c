/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The console of make check: results, their ids, and text. */
#include "check.h"
#include "console.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Records all that it gets: events as "id status [tags] [file=bytes]",
 * text as it is. The last piece of a file ends with "$", one of bytes begins with "0x". */
struct recorder {
	struct subunit2_sink sink;
	char text[65536];
};

static void
record(struct recorder *recorder, const char *data, size_t len)
{
	size_t used = strlen(recorder->text);
	snprintf(recorder->text + used, sizeof(recorder->text) - used, "%.*s", (int)len, data);
}

static enum subunit2_result
record_event(struct subunit2_sink *sink, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct recorder *recorder = (struct recorder *)sink;
	(void)error;
	record(recorder, "<", 1);
	record(recorder, event->test_id.data, event->test_id.len);
	record(recorder, " ", 1);
	record(recorder, subunit2_status_name(event->status), 20);
	if (subunit2_tags_has(event->tags, SUBUNIT2_LITERAL("error")))
		record(recorder, " error", 6);
	record(recorder, event->file_name.data ? event->file_name.data : "", event->file_name.len);
	record(recorder, "=", event->file_name.data != NULL);
	if (subunit2_view_equal(event->mime_type, SUBUNIT2_LITERAL("application/octet-stream")))
		record(recorder, "0x", 2);
	record(recorder, event->file_bytes.data ? event->file_bytes.data : "",
	       event->file_bytes.len);
	record(recorder, "$", event->eof);
	record(recorder, ">", 1);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
record_text(void *context, struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	(void)now_ms, (void)error;
	record(context, bytes.data, bytes.len);
	return SUBUNIT2_E_OK;
}

/* Returns the record of INPUT, fed in pieces of STEP bytes, and the verdict's reason. */
static const char *
gives(const char *input, size_t step, bool forced)
{
	static struct recorder recorder;
	recorder = (struct recorder){.sink.event = record_event};
	struct console_options options = {
		.test_id = SUBUNIT2_LITERAL("make check"),
		.directory = ".",
		.only = &console_automake,
		.forced = forced,
		.text = record_text,
		.context = &recorder,
	};
	struct console *console = console_new(&options, &recorder.sink);
	for (size_t at = 0, len = strlen(input); at < len; at += step) {
		struct subunit2_view piece = {input + at, len - at < step ? len - at : step};
		console_feed(console, piece, 0, NULL);
	}
	console_finish(console, NULL);
	const char *reason = console_verdict(console).reason;
	if (reason)
		strcat(strcat(recorder.text, "!"), reason);
	console_free(console);
	return recorder.text;
}

static bool
is(const char *input, const char *expected, bool forced)
{
	for (size_t step = 1; step < 9; step++) {
		const char *text = gives(input, step, forced);
		if (strcmp(text, expected) != 0) {
			printf("# %s\n# %s\n", text, expected);
			return false;
		}
	}
	return strcmp(gives(input, strlen(input) + 1, forced), expected) == 0;
}

#define BEGUN(id) "<make check::" id " inprogress>"
#define ENDED(id, status) "<make check::" id " " status ">"
#define BOTH(id, status) BEGUN(id) ENDED(id, status)

static void
check_results(void)
{
	CHECK(is("PASS: a.sh\nSKIP: b\nXFAIL: c\nXPASS: d\n",
	         BOTH("a.sh", "success") BOTH("b", "skip") BOTH("c", "xfail")
	                 BOTH("d", "uxsuccess"),
	         true));
	CHECK(is("ERROR: a\n", BOTH("a", "fail error"), true));
	CHECK(is("\033[0;32mPASS\033[m: a.sh\r\n", BOTH("a.sh", "success"), true));
	CHECK(is("PASS: t.tap 1 - one\nPASS: t.tap 2\nXFAIL: t.tap 3 - x # TODO later\n",
	         BOTH("t.tap::one", "success") BOTH("t.tap::#2", "success")
	                 BEGUN("t.tap::x") "<make check::t.tap::x reason=later$>" ENDED("t.tap::x",
	                                                                                "xfail"),
	         true));
	CHECK(is("ERROR: t.tap - exited with status 1\n",
	         BEGUN("t.tap") "<make check::t.tap reason=exited with status 1$>" ENDED(
			 "t.tap", "fail error"),
	         true));
	CHECK(is("PASS: a\nPASS: a\nPASS: a\n",
	         BOTH("a", "success") BOTH("a (2)", "success") BOTH("a (3)", "success"), true));
}

static void
check_text(void)
{
	static const char plain[] = "PASS\nPASS: \nPASS:a\nPASS: some words here\n PASS: x\nPAS";
	CHECK(is(plain, plain, true));
	CHECK_NAMED("nothing is a result before make is seen", is("PASS: a\n", "PASS: a\n", false));
	CHECK(is("make  check-TESTS\nPASS: a\n", "make  check-TESTS\n" BOTH("a", "success"),
	         false));
	CHECK(is("\n\n# x\nmake: nothing\n", "\n\n# x\nmake: nothing\n", false));
}

static void
check_directories(void)
{
	char input[2048], expected[2048], top[512];
	if (!getcwd(top, sizeof(top)))
		exit(1);
	snprintf(input, sizeof(input),
	         "make[1]: Entering directory '%s/lib'\nPASS: a\n"
	         "make[1]: Leaving directory '%s/lib'\nPASS: b\n",
	         top, top);
	snprintf(expected, sizeof(expected),
	         "make[1]: Entering directory '%s/lib'\n" BOTH(
			 "lib/a",
			 "success") "make[1]: Leaving directory '%s/lib'\n" BOTH("b", "success"),
	         top, top);
	CHECK(is(input, expected, false));
	CHECK_NAMED(
		"make -s: below what was made last, or beside it",
		is("Making check in lib\nMaking check in sub\nPASS: a\nMaking check in tests\n"
	           "PASS: b\nMaking check in .\nPASS: c\n",
	           "Making check in lib\nMaking check in sub\n" BOTH(
			   "lib/sub/a",
			   "success") "Making check in tests\n" BOTH("tests/b",
	                                                             "success") "Making check in "
	                                                                        ".\n" BOTH("c",
	                                                                                   "succes"
	                                                                                   "s"),
	           false));
}

static void
check_logs(void)
{
	CHECK(is("FAIL: f.sh\nFAIL: g.test\nFAIL: none\n",
	         BEGUN("f.sh") "<make check::f.sh f.sh.log=it broke\n$>" ENDED("f.sh", "fail")
	                 BEGUN("g.test") "<make check::g.test g.log=too\n$>" ENDED("g.test", "fail")
	                         BOTH("none", "fail"),
	         true));
	CHECK_NAMED("one log serves all failures of a script",
	            is("FAIL: f.sh 1\nFAIL: f.sh 2\n",
	               BEGUN("f.sh::#1") "<make check::f.sh::#1 f.sh.log=it broke\n$>" ENDED(
			       "f.sh::#1", "fail") BOTH("f.sh::#2", "fail"),
	               true));
}

/* Files that a test left there. */
static void
check_odd_logs(void)
{
	alarm(20); /* a FIFO would be waited for */
	CHECK(is("FAIL: fifo\nFAIL: folder\n", BOTH("fifo", "fail") BOTH("folder", "fail"), true));
	alarm(0);
	CHECK_NAMED(
		"a log that is not UTF-8 is bytes",
		is("FAIL: bytes\n",
	           BEGUN("bytes") "<make check::bytes bytes.log=0xa\xff\n$>" ENDED("bytes", "fail"),
	           true));
	CHECK_NAMED("nor is its name",
	            is("FAIL: odd\xe9\n",
	               BEGUN("odd\\xe9") "<make check::odd\\xe9 odd\\xe9.log=x\n$>" ENDED(
			       "odd\\xe9", "fail"),
	               true));
	CHECK_NAMED("nor is a reason",
	            is("SKIP: a 1 - x # SKIP \xe9\n",
	               BEGUN("a::x") "<make check::a::x reason=0x\xe9$>" ENDED("a::x", "skip"),
	               true));
}

static void
check_totals(void)
{
	static const char summary[] = "# TOTAL: 1\n# PASS:  1\n# SKIP:  0\n# XFAIL: 0\n"
				      "# FAIL:  0\n# XPASS: 0\n# ERROR: 0\n";
	static const char disagree[] = "automake's summary counts 2 PASS, but 1 of them were seen";
	char input[1024], expected[1024];
	snprintf(input, sizeof(input), "PASS: a\n%sPASS: b\n%s", summary, summary);
	snprintf(expected, sizeof(expected), "%s%s%s%s", BOTH("a", "success"), summary,
	         BOTH("b", "success"), summary);
	CHECK_NAMED("each summary counts its own", is(input, expected, true));
	snprintf(input, sizeof(input), "PASS: a\nPASS: b\n%s%s", summary, summary);
	snprintf(expected, sizeof(expected), "%s%s%s%s", BOTH("a", "success"), BOTH("b", "success"),
	         summary, summary);
	CHECK_NAMED("summaries of directories side by side", is(input, expected, true));
	snprintf(input, sizeof(input), "PASS: a\n%sFAIL: b\n", summary);
	snprintf(expected, sizeof(expected), "%s%s%s", BOTH("a", "success"), summary,
	         BOTH("b", "fail"));
	CHECK_NAMED("a result that no summary follows", is(input, expected, true));
	snprintf(input, sizeof(input), "PASS: a\nPASS: b\n%s", summary);
	snprintf(expected, sizeof(expected), "%s%s%s", BOTH("a", "success"), BOTH("b", "success"),
	         summary);
	CHECK_NAMED("more results than the summary counts", is(input, expected, true));
	snprintf(input, sizeof(input), "PASS: a\n%s%s", summary, summary);
	snprintf(expected, sizeof(expected), "%s%s%s<subunit.input failreason=%s$>!%s",
	         BOTH("a", "success"), summary, summary, disagree, disagree);
	CHECK_NAMED("fewer results than the summaries count", is(input, expected, true));
}

int
main(void)
{
	char top[] = "/tmp/automake-XXXXXX", command[512];
	if (!mkdtemp(top))
		return 1;
	snprintf(command, sizeof(command),
	         "cd %s && mkdir -p lib/sub tests && echo it broke >f.sh.log && echo too >g.log &&"
	         "mkfifo fifo.log && mkdir folder.log && printf 'a\\377\\n' >bytes.log &&"
	         "echo x >\"$(printf 'odd\\351.log')\"",
	         top);
	if (system(command) != 0 || chdir(top) < 0)
		return 1;
	check_results();
	check_text();
	check_directories();
	check_logs();
	check_odd_logs();
	check_totals();
	snprintf(command, sizeof(command), "rm -r %s", top);
	return system(command) != 0 ? 1 : check_done();
}
