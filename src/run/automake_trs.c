/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_trs.h"

static const char *
automake_trs_color_of(enum automake_result result)
{
	static const char *const colors[AUTOMAKE_RESULTS] = {
		[AUTOMAKE_PASS] = "\033[0;32m",  [AUTOMAKE_SKIP] = "\033[1;34m",
		[AUTOMAKE_XFAIL] = "\033[1;32m", [AUTOMAKE_FAIL] = "\033[0;31m",
		[AUTOMAKE_XPASS] = "\033[0;31m", [AUTOMAKE_ERROR] = "\033[0;35m",
	};
	return colors[result];
}

void
automake_trs_add(struct automake_trs *trs, enum automake_result result, const char *details)
{
	const char *name, *blank = *details ? " " : "";
	if (trs->expect_failure && result == AUTOMAKE_PASS)
		result = AUTOMAKE_XPASS;
	else if (trs->expect_failure && result == AUTOMAKE_FAIL)
		result = AUTOMAKE_XFAIL;
	name = automake_result_names[result];
	trs->counts[result]++;
	trs->count++;
	printf("%s%s%s: %s%s%s\n", trs->color ? automake_trs_color_of(result) : "", name,
	       trs->color ? "\033[m" : "", trs->test, blank, details);
	fprintf(trs->file, ":test-result: %s\n", name);
}

enum automake_result
automake_trs_global(const struct automake_trs *trs)
{
	if (trs->counts[AUTOMAKE_ERROR])
		return AUTOMAKE_ERROR;
	if (trs->counts[AUTOMAKE_FAIL] || trs->counts[AUTOMAKE_XPASS])
		return trs->of_parts || trs->counts[AUTOMAKE_FAIL] ? AUTOMAKE_FAIL : AUTOMAKE_XPASS;
	if (trs->counts[AUTOMAKE_SKIP] == trs->count)
		return AUTOMAKE_SKIP;
	return !trs->of_parts && trs->counts[AUTOMAKE_XFAIL] ? AUTOMAKE_XFAIL : AUTOMAKE_PASS;
}

void
automake_trs_end(struct automake_trs *trs)
{
	enum automake_result global = automake_trs_global(trs);
	bool bad = global >= AUTOMAKE_FAIL;
	bool copied = global == AUTOMAKE_SKIP ? trs->collect_skipped_logs
	                                      : trs->counts[AUTOMAKE_PASS] < trs->count;
	fprintf(trs->file, ":global-test-result: %s\n:recheck: %s\n:copy-in-global-log: %s\n",
	        automake_result_names[global], bad ? "yes" : "no", copied ? "yes" : "no");
}
