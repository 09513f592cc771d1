/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* A Makefile: its variables, rules and words. */
#include "automake_makefile.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct automake_makefile makefile;

/* Reads TEXT as a Makefile. */
static void
read_text(const char *text)
{
	char path[] = "/tmp/subunit2-makefile-XXXXXX";
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		exit(99);
	close(fd);
	automake_makefile_read(&makefile, path);
	unlink(path);
}

/* Returns true if NAME has the value EXPECTED; NULL: none. */
static bool
has(const char *name, const char *expected)
{
	const char *value = automake_makefile_value(&makefile, name, strlen(name));
	return expected ? value && strcmp(value, expected) == 0 : !value;
}

static void
check_variables(void)
{
	read_text("A = one two  # comment\n"
	          "B=a\\#b\n"
	          "C :=\tx \r\n"
	          "D ?= first\nD ?= second\n"
	          "E = 1\nE += 2\nE+=3\n"
	          "F = old\nF = new\n"
	          "G += only\n"
	          " H = indented\n"
	          "I_1 ::= y\n"
	          "J\n"
	          "K : rule\n"
	          "L = a \\\n   b\\\n\tc\n"
	          "M = even\\\\\n"
	          "N =\n"
	          "O = # all\n"
	          "P = last");
	CHECK(has("A", "one two") && has("B", "a\\#b") && has("C", "x"));
	CHECK(has("D", "first") && has("E", "1 2 3") && has("F", "new") && has("G", "only"));
	CHECK(has("H", NULL) && has("I_1", "y") && has("J", NULL) && has("K", NULL));
	CHECK(has("L", "a  b c") && has("M", "even\\\\") && has("N", "") && has("O", ""));
	CHECK(has("P", "last") && has("I", NULL) && has("Q", NULL) && has("", NULL));
	CHECK_NAMED("a name has a length",
	            strcmp(automake_makefile_value(&makefile, "Axyz", 1), "one two") == 0);
	CHECK(!makefile.check_rule && makefile.count == 13);
	automake_makefile_clear(&makefile);
	CHECK(makefile.count == 0 && has("A", NULL));
}

static void
check_rules(void)
{
	read_text("check-TESTS: $(TESTS)\n\techo\n");
	CHECK(makefile.check_rule);
	automake_makefile_clear(&makefile);
	read_text(" check-TESTS:\ncheck-TEST:\n");
	CHECK(!makefile.check_rule);
	automake_makefile_clear(&makefile);
	read_text("\\\nA = 1\n\\\\\nB = 2\n");
	CHECK_NAMED("lines of backslashes alone", has("A", NULL) && has("B", "2"));
	automake_makefile_clear(&makefile);
	read_text("A = 1\nB = 2 \\\n");
	CHECK_NAMED("the last line may end with a backslash", has("A", "1") && has("B", "2"));
	automake_makefile_clear(&makefile);
	automake_makefile_read(&makefile, "/nonexistent");
	CHECK(!makefile.check_rule && makefile.count == 0);
	automake_makefile_clear(&makefile);
	CHECK(automake_makefile_is_driver("LOG_DRIVER"));
	CHECK(automake_makefile_is_driver("TAP_LOG_DRIVER"));
	CHECK(!automake_makefile_is_driver("XLOG_DRIVER") &&
	      !automake_makefile_is_driver("DRIVER"));
	CHECK(!automake_makefile_is_driver("LOG_DRIVERS") && !automake_makefile_is_driver(""));
}

static bool
expands(const char *text, const char *expected)
{
	char *got = automake_makefile_expand(&makefile, text);
	bool same = strcmp(got, expected) == 0;
	if (!same)
		printf("# %s\n", got);
	free(got);
	return same;
}

static void
check_expansion(void)
{
	read_text("A = value\nB = $(A)\nEMPTY =\n");
	CHECK(expands("x$(A)y${A}", "xvalueyvalue") && expands("", ""));
	CHECK_NAMED("once", expands("$(B)", "$(A)"));
	CHECK(expands("a$(EMPTY)b", "ab") && expands("$(C) ${C}", "$(C) ${C}"));
	CHECK(expands("$A $(A} ${A) $() $(A", "$A $(A} ${A) $() $(A"));
	CHECK(expands("$$(A)", "$value") && expands("$", "$"));
	automake_makefile_clear(&makefile);
}

/* Returns true if the first word of TEXT has LEN bytes. */
static bool
word_is(const char *text, size_t len)
{
	return (size_t)(automake_makefile_word_end(text) - text) == len;
}

static void
check_words(void)
{
	CHECK(word_is("abc def", 3) && word_is("abc\tdef", 3) && word_is("", 0) &&
	      word_is(" a", 0));
	CHECK(word_is("'a b'c d", 6) && word_is("\"a b\" c", 5) && word_is("`a b` c", 5));
	CHECK(word_is("$(a b)c d", 7) && word_is("${a b} c", 6) && word_is("$(a ${b c}) d", 11));
	CHECK(word_is("$x y", 2) && word_is("a) b", 2) && word_is("(a b", 2));
	CHECK(word_is("a\\ b c", 4) && word_is("\"a\\\" b\" c", 7) && word_is("'a\\' b", 4));
	CHECK(word_is("a\\", 2) && word_is("'a b", 4) && word_is("$(a b", 5) && word_is("$ a", 1));
	CHECK(word_is("\"'\" a", 3) && word_is("'\"' a", 3));
}

int
main(void)
{
	check_variables();
	check_rules();
	check_expansion();
	check_words();
	return check_done();
}
