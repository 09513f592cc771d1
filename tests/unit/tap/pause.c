/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * An incomplete line after which no more bytes come: the text that is emitted of it, and its
 * meaning once it is complete.
 */
#include "check.h"
#include "tap_feeding.h"

static const struct {
	const char *before;  /* the lines that came before */
	const char *held;    /* the beginning of a line */
	const char *emitted; /* after a pause */
} cases[] = {
	{"1..1\n", "TAP ver", "text TAP ver"},
	{"1..1\n", "pragma x", ""},
	{"1..1\n", "   ", ""},
	{"1..1\n", "not ok 1", ""},
	{"1..1\n", "# comment", "text # comment"},
	{"1..1\nok 1 - x\n", "  # comment", "text   # comment"},
	{"KTAP version 1\n1..1\n", "# comment", ""},
	{"TAP version 13\n1..1\n# selftests: a: b\n# TAP version 13\n", "# comment", ""},
	{"1..1\nok 1 - x\n", "    1..x", "text     1..x"},
	{"1..1\nnot ok 1 - x\n", "    expected", ""},
	{"1..1\nnot ok 1 - x\n", "expected", "text expected"},
	{"1..1\nnot ok 1 - x\n  ---\n", "  a", ""},
	{"1..1\nok 1 - x {\n", "TAP ver", ""},
	{"1..1\n", "loading... ok 1", "text loading... "},
	{"1..1\n", "loading... ok 2", "text loading... ok 2"},
	/* Before TAP begins. */
	{"", "ok -", "text ok -"},
	{"", "1..1", ""},
	{"ok - a\n", "ok - b", "text ok - a\\nok - b"},
	{"ok - a\n", "ok 2", "text ok - a\\n"},
};

/* Returns whether exactly EMITTED is emitted of HELD, which follows BEFORE, until a pause ends. */
static bool
is_emitted(const char *before, const char *held, const char *emitted)
{
	begin();
	feed(before, 0);
	if (*before && strncmp(before, "ok", 2) != 0)
		pause_at(200);
	forget();
	feed(held, 200);
	pause_at(1000);
	bool good = told(emitted);
	free(tap_transcript_finish(&transcript, tap));
	return good;
}

/* The bytes that were emitted are not emitted again when their line is a candidate, and the line
 * counts. */
static void
check_candidate(void)
{
	begin();
	feed("ok -", 0);
	pause_at(100);
	CHECK(told("text ok -"));
	feed(" a\n", 110);
	CHECK(told(""));
	pause_at(300);
	CHECK_NAMED("the rest of a candidate's line", told("text  a\\n"));
	feed("ok - b\n1..2\n", 310);
	CHECK(told("inprogress t::a\nsuccess t::a\ninprogress t::b\nsuccess t::b\n"));
	CHECK(ends_with("verdict good passed=2 failed=0 skipped=0 todo=0 todo-passed=0\n"));
}

/* A line whose beginning was emitted before TAP began begins it and counts. */
static void
check_begun_in_pause(void)
{
	begin();
	feed("ok - a\nnot o", 0);
	pause_at(300);
	CHECK(told("text ok - a\\nnot o"));
	feed("k\n", 310);
	CHECK(ends_with("inprogress t::a\nsuccess t::a\ninprogress t::#2\nfail t::#2\n"
	                "verdict failed passed=1 failed=1 skipped=0 todo=0 todo-passed=0: no plan; "
	                "1 of 2 assertions failed\n"));
}

/* Feed BEGIN with COUNT times BYTE after it. */
static void
feed_filled(const char *begin_text, char byte, size_t count, int64_t now_ms)
{
	static char text[70000];
	size_t len = strlen(begin_text);
	memcpy(text, begin_text, len);
	memset(text + len, byte, count);
	text[len + count] = '\0';
	feed(text, now_ms);
}

/* Text that was emitted makes room for candidates; those before it still count. */
static void
check_room(void)
{
	begin();
	feed_filled("ok - a\n", 't', 40000, 0);
	feed("\n", 0);
	pause_at(500);
	feed_filled("ok - b", 'n', 40000, 1000);
	feed("\n1..2\n", 1000);
	char *all = tap_transcript_finish(&transcript, tap);
	CHECK_NAMED("candidates outlast the text after them",
	            strstr(all, "success t::a\n") && strstr(all, "verdict good passed=2 "));
	free(all);
}

/* The rest of a line of text for which there is no room is no candidate. */
static void
check_end_of_text(void)
{
	begin();
	feed_filled("ok - a\n", 't', 65500, 0);
	feed("ok - the end of the text, which is long\n", 0);
	feed("1..1\n", 0);
	char *all = tap_transcript_finish(&transcript, tap);
	CHECK_NAMED("the end of a text is no test", strstr(all, "verdict good passed=1 "));
	free(all);
}

/* Input after which the consumer is idle, or not. */
static void
check_idle(void)
{
	static const struct {
		const char *input;
		bool idle;
	} inputs[] = {
		{"", true},          {"text\n", true},  {"text", false},       {"o", false},
		{"ok - a\n", false}, {"1..1\n", false}, {"t/a.t ..\n", false},
	};
	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		begin();
		feed(inputs[i].input, 0);
		CHECK_NAMED(inputs[i].input, tap_events_is_idle(tap) == inputs[i].idle);
		free(tap_transcript_finish(&transcript, tap));
	}
	CHECK(tap_events_is_text(SUBUNIT2_LITERAL("text")));
	CHECK(tap_events_is_text(SUBUNIT2_LITERAL("text.")));
	CHECK(!tap_events_is_text(SUBUNIT2_LITERAL("ok")));
	CHECK(!tap_events_is_text(SUBUNIT2_LITERAL("t/a.t ..")));
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char name[100];
		snprintf(name, sizeof(name), "case %zu: %s", i, cases[i].held);
		CHECK_NAMED(name, is_emitted(cases[i].before, cases[i].held, cases[i].emitted));
	}
	check_candidate();
	check_begun_in_pause();
	check_room();
	check_end_of_text();
	check_idle();
	return check_done();
}
