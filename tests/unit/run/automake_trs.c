/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The results of a test: on the console, in its log, and in NAME.trs. */
#include "automake_trs.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static char *console, *log_text, *file_text;
static size_t console_len, log_len, file_len;

static struct automake_trs
begin(void)
{
	return (struct automake_trs){.test = "t/a.test",
	                             .console = open_memstream(&console, &console_len),
	                             .log = open_memstream(&log_text, &log_len)};
}

/* Ends *TRS. Returns true if the console and the log have these texts. */
static bool
end(struct automake_trs *trs, const char *expected_console, const char *expected_log)
{
	fclose(trs->console);
	fclose(trs->log);
	automake_trs_clear(trs);
	bool good = strcmp(console, expected_console) == 0 && strcmp(log_text, expected_log) == 0;
	if (!good)
		printf("# %s# %s", console, log_text);
	free(console);
	free(log_text);
	for (int result = 0; result < AUTOMAKE_RESULTS; result++)
		good = good && trs->counts[result] == 0;
	return good && trs->count == 0;
}

static void
check_console(void)
{
	struct automake_trs trs = begin();
	automake_trs_add(&trs, AUTOMAKE_PASS, "");
	CHECK(end(&trs, "PASS: t/a.test\n", ""));
	trs = begin();
	trs.tap = true;
	automake_trs_add(&trs, AUTOMAKE_PASS, "1 - first");
	automake_trs_add(&trs, AUTOMAKE_FAIL, "");
	automake_trs_comment(&trs, "why \033[1m");
	CHECK(end(&trs, "PASS: t/a.test 1 - first\nFAIL: t/a.test\n# t/a.test: why \\x1b[1m\n",
	          "PASS: t/a.test 1 - first\nFAIL: t/a.test\n# t/a.test: why \033[1m\n"));
	static const char *const colored[AUTOMAKE_RESULTS] = {
		[AUTOMAKE_PASS] = "\033[0;32mPASS\033[m: t/a.test\n",
		[AUTOMAKE_SKIP] = "\033[1;34mSKIP\033[m: t/a.test\n",
		[AUTOMAKE_XFAIL] = "\033[1;32mXFAIL\033[m: t/a.test\n",
		[AUTOMAKE_FAIL] = "\033[0;31mFAIL\033[m: t/a.test\n",
		[AUTOMAKE_XPASS] = "\033[0;31mXPASS\033[m: t/a.test\n",
		[AUTOMAKE_ERROR] = "\033[0;35mERROR\033[m: t/a.test\n",
	};
	for (int result = 0; result < AUTOMAKE_RESULTS; result++) {
		trs = begin();
		trs.color = true;
		automake_trs_add(&trs, (enum automake_result)result, "");
		CHECK(end(&trs, colored[result], ""));
	}
}

/* A letter for each result of a test: P, S, x, F, X, E. */
static void
add_all(struct automake_trs *trs, const char *results)
{
	static const char letters[] = "PSxFXE";
	static const enum automake_result all[] = {AUTOMAKE_PASS, AUTOMAKE_SKIP,  AUTOMAKE_XFAIL,
	                                           AUTOMAKE_FAIL, AUTOMAKE_XPASS, AUTOMAKE_ERROR};
	for (; *results; results++)
		automake_trs_add(trs, all[strchr(letters, *results) - letters], "");
}

/* Returns true if NAME.trs of a TAP test with RESULTS begins so. */
static bool
writes(bool tap, bool collects, const char *results, const char *expected)
{
	struct automake_trs trs = begin();
	trs.tap = tap;
	trs.collect_skipped_logs = collects;
	add_all(&trs, results);
	FILE *file = open_memstream(&file_text, &file_len);
	automake_trs_write(&trs, file);
	fclose(file);
	bool good = strcmp(file_text, expected) == 0;
	if (!good)
		printf("# %s\n", file_text);
	free(file_text);
	fclose(trs.console);
	fclose(trs.log);
	free(console);
	free(log_text);
	automake_trs_clear(&trs);
	return good;
}

