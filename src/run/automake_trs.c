/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_trs.h"

#include "memory.h"
#include "printable.h"

#include <stdlib.h>
#include <string.h>

#define COLOR_END "\033[m"

static const char *const automake_trs_colors[AUTOMAKE_RESULTS] = {
	[AUTOMAKE_PASS] = "\033[0;32m",  [AUTOMAKE_SKIP] = "\033[1;34m",
	[AUTOMAKE_XFAIL] = "\033[1;32m", [AUTOMAKE_FAIL] = "\033[0;31m",
	[AUTOMAKE_XPASS] = "\033[0;31m", [AUTOMAKE_ERROR] = "\033[0;35m",
};

static void
automake_trs_record(struct automake_trs *trs, enum automake_result result)
{
	trs->results = memory_grow(trs->results, &trs->room, trs->count + 1, sizeof(*trs->results));
	trs->results[trs->count++] = result;
	trs->counts[result]++;
}

/* Prints DETAILS, which may be a test's text, on the console: no control byte but a tab reaches
 * the terminal. */
static void
automake_trs_print_details(const struct automake_trs *trs, const char *details)
{
	struct printable_lines lines = {.file = trs->console, .prefix = " "};
	if (*details)
		printable_lines_put(&lines, subunit2_view_of(details));
	putc('\n', trs->console);
}

void
automake_trs_add(struct automake_trs *trs, enum automake_result result, const char *details)
{
	const char *name = automake_result_names[result], *blank = *details ? " " : "";
	automake_trs_record(trs, result);
	fprintf(trs->console, "%s%s%s: %s", trs->color ? automake_trs_colors[result] : "", name,
	        trs->color ? COLOR_END : "", trs->test);
	automake_trs_print_details(trs, details);
	if (trs->tap)
		fprintf(trs->log, "%s: %s%s%s\n", name, trs->test, blank, details);
}

void
automake_trs_comment(struct automake_trs *trs, const char *comment)
{
	fprintf(trs->console, "# %s:", trs->test);
	automake_trs_print_details(trs, comment);
	fprintf(trs->log, "# %s: %s\n", trs->test, comment);
}

enum automake_result
automake_trs_global(const struct automake_trs *trs)
{
	if (!trs->tap && trs->count)
		return trs->results[0];
	if (trs->counts[AUTOMAKE_ERROR])
		return AUTOMAKE_ERROR;
	if (trs->counts[AUTOMAKE_FAIL] || trs->counts[AUTOMAKE_XPASS])
		return AUTOMAKE_FAIL;
	return trs->counts[AUTOMAKE_SKIP] == trs->count ? AUTOMAKE_SKIP : AUTOMAKE_PASS;
}

static void
automake_trs_write_results(const struct automake_trs *trs, FILE *file)
{
	for (size_t i = 0; i < trs->count; i++)
		fprintf(file, ":test-result: %s\n", automake_result_names[trs->results[i]]);
}

void
automake_trs_write(const struct automake_trs *trs, FILE *file)
{
	enum automake_result global = automake_trs_global(trs);
	size_t unwanted = trs->collect_skipped_logs ? 0 : trs->counts[AUTOMAKE_SKIP];
	bool copied = trs->counts[AUTOMAKE_PASS] + unwanted < trs->count;
	if (!trs->tap)
		automake_trs_write_results(trs, file);
	fprintf(file, ":global-test-result: %s\n:recheck: %s\n:copy-in-global-log: %s\n",
	        automake_result_names[global], global >= AUTOMAKE_FAIL ? "yes" : "no",
	        copied ? "yes" : "no");
	if (trs->tap)
		automake_trs_write_results(trs, file);
}

/* Returns the result that TEXT begins with, as a whole word, or AUTOMAKE_RESULTS. */
static enum automake_result
automake_trs_parse_result(const char *text)
{
	text += strspn(text, " \t");
	size_t len = strcspn(text, " \t\r\n");
	int result = 0;
	while (result < AUTOMAKE_RESULTS && (strlen(automake_result_names[result]) != len ||
	                                     memcmp(automake_result_names[result], text, len) != 0))
		result++;
	return (enum automake_result)result;
}

bool
automake_trs_read(struct automake_trs *trs, FILE *file, enum automake_result *global)
{
	static const char test[] = ":test-result:", whole[] = ":global-test-result:";
	char *line = NULL;
	size_t size = 0;
	*global = AUTOMAKE_RESULTS;
	while (getline(&line, &size, file) >= 0) {
		enum automake_result result;
		if (strncmp(line, whole, strlen(whole)) == 0)
			*global = automake_trs_parse_result(line + strlen(whole));
		else if (strncmp(line, test, strlen(test)) == 0 &&
		         (result = automake_trs_parse_result(line + strlen(test))) <
		                 AUTOMAKE_RESULTS)
			automake_trs_record(trs, result);
	}
	free(line);
	return *global != AUTOMAKE_RESULTS;
}

void
automake_trs_clear(struct automake_trs *trs)
{
	free(trs->results);
	trs->results = NULL;
	trs->count = trs->room = 0;
	memset(trs->counts, 0, sizeof(trs->counts));
}
