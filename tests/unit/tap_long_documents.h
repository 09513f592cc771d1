/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Documents of TAP that exceed a limit of the consumer: long lines and comments, much text between
 * candidates, and more waiting tests than there is room for. They are made in DOCUMENT.
 */
#ifndef TAP_LONG_DOCUMENTS_H
#define TAP_LONG_DOCUMENTS_H

#include "tap_documents.h"

static inline void
document_add(const char *text)
{
	size_t len = strlen(text);
	memcpy(document + document_len, text, len);
	document_len += len;
}

static inline void
document_fill(char byte, size_t count)
{
	memset(document + document_len, byte, count);
	document_len += count;
}

/* Add the line BEGIN with COUNT times BYTE after it. */
static inline void
document_add_line(const char *begin, char byte, size_t count)
{
	document_add(begin);
	document_fill(byte, count);
	document_add("\n");
}

/* Add 20 failed tests with a long comment each, which are indented by INDENT. */
static inline void
document_add_failures(const char *indent)
{
	char line[64];
	for (int i = 1; i <= 20; i++) {
		snprintf(line, sizeof(line), "%snot ok %d - x\n%s# ", indent, i, indent);
		document_add_line(line, 'c', 60000);
	}
}

static inline void
document_text_after_test(void)
{
	document_add("1..1\nnot ok 1 - x\n");
	document_fill('t', 70000);
	document_add("\n# not of x\n");
}

static inline void
document_long_comment(void)
{
	document_add("1..1\nnot ok 1 - x\n");
	document_add_line("# ", 'c', 140000);
	document_add("  ---\n  duration_ms: 5\n  ...\n");
}

static inline void
document_comment_of_two_kinds(void)
{
	document_add("1..1\nnot ok 1 - x\n");
	document_add_line("# ", 'c', 65536);
	document_add_line("# ", '\xff', 70000);
}

static inline void
document_comments_before(void)
{
	document_add("KTAP version 1\n1..2\n");
	document_add_line("# ", 'c', 1000);
	document_add_line("# ", 'd', 70000);
	document_add("ok 1 x\n# before y\nok 2 y\n");
}

static inline void
document_text_between_candidates(void)
{
	document_add("ok - a\n");
	for (int i = 0; i < 3; i++)
		document_add_line("", 't', 30000);
	document_add("ok - b\n");
	document_add_line("", 't', 70000);
	document_add("ok - c\n1..3\n");
}

/* The first line is one byte longer than the room for candidates. */
static inline void
document_long_candidate(void)
{
	document_add_line("ok - ", 'n', 65536 - strlen("ok - "));
	document_add("ok - b\n1..1\n");
}

/* The rest of a line that is longer than the room is no line. */
static inline void
document_longer_candidate(void)
{
	document_add("ok - ");
	document_fill('n', 65536 - strlen("ok - "));
	document_add("ok 1 - rest\nok - b\n1..1\n");
}

static inline void
document_failures_in_named_subtest(void)
{
	document_add("1..1\n# Subtest: s\n");
	document_add_failures("    ");
	document_add("    1..20\nnot ok 1 - s # TODO\n");
}

static inline void
document_failures_in_unnamed_subtest(void)
{
	document_add("1..2\nok 1 - first\n    1..20\n");
	document_add_failures("    ");
	document_add("ok 2 - s\n");
}

/* The result of the subtest is missing. */
static inline void
document_failures_of_no_test(void)
{
	document_add("1..1\nok 1 - first\n    1..20\n");
	document_add_failures("    ");
}

static inline void
document_long_comment_in_unnamed_subtest(void)
{
	document_add("1..1\n    1..2\n    ok 1 - w\n    ok 2 - x\n");
	document_add_line("    # ", 'c', 70000);
	document_add("ok 1 - s\n");
}

static inline void
document_long_names(void)
{
	document_add_line("1..1\n# Subtest: ", 'n', 2000);
	document_add("    ok 1 - x\n    1..1\n");
	document_add_line("ok 1 - ", 'n', 2000);
}

/* Makes each of them and calls USE with its name, a line of its transcript, and the begin of its
 * last line. */
static inline void
document_each_long(void (*use)(const char *name, const char *line, const char *verdict))
{
	static const struct {
		const char *name;
		void (*make)(void);
		const char *line, *verdict;
	} documents[] = {
		{"long text after a test", document_text_after_test, "fail t::x\n",
	         "failed passed=0 failed=1"},
		{"a long comment", document_long_comment, "fail t::x\n",
	         "failed passed=0 failed=1"},
		{"a comment of text and bytes", document_comment_of_two_kinds, "fail t::x\n",
	         "failed passed=0 failed=1"},
		{"long comments before a test", document_comments_before,
	         "file t::y comment: # before y\\n\n", "good passed=2"},
		{"long text between candidates", document_text_between_candidates, "success t::a\n",
	         "good passed=3"},
		{"a long candidate", document_long_candidate, "success t::b\n",
	         "failed passed=1 failed=0 skipped=0 todo=0 todo-passed=0: too many or too long"},
		{"a longer candidate", document_longer_candidate, "success t::b\n",
	         "failed passed=1 failed=0 skipped=0 todo=0 todo-passed=0: too many or too long"},
		{"failures in a named subtest", document_failures_in_named_subtest,
	         "xfail t::s::x (20)\n", "failed passed=0 failed=18 skipped=0 todo=3"},
		{"failures in an unnamed subtest", document_failures_in_unnamed_subtest,
	         "fail t::#2::x (20)\n", "failed passed=2 failed=20"},
		{"failures of no test", document_failures_of_no_test, "fail t::#2::x (20)\n",
	         "failed passed=1 failed=20 skipped=0 todo=0 todo-passed=0: #2: its own result is "
	         "missing; "},
		{"a long comment in a subtest", document_long_comment_in_unnamed_subtest,
	         "success t::#1::x\n", "good passed=3"},
		{"long names", document_long_names, "nnn (2)\n", "good passed=2"},
	};
	document_forced = false;
	for (size_t i = 0; i < sizeof(documents) / sizeof(*documents); i++) {
		document_len = 0;
		documents[i].make();
		use(documents[i].name, documents[i].line, documents[i].verdict);
	}
}

#endif