#define END(global, recheck, copied)                                                               \
	":global-test-result: " global "\n:recheck: " recheck "\n:copy-in-global-log: " copied "\n"

static void
check_files(void)
{
	CHECK(writes(false, true, "P", ":test-result: PASS\n" END("PASS", "no", "no")));
	CHECK(writes(false, true, "S", ":test-result: SKIP\n" END("SKIP", "no", "yes")));
	CHECK(writes(false, false, "S", ":test-result: SKIP\n" END("SKIP", "no", "no")));
	CHECK(writes(false, true, "x", ":test-result: XFAIL\n" END("XFAIL", "no", "yes")));
	CHECK(writes(false, true, "F", ":test-result: FAIL\n" END("FAIL", "yes", "yes")));
	CHECK(writes(false, true, "X", ":test-result: XPASS\n" END("XPASS", "yes", "yes")));
	CHECK(writes(false, true, "E", ":test-result: ERROR\n" END("ERROR", "yes", "yes")));
	CHECK(writes(false, true, "", END("SKIP", "no", "no")));
	CHECK(writes(true, true, "", END("SKIP", "no", "no")));
	CHECK(writes(true, true, "PP",
	             END("PASS", "no", "no") ":test-result: PASS\n:test-result: PASS\n"));
	CHECK(writes(true, true, "SP",
	             END("PASS", "no", "yes") ":test-result: SKIP\n:test-result: PASS\n"));
	CHECK(writes(true, false, "SP",
	             END("PASS", "no", "no") ":test-result: SKIP\n:test-result: PASS\n"));
	CHECK(writes(true, true, "SS",
	             END("SKIP", "no", "yes") ":test-result: SKIP\n:test-result: SKIP\n"));
	CHECK(writes(true, true, "xP",
	             END("PASS", "no", "yes") ":test-result: XFAIL\n:test-result: PASS\n"));
	CHECK(writes(true, true, "PF",
	             END("FAIL", "yes", "yes") ":test-result: PASS\n:test-result: FAIL\n"));
	CHECK(writes(true, true, "PX",
	             END("FAIL", "yes", "yes") ":test-result: PASS\n:test-result: XPASS\n"));
	CHECK(writes(true, true, "FE",
	             END("ERROR", "yes", "yes") ":test-result: FAIL\n:test-result: ERROR\n"));
}

/* Reads TEXT as NAME.trs. Returns its global result; *COUNT: the number of results. */
static enum automake_result
reads(const char *text, size_t *count, bool *good)
{
	struct automake_trs trs = {.test = "t"};
	enum automake_result global;
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	*good = automake_trs_read(&trs, file, &global);
	fclose(file);
	*count = trs.count;
	automake_trs_clear(&trs);
	return global;
}

static void
check_reading(void)
{
	size_t count;
	bool good;
	CHECK(reads(":test-result: PASS\n:test-result:FAIL x\n:test-result: \tXPASS\r\n"
	            ":global-test-result: ERROR\n:recheck: no\n",
	            &count, &good) == AUTOMAKE_ERROR &&
	      good && count == 3);
	CHECK(reads(":global-test-result:SKIP", &count, &good) == AUTOMAKE_SKIP && good &&
	      count == 0);
	CHECK(reads(":test-result: PASS\n", &count, &good) == AUTOMAKE_RESULTS && !good &&
	      count == 1);
	CHECK_NAMED("a result is a whole word",
	            reads(":test-result: PASSED\n:global-test-result: PAS\n", &count, &good) ==
	                            AUTOMAKE_RESULTS &&
	                    !good && count == 0);
	CHECK_NAMED("a word that sorts just before or after a result is no result",
	            reads(":test-result: PASR\n:test-result: PAST\n", &count, &good) ==
	                            AUTOMAKE_RESULTS &&
	                    count == 0);
	CHECK(reads(" :global-test-result: PASS\n", &count, &good) == AUTOMAKE_RESULTS && !good);
}

int
main(void)
{
	check_console();
	check_files();
	check_reading();
	return check_done();
}
