/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* What proves that bytes are TAP, and what does not. */
#include "check.h"

#include <stdint.h>
#include <string.h>
#include <tap/detect.h>

#define NO SIZE_MAX

static const struct {
	const char *text;
	size_t found, candidate;
} cases[] = {
	/* One line is enough. */
	{"TAP version 13\n", 0, 0},
	{"TAP version 13", 0, 0},
	{"KTAP version 1\n", 0, 0},
	{"1..5\n", 0, 0},
	{"1..0 # SKIP no net\n", 0, 0},
	{"ok 1\n", 0, 0},
	{"ok 1 - x\n", 0, 0},
	{"not ok 1\n", 0, 0},
	{"# Subtest: x\n", 0, 0},
	{"Bail out!\n", 0, 0},
	{"Bail out! why\n", 0, 0},
	{"not ok 2\n", 0, 0},
	{"not ok - x\n", 0, 0},
	{"ok 2 - x\n", 0, 0},
	{"one\n\ntwo\nok 1\n", 9, 9},
	/* Two different pieces are, from the first on. */
	{"ok - x\n", NO, 0},
	{"ok - x\nok - y\n", NO, 0},
	{"ok - x\nok 2\n", 0, 0},
	{"text\nok - x\ntext\nnot ok\n", 5, 5},
	{"not ok\nnot ok\n", NO, 0},
	{"not ok\nok 2\n", 0, 0},
	{"ok 2\nok 3\n", NO, 0},
	{"ok 2 x\nok - y\n", 0, 0},
	{"ok\nok\nok x\n", NO, 0},
	{"# Subtest\n", NO, 0},
	{"    # Subtest: x\n", 0, 0},
	/* Indented lines are candidates. */
	{"    1..5\n", NO, 0},
	{"    TAP version 13\n", NO, 0},
	{"    ok 1 - x\n", NO, 0},
	{"    not ok 1 - x\n", NO, 0},
	{"    not ok  1 - x\n", NO, 0},
	{"    bail out!\n", NO, NO},
	{"    ok 1 - x\nok - y\n", NO, 0},
	{"    ok 1 - x\n1..1\n", 0, 0},
	{"text\n    ok 1 - x\nok 1\n", 5, 5},
	/* So is a pragma that makes other lines fail. */
	{"pragma +strict\n", NO, 0},
	{"pragma +strict\nok 1\n", 0, 0},
	/* Lines of other indentation are not. */
	{"  ok 1 - x\n", NO, NO},
	{"   1..5\n", NO, NO},
	{" TAP version 13\n", NO, NO},
	/* Prose, and what other programs write. */
	{"", NO, NO},
	{"\n", NO, NO},
	{"# comment\n", NO, NO},
	{"ok  \tpkg\t0.01s\n", NO, NO},
	{"ok\tpkg\t0.01s\n", NO, NO},
	{"ok  1\n", NO, NO},
	{"ok \n", NO, 0},
	{"not ok  1\n", NO, 0},
	{"not ok  1 - x\nnot ok  2 - y\n", NO, 0},
	{"bail out!\n", NO, NO},
	{"    Bail out!\n", NO, NO},
	{"pragma -strict\n", NO, NO},
	{"    pragma +strict\n", NO, NO},
	{"---\n", NO, NO},
	{"okay\n1..\nTAP\n", NO, NO},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char name[100];
		size_t candidate = 4711, len = strlen(cases[i].text);
		size_t found = tap_detect(cases[i].text, len, &candidate);
		snprintf(name, sizeof(name), "%.*s%s", (int)strcspn(cases[i].text, "\n"),
		         cases[i].text,
		         cases[i].found == NO
		                 ? cases[i].candidate == NO ? ": no TAP" : ": a candidate"
		                 : ": TAP");
		if (!CHECK_NAMED(name, found == cases[i].found && candidate == cases[i].candidate))
			printf("# case %zu: found %zd, candidate %zd\n", i, (ssize_t)found,
			       (ssize_t)candidate);
	}
	return check_done();
}
