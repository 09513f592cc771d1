/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "verdict.h"

#include "duration.h"
#include "style.h"

struct count {
	uint64_t number;
	const char *what;
};

#define COUNTS 7

static void
verdict_put_list(FILE *file, const struct count *counts, size_t len)
{
	const char *between = "";
	for (size_t i = 0; i < len; i++) {
		if (counts[i].number == 0)
			continue;
		fprintf(file, "%s%llu %s", between, (unsigned long long)counts[i].number,
		        counts[i].what);
		between = ", ";
	}
}

static uint64_t
verdict_sum(const struct count *counts, size_t len)
{
	uint64_t total = 0;
	for (size_t i = 0; i < len; i++)
		total += counts[i].number;
	return total;
}

/* Prints "scripts: 3 passed, 1 failed". Returns false, and prints nothing, if all counts are 0. */
static bool
verdict_put_counts(FILE *file, const char *before, const char *kind,
                   const struct subunit2_counts *counts)
{
	const struct count list[COUNTS] = {
		{counts->passed, "passed"},
		{counts->failed, "failed"},
		{counts->unexpected, "unexpected"},
		{counts->skipped, "skipped"},
		{counts->todo, "todo"},
		{counts->unfinished, "unfinished"},
		{counts->listed, "listed"},
	};
	if (verdict_sum(list, COUNTS) == 0)
		return false;
	fprintf(file, "%s%s: ", before, kind);
	verdict_put_list(file, list, COUNTS);
	return true;
}

static void
verdict_put_reasons(FILE *file, const struct subunit2_summary_result *result,
                    const struct writer_options *options)
{
	const struct subunit2_counts *a = &result->scripts, *b = &result->assertions;
	const struct count reasons[] = {
		{a->failed + b->failed, "failed"},
		{a->unexpected + b->unexpected, "unexpectedly passed"},
		{a->unfinished + b->unfinished, "unfinished"},
		{result->damaged, "damaged in the stream"},
	};
	size_t len = sizeof(reasons) / sizeof(*reasons);
	fputs("not good: ", file);
	bool counted = verdict_sum(reasons, len) > 0;
	verdict_put_list(file, reasons, len);
	if (options->lacks_input)
		fprintf(file, "%san input could not be read", counted ? ", " : "");
	else if (!counted)
		fputs("no tests", file);
	putc('\n', file);
}

void
verdict_put(struct output_file *to, const struct subunit2_summary_result *result,
            const struct writer_options *options)
{
	FILE *file = to->file;
	bool some = verdict_put_counts(file, "", "scripts", &result->scripts);
	some |= verdict_put_counts(file, some ? "; " : "", "assertions", &result->assertions);
	fputs(some ? "\n" : "no tests\n", file);

	if (result->has_time) {
		char text[DURATION_SIZE];
		int64_t ns = subunit2_time_since(result->stop, result->start);
		fprintf(file, "time: %s\n", duration_text(ns, text));
	}
	bool good = !options->lacks_input &&
	            subunit2_summary_is_good(
			    result, options->empty_is_good ? SUBUNIT2_SUMMARY_EMPTY_IS_GOOD : 0);
	style_begin(to, good ? STYLE_GOOD : STYLE_BAD);
	if (good)
		fputs("good\n", file);
	else
		verdict_put_reasons(file, result, options);
	style_end(to);
}
