/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Lines of TAP on their own: what kind each is, and its parts.
 */
#include "line.h"
#include "check.h"
#include "duration.h"

#include <inttypes.h>

static void
put(FILE *out, const char *name, struct tap_bytes bytes)
{
	if (bytes.len)
		fprintf(out, " %s=%.*s", name, (int)bytes.len, bytes.data);
}

/* A line of INPUT as one of the table's below. */
static void
describe(const struct tap_line *line, char *text, size_t size)
{
	static const char *const kinds[] = {
		[TAP_TEXT] = "text",       [TAP_BLANK] = "blank",   [TAP_VERSION] = "version",
		[TAP_PLAN] = "plan",       [TAP_RESULT] = "result", [TAP_COMMENT] = "comment",
		[TAP_SUBTEST] = "subtest", [TAP_SELFTEST] = "self", [TAP_BAIL_OUT] = "bail",
		[TAP_PRAGMA] = "pragma",   [TAP_YAML] = "yaml",     [TAP_OPEN] = "open",
		[TAP_CLOSE] = "close",
	};
	static const char *const directives[] = {
		[TAP_SKIP] = " SKIP",   [TAP_TODO] = " TODO", [TAP_XFAIL] = " XFAIL",
		[TAP_XPASS] = " XPASS", [TAP_NOTE] = " NOTE", [TAP_NO_DIRECTIVE] = "",
	};
	const struct tap_description *description = &line->description;
	FILE *out = fmemopen(text, size, "w");
	fputs(kinds[line->kind], out);
	if (line->indent)
		fprintf(out, " indent=%zu", line->indent);
	if (line->kind == TAP_RESULT)
		fputs(line->ok ? " ok" : " not-ok", out);
	if (line->kind == TAP_PLAN || line->has_number)
		fprintf(out, " %" PRIu64, line->number);
	if (line->kind == TAP_VERSION && line->ktap)
		fputs(" ktap", out);
	put(out, "name", description->name);
	put(out, "tail", description->tail);
	fputs(directives[description->directive], out);
	put(out, "reason", description->reason);
	if (description->duration_ns != TAP_NO_DURATION)
		fprintf(out, " ns=%" PRId64, description->duration_ns);
	if (description->opens)
		fputs(" opens", out);
	if (line->kind != TAP_TEXT)
		put(out, "list", line->list);
	fclose(out);
}

static const struct {
	const char *line, *expected;
} cases[] = {
	{"", "blank"},
	{" \t", "blank"},
	{"hello", "text"},
	{"TAP version 14", "version"},
	{"TAP version 13\r", "version"},
	{"TAP version", "text"},
	{"TAP version 14 or so", "text"},
	{"KTAP version 1", "version ktap"},
	{"  KTAP version 1", "version indent=2 ktap"},
	{"1..5", "plan 5"},
	{"1..0 # SKIP no net", "plan 0 SKIP reason=no net"},
	{"1..0 # Skipped: no net", "plan 0 SKIP reason=no net"},
	{"1..0 skip no net", "plan 0 SKIP reason=no net"},
	{"1..0 # no net", "plan 0"},
	{"1..5 todo 2 3;", "plan 5 list=2 3;"},
	{"1..5 todo 2-4 # why", "plan 5 list=2-4 "},
	{"1..5 apples", "text"},
	{"1..", "text"},
	{"1..5x", "text"},
	{"1..5 \r", "plan 5"},
	{"1..5# SKIP why", "plan 5 SKIP reason=why"},
	{"1..5 ToDo 2", "plan 5 list=2"},
	{"1..0 Skipping", "plan 0 SKIP reason=ping"},
	{"ok\r", "result ok"},
	{"not ok\033[0m \r", "result not-ok"},
	{"--- \033[m", "yaml"},
	{"} \r\r", "close"},
	{"2..5", "text"},
	{"1..99999999999999999999", "plan 18446744073709551615"},
	{"ok", "result ok"},
	{"not ok", "result not-ok"},
	{"ok 1", "result ok 1"},
	{"ok 1 - name", "result ok 1 name=name"},
	{"ok 1 name", "result ok 1 name=name"},
	{"ok 1 -name", "result ok 1 name=-name"},
	{"ok 1 -", "result ok 1"},
	{"ok 1 - - x", "result ok 1 name=- x"},
	{"ok 1: name", "result ok 1 name=: name"},
	{"ok - name", "result ok name=name"},
	{"ok name", "result ok name=name"},
	{"ok 2nd try", "result ok name=2nd try"},
	{"ok 1.5 s", "result ok name=1.5 s"},
	{"ok 1. name", "result ok 1 name=. name"},
	{"okay", "text"},
	{"ok, fine", "text"},
	{"not okay", "text"},
	{"notok", "text"},
	{"not  ok 1", "text"},
	{"OK 1", "text"},
	{"\tok 1 - x", "result indent=4 ok 1 name=x"},
	{"ok 18446744073709551616 - big", "result ok 18446744073709551615 name=big"},
	{"ok 1 - x # SKIP", "result ok 1 name=x SKIP"},
	{"ok 1 - x # skip why", "result ok 1 name=x SKIP reason=why"},
	{"ok 1 - x # SKIPPED: why", "result ok 1 name=x SKIP reason=why"},
	{"ok 1 - x #skip why", "result ok 1 name=x SKIP reason=why"},
	{"ok 1 - x # skipping it", "result ok 1 name=x SKIP reason=it"},
	{"not ok 1 - x # skipping it", "result not-ok 1 name=x # skipping it"},
	{"ok 1 - x # y # SKIP why", "result ok 1 name=x # y SKIP reason=why"},
	{"not ok 1 - x # y # SKIP why", "result not-ok 1 name=x # y # SKIP why"},
	{"ok 1 - x # y #skip why", "result ok 1 name=x # y SKIP reason=why"},
	{"ok 1 - x # SKIP(os) no", "result ok 1 name=x SKIP reason=(os) no"},
	{"ok 1 - http://x/#skip it", "result ok 1 name=http://x/#skip it"},
	{"ok 1 - x \\# SKIP y", "result ok 1 name=x \\# SKIP y"},
	{"ok 1 - x \\\\ # SKIP y", "result ok 1 name=x \\\\ SKIP reason=y"},
	{"ok 1 - #12 and # 13 # TODO 14", "result ok 1 name=#12 and # 13 # TODO 14"},
	{"not ok 1 - a # b # TODO c", "result not-ok 1 name=a # b # TODO c"},
	{"not ok 1 - a#b # TODO c", "result not-ok 1 name=a#b # TODO c"},
	{"not ok 1 - a \\# b # TODO c", "result not-ok 1 name=a \\# b TODO reason=c"},
	{"not ok 1 - a \\\\# TODO c", "result not-ok 1 name=a \\\\ TODO reason=c"},
	{"not ok 1 - a\\\\# TODO c", "result not-ok 1 name=a\\\\ TODO reason=c"},
	{"not ok 1 - a\\\\\\# TODO c", "result not-ok 1 name=a\\\\\\# TODO c"},
	{"not ok 1 - a \\ # TODO c", "result not-ok 1 name=a \\ TODO reason=c"},
	{"not ok 1 - a # b # XFAIL c", "result not-ok 1 name=a # b # XFAIL c"},
	{"not ok 1 - a # TODO: c", "result not-ok 1 name=a TODO reason=c"},
	{"not ok 1 - a # TODO-c", "result not-ok 1 name=a TODO reason=-c"},
	{"not ok 1 - a # time=1ms # TODO c", "result not-ok 1 name=a ns=1000000"},
	{"not ok 1 - x # FAILED", "result not-ok 1 name=x NOTE reason=FAILED"},
	{"not ok 1 - x # FAILED to open", "result not-ok 1 name=x # FAILED to open"},
	{"ok - p::grow  (0.01s)", "result ok name=p::grow ns=10000000"},
	{"ok - sleeps (5s)", "result ok name=sleeps (5s)"},
	{"ok - p::grow  (0.01x)", "result ok name=p::grow  (0.01x)"},
	{"not ok - p::x unexpected signal after x.c:14",
         "result not-ok name=p::x NOTE reason=unexpected signal after x.c:14"},
	{"not ok - p::x timed out (0.20s)",
         "result not-ok name=p::x NOTE reason=timed out (0.20s) ns=200000000"},
	{"ok - p::x timed out (0.20s)", "result ok name=p::x timed out (0.20s)"},
	{"not ok - p::x timed out (two)", "result not-ok name=p::x timed out (two)"},
	{"ok - an unexpected signal after x", "result ok name=an unexpected signal after x"},
	{"not ok 1 - x Could not run test: Test setup failed",
         "result not-ok 1 name=x NOTE reason=Could not run test: Test setup failed"},
	{"not ok 0 - x [  FAILED  ] GROUP SETUP",
         "result not-ok 0 name=x NOTE reason=[  FAILED  ] GROUP SETUP"},
	{"ok 1 - a/b.c:core:adds: Passed", "result ok 1 name=a/b.c:core:adds"},
	{"ok 1 - b.c:core:adds_2: Passed", "result ok 1 name=b.c:core:adds_2"},
	{"ok 1 - b.c:core:adds: Pass", "result ok 1 name=b.c:core:adds: Pass"},
	{"ok 1 - b.c:core:adds: Failed", "result ok 1 name=b.c:core:adds: Failed"},
	{"ok 1 - b.c:core:adds", "result ok 1 name=b.c:core:adds"},
	{"ok 1 - b.c:core: adds", "result ok 1 name=b.c:core: adds"},
	{"not ok 1 - a b.c:core:adds: x", "result not-ok 1 name=a b.c:core:adds: x"},
	{"ok 1 - a/b.c:core:adds: Passed by", "result ok 1 name=a/b.c:core:adds: Passed by"},
	{"not ok 1 - b.c:the core:adds: x: 5 # y",
         "result not-ok 1 name=b.c:the core:adds NOTE reason=x: 5 # y"},
	{"not ok 1 - b.c::adds: x", "result not-ok 1 name=b.c::adds: x"},
	{"not ok 1 - b:core:adds: x", "result not-ok 1 name=b:core:adds: x"},
	{"not ok 1 - b.c:core:it adds: x", "result not-ok 1 name=b.c:core:it adds: x"},
	{"ok 1 - x # time = 36.5ms", "result ok 1 name=x ns=36500000"},
	{"ok 1 - x # 0.25s", "result ok 1 name=x ns=250000000"},
	{"ok 1 - x # 7", "result ok 1 name=x # 7"},
	{"ok 1 Firefox 1.0 - [20 ms] - Cart: adds",
         "result ok 1 name=Firefox 1.0 -  tail=Cart: adds ns=20000000"},
	{"ok 1 Firefox - [x ms] - adds", "result ok 1 name=Firefox - [x ms] - adds"},
	{"ok 1 - x { # TODO why", "result ok 1 name=x { TODO reason=why opens"},
	{"ok 1 - x { # time=1ms", "result ok 1 name=x { ns=1000000 opens"},
	{"not ok 1 - x # todo", "result not-ok 1 name=x TODO"},
	{"not ok 1 - x # TODO why # SKIP no", "result not-ok 1 name=x TODO reason=why # SKIP no"},
	{"not ok 1 - x # TODOS", "result not-ok 1 name=x # TODOS"},
	{"ok 3 # skip desc (reason)", "result ok 3 name=desc SKIP reason=reason"},
	{"ok 3 # skip desc (a) (b (c))", "result ok 3 name=desc (a) SKIP reason=b (c)"},
	{"ok 3 # skip (reason) desc", "result ok 3 name=desc SKIP reason=reason"},
	{"ok 3 # skip (reason)", "result ok 3 SKIP reason=(reason)"},
	{"ok 3 # skip reason", "result ok 3 SKIP reason=reason"},
	{"ok 3 # skip )(", "result ok 3 SKIP reason=)("},
	{"ok 3 # skip x ))", "result ok 3 SKIP reason=x ))"},
	{"ok 3 - x # skip why (really)", "result ok 3 name=x SKIP reason=why (really)"},
	{"ok 1 - x # time=1.2ms", "result ok 1 name=x ns=1200000"},
	{"ok 1 - x # time=3s", "result ok 1 name=x ns=3000000000"},
	{"ok 1 - x # time=3s {", "result ok 1 name=x # time=3s { opens"},
	{"ok 1 - x # time=soon", "result ok 1 name=x # time=soon"},
	{"ok 1 - x # duration_ms 12.5", "result ok 1 name=x ns=12500000"},
	{"ok 1 - x # time=5ms # SKIP y", "result ok 1 name=x SKIP reason=y ns=5000000"},
	{"ok 1 - x # SKIP y # time=5ms", "result ok 1 name=x SKIP reason=y ns=5000000"},
	{"ok 1 x in 12ms", "result ok 1 name=x ns=12000000"},
	{"ok 1 x in 1sec", "result ok 1 name=x ns=1000000000"},
	{"ok 1 x # in 12 ms", "result ok 1 name=x ns=12000000"},
	{"ok 1 x in 12ms # skip y", "result ok 1 name=x SKIP reason=y ns=12000000"},
	{"ok 1 x in 5s", "result ok 1 name=x in 5s"},
	{"ok 1 x in 5 sec", "result ok 1 name=x in 5 sec"},
	{"ok 1 x in 1.5sec", "result ok 1 name=x in 1.5sec"},
	{"ok 1 x in 12us", "result ok 1 name=x in 12us"},
	{"ok 1 x in ms", "result ok 1 name=x in ms"},
	{"ok 1 - x completes in 5s", "result ok 1 name=x completes in 5s"},
	{"ok 1 - x replies in 12ms", "result ok 1 name=x replies in 12ms"},
	{"ok 1 - x   12 sec", "result ok 1 name=x   12 sec"},
	{"ok 1 in 12 steps", "result ok 1 name=in 12 steps"},
	{"ok 1 x in 12 ms", "result ok 1 name=x in 12 ms"},
	{"ok 1 - x in 99999999999999999999ms", "result ok 1 name=x in 99999999999999999999ms"},
	{"ok 1         - x        318 ms", "result ok 1 name=x ns=318000000"},
	{"ok 1 12ms", "result ok 1 name=12ms"},
	{"ok 1 in 12ms", "result ok 1 name=in 12ms"},
	{"ok 1 x in  12ms", "result ok 1 name=x in  12ms"},
	{"ok 1 - x {", "result ok 1 name=x { opens"},
	{"ok 1 - x{", "result ok 1 name=x{"},
	{"ok 1 # XFAIL known", "result ok 1 name=known XFAIL"},
	{"ok 1 x # XPASS", "result ok 1 name=x XPASS"},
	{"not ok 1 x # exit=1", "result not-ok 1 name=x NOTE reason=exit=1"},
	{"not ok 1 x # TIMEOUT 45 seconds",
         "result not-ok 1 name=x NOTE reason=TIMEOUT 45 seconds"},
	{"not ok 1 # error broken", "result not-ok 1 name=broken NOTE"},
	{"not ok 1 # ERROR broken", "result not-ok 1 name=broken NOTE"},
	{"not ok 1 x # error broken", "result not-ok 1 name=x # error broken"},
	{"not ok 1 - x # todo_list", "result not-ok 1 name=x # todo_list"},
	{"not ok 1 - x # todo: why", "result not-ok 1 name=x TODO reason=why"},
	{"not ok 1 - x # todos", "result not-ok 1 name=x # todos"},
	{"not ok 1 - x # skip\xc3\xa9", "result not-ok 1 name=x # skip\xc3\xa9"},
	{"ok 1 # skip (why", "result ok 1 SKIP reason=(why"},
	{"ok 1 # skip (why)", "result ok 1 SKIP reason=(why)"},
	{"ok 1 # skip (why) x", "result ok 1 name=x SKIP reason=why"},
	{"ok 1 # skip (why)  x", "result ok 1 name=x SKIP reason=why"},
	{"ok 1 # skip (why)x y", "result ok 1 SKIP reason=(why)x y"},
	{"ok 1 # skip x (why)", "result ok 1 name=x SKIP reason=why"},
	{"ok 1 # skip x (a (b) c)", "result ok 1 name=x SKIP reason=a (b) c"},
	{"ok 1 # skip x(why)", "result ok 1 SKIP reason=x(why)"},
	{"ok 1 # skip calls of x(why)", "result ok 1 SKIP reason=calls of x(why)"},
	{"ok 1 # skip x why)", "result ok 1 SKIP reason=x why)"},
	{"ok 1 # skip", "result ok 1 SKIP"},
	{"ok 1 # skip )", "result ok 1 SKIP reason=)"},
	{"ok 1 # XPASS x", "result ok 1 name=x XPASS"},
	{"not ok 1 - x # why \\", "result not-ok 1 name=x # why \\"},
	{"not ok 1 - x \\\\", "result not-ok 1 name=x \\\\"},
	{"ok 1 - x # SKIP why # time=5ms # more",
         "result ok 1 name=x SKIP reason=why # time=5ms # more"},
	{"ok 1 - x # SKIP why # time=5ms more",
         "result ok 1 name=x SKIP reason=why # time=5ms more"},
	{"ok 1 {", "result ok 1 name={ opens"},
	{"ok 1 - x # time=5msec", "result ok 1 name=x # time=5msec"},
	{"ok 1 - x # time=", "result ok 1 name=x # time="},
	{"ok 1 - x # time=5", "result ok 1 name=x # time=5"},
	{"ok 1 - x # time = 5", "result ok 1 name=x # time = 5"},
	{"ok 1 - x # time: 5", "result ok 1 name=x # time: 5"},
	{"ok 1 - x # duration=5", "result ok 1 name=x # duration=5"},
	{"ok 1 - x # duration 5", "result ok 1 name=x # duration 5"},
	{"ok 1 - x # duration: 5", "result ok 1 name=x # duration: 5"},
	{"ok 1 - x # in 5", "result ok 1 name=x # in 5"},
	{"ok 1 - x # 5", "result ok 1 name=x # 5"},
	{"ok 1 - x # 5ms", "result ok 1 name=x ns=5000000"},
	{"ok 1 - x # time: 5ms", "result ok 1 name=x ns=5000000"},
	{"ok 1 - x # time = 5ms", "result ok 1 name=x ns=5000000"},
	{"ok 1 - x # duration: 5ms", "result ok 1 name=x ns=5000000"},
	{"ok 1 - x # duration 5ms", "result ok 1 name=x ns=5000000"},
	{"ok 1 - x # time=5.s", "result ok 1 name=x # time=5.s"},
	{"ok 1 - x # time=5.x", "result ok 1 name=x # time=5.x"},
	{"ok 1 - x # duration_ms 5.", "result ok 1 name=x # duration_ms 5."},
	{"ok 1 - x # time=5ns", "result ok 1 name=x ns=5"},
	{"ok 1 - x # time=5us", "result ok 1 name=x ns=5000"},
	{"ok 1 - x # time=1.000000001s", "result ok 1 name=x ns=1000000001"},
	{"ok 1 - x # time=1.0000000019s", "result ok 1 name=x ns=1000000001"},
	{"ok 1 - x # time=999999999s", "result ok 1 name=x ns=999999999000000000"},
	{"ok 1 - x # time=1000000000s", "result ok 1 name=x # time=1000000000s"},
	{"ok 1 - x # time=1000000000000000000000s",
         "result ok 1 name=x # time=1000000000000000000000s"},
	{"ok 1 - [5 ms] - x", "result ok 1 name=[5 ms] - x"},
	{"ok 1 a - [5 ms] - x", "result ok 1 name=a -  tail=x ns=5000000"},
	{"ok 1 a - [1.5 ms] - x", "result ok 1 name=a -  tail=x ns=1500000"},
	{"ok 1 a - [5 ms] x", "result ok 1 name=a - [5 ms] x"},
	{"ok 1 a - [x5 ms] - x", "result ok 1 name=a - [x5 ms] - x"},
	{"ok 1 a - [5 ms] - x # SKIP y", "result ok 1 name=a -  tail=x SKIP reason=y ns=5000000"},
	{"[1.5][T1][C2] ok 1 x", "text"},
	{"[1.5][T1] ok 1 x", "result ok 1 name=x"},
	{"[1.5][C1] ok 1 x", "result ok 1 name=x"},
	{"[1.5]ok 1 x", "text"},
	{"[1.5][T1]", "blank"},
	{"[    T1] ok 1 x", "result ok 1 name=x"},
	{"<6>[  C0]     not ok 1 x", "result indent=4 not-ok 1 name=x"},
	{"[    T1] TAP version 14", "version ktap"},
	{"[T1]ok 1 x", "text"},
	{"[ 1T] ok 1 x", "text"},
	{"[T] ok 1 x", "text"},
	{"[ .] ok 1 x", "text"},
	{"[1.5x] ok 1 x", "text"},
	{"[1.5", "text"},
	{"<6>[1.5] ok 1 x", "result ok 1 name=x"},
	{"<6> ok 1 x", "text"},
	{"<6>", "text"},
	{"<x>[1.5] ok 1 x", "text"},
	{"<66>[1.5] ok 1 x", "text"},
	{"\xef\xbb\xbfok 1 x", "result ok 1 name=x"},
	{"ok 1 x\033[0m\033[m", "result ok 1 name=x"},
	{"ok 1 atm", "result ok 1 name=atm"},
	{"ok 1 x\033[0;m", "result ok 1 name=x"},
	{"ok 1 \033[?mx", "result ok 1 name=\033[?mx"},
	{"ok 1 x\033[?m", "result ok 1 name=x\033[?m"},
	{"\033[?mok 1 x", "text"},
	{"\033[", "text"},
	{"1..2 todo 1,2", "plan 2 list=1,2"},
	{"1..2 todo 1 x", "text"},
	{"1..0 # time=5ms", "plan 0 ns=5000000"},
	{"# Subtest", "subtest"},
	{"# Subtests", "comment"},
	{"TAP version x", "text"},
	{"TAP version 13 x", "text"},
	{"KTAP", "text"},
	{"pragma +a -b", "pragma list=+a -b"},
	{"bail out?", "text"},
	{"--", "text"},
	{"---", "yaml"},
	{"ok 1.", "result ok 1 name=."},
	{"ok 1 { # time=5ms", "result ok 1 name={ ns=5000000 opens"},
	{"\xef\xbb\xbf", "blank"},
	{"--x", "text"},
	{"[1.23456789012345678901234567890123456789012345678901234567890] ok 1 x",
         "result ok 1 name=x"},
	{"[1.234567890123456789012345678901234567890123456789012345678901234] ok 1 x", "text"},
	{"# comment", "comment"},
	{"#", "comment"},
	{"    # Subtest: name", "subtest indent=4 name=name"},
	{"# Subtest:", "comment"},
	{"# selftests: net: x", "self name=selftests: net: x"},
	{"Bail out!", "bail"},
	{"bail OUT!  why", "bail reason=why"},
	{"Bail out", "text"},
	{"pragma +strict", "pragma list=+strict"},
	{"pragma", "text"},
	{"  ---", "yaml indent=2"},
	{"----", "text"},
	{"{", "open"},
	{"    }", "close indent=4"},
	{"} else", "text"},
	{"[    1.234567] ok 1 x", "result ok 1 name=x"},
	{"[    1.234567]     ok 1 x", "result indent=4 ok 1 name=x"},
	{"<6>[    1.234567][    T1] 1..2", "plan 2"},
	{"[    1.234567]", "blank"},
	{"[    1.234567] TAP version 14", "version ktap"},
	{"[    1] ok 1 x", "text"},
	{"[abc] ok 1", "text"},
	{"  \033[m", "blank"},
	{" \r\033[1m \033[0;1m\r", "blank"},
	{"[    1.234567] \033[0m", "blank"},
	{"  \033[mok 1 x", "text indent=2"},
	{"\033[1;38;2;255;255;255mok 1 x\033[1;38;2;255;255;255m", "result ok 1 name=x"},
	{"\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14mok 1 x", "text"},
	{"\033[32mok\033[0m 1 - x", "result ok 1 name=x"},
	{"\033[31mnot ok\033[0m 2 x", "result not-ok 2 name=x"},
	{"\033[31mnot ok\033[0m \033[1m7\033[0m \033[2m- x\033[0m", "result not-ok 7 name=x"},
	{"ok\033[m - x", "result ok name=x"},
	{"ok 1\033[39;49m - x # SKIP why\033[0m", "result ok 1 name=x SKIP reason=why"},
	{"\rok 1 x\r\r", "result ok 1 name=x"},
};

/* Text, even if more bytes follow. */
static const char *const prompts[] = {
	"Enter: ",    "  [y/N] ", "out",    "ok?",      "okay",       "ok, go on?", "not ok!",
	"nok",        "1..2..3",  "1..5x",  "1..5 app", "1..?",       "1..5\r1",    "---- menu",
	"--- menu",   "{ x",      "} else", "[1] ",     "[1/3] ",     "  [1",       "[12.3]x",
	"[1.2][T3]x", "[1.2] [1", "<a",     "<1 ",      "<1>x",       "\033[mname", "ok\rx",
	"ok\033x",    "ok\033[x", "1..x",   "1..1 x",   "1..1 to-do", "<12>",
};

/* Each part of a line from its start may begin it. */
static bool
may_begin_always(struct tap_bytes line)
{
	for (size_t len = 0; len <= line.len; len++)
		if (!tap_line_may_begin((struct tap_bytes){line.data, len}))
			return false;
	return true;
}

/* Returns whether a name is found to be literal if, and only if, it is; in names of up to 20 bytes,
 * each byte stands in each place between two letters. */
static bool
finds_literal(void)
{
	char text[] = "ok - abcdefghijklmnopqrstuvw";
	bool good = true;
	for (size_t len = 2; len <= 22; len++)
		for (size_t at = 1; at + 1 < len; at++)
			for (int byte = 1; byte <= 0xff; byte++) {
				char *name = text + strlen("ok - "), kept = name[at];
				struct tap_line line;
				name[at] = (char)byte;
				tap_line_read(&line, (struct tap_bytes){text, 5 + len});
				name[at] = kept;
				good &= line.description.literal ==
				        (byte >= ' ' && byte < 0x7f && !strchr("#\\", byte));
			}
	return good;
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[512] = "", name[600];
		struct tap_bytes bytes = {cases[i].line, strlen(cases[i].line)};
		struct tap_line line;
		tap_line_read(&line, bytes);
		describe(&line, text, sizeof(text));
		snprintf(name, sizeof(name), "line %zu: %s", i, cases[i].expected);
		if (!CHECK_NAMED(name, strcmp(text, cases[i].expected) == 0))
			printf("# got: %s\n", text);
		if (line.kind != TAP_TEXT)
			CHECK_NAMED("its beginnings", may_begin_always(bytes));
		if (line.kind != TAP_TEXT && line.kind != TAP_BLANK)
			CHECK_NAMED("its first look", !tap_line_is_text(bytes));
	}
	for (size_t i = 0; i < sizeof(prompts) / sizeof(*prompts); i++) {
		struct tap_bytes prompt = {prompts[i], strlen(prompts[i])};
		if (!CHECK_NAMED("a prompt", !tap_line_may_begin(prompt)))
			printf("# %s\n", prompts[i]);
	}
	CHECK(tap_line_is_text((struct tap_bytes){"  out", 5}));
	CHECK(tap_line_is_text((struct tap_bytes){"1 cc", 4}));
	CHECK(tap_line_is_text((struct tap_bytes){"o", 1}));
	CHECK(tap_line_is_text((struct tap_bytes){"n", 1}));
	CHECK(tap_line_is_text((struct tap_bytes){"[ 42%] Building", 15}));
	CHECK(tap_line_is_text((struct tap_bytes){"[", 1}));
	CHECK(!tap_line_is_text((struct tap_bytes){"[ 1.0] ok", 9}));
	CHECK(!tap_line_is_text((struct tap_bytes){"[   T7] ok", 10}));
	CHECK(!tap_line_is_text((struct tap_bytes){"ok", 2}));

	char bracket[64] = "[";
	memset(bracket + 1, ' ', sizeof(bracket) - 1);
	CHECK_NAMED("a console's prefix has less than 64 bytes",
	            tap_line_may_begin((struct tap_bytes){bracket, 63}) &&
	                    !tap_line_may_begin((struct tap_bytes){bracket, 64}));

	CHECK(finds_literal());

	char unescaped[16];
	struct tap_bytes escaped = {"a\\#b\\\\c\\d\\", 10};
	size_t len = tap_unescape(escaped, unescaped);
	CHECK(len == 8 && memcmp(unescaped, "a#b\\c\\d\\", 8) == 0);
	CHECK(tap_duration_yaml((struct tap_bytes){"duration_ms: 0.5", 16}) == 500000);
	CHECK(tap_duration_yaml((struct tap_bytes){"duration_ms: x", 14}) == TAP_NO_DURATION);
	CHECK(tap_duration_yaml((struct tap_bytes){"duration: 5", 11}) == TAP_NO_DURATION);
	return check_done();
}
