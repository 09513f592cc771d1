/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "junit_totals.h"

#include "memory.h"
#include "number.h"

#include <inttypes.h>
#include <stdlib.h>

#define REASON_LEN_MAX 4096              /* bytes; further suites are not named */
#define DECLARED_MAX (UINT64_C(1) << 40) /* so that sums do not overflow */

struct junit_total {
	char *name;
	struct {
		uint64_t failures, errors, tests, skipped;
	} declared;
	struct {
		uint64_t failures, results, skipped, suites; /* FAILURES: and errors */
	} read;
	bool counts_parts;  /* the declared tests are parts of cases */
	uint64_t explained; /* failures that inner suites declare and that were not read */
};

void
junit_totals_clear(struct junit_totals *totals)
{
	while (totals->depth > 0)
		free(totals->list[--totals->depth].name);
	free(totals->list);
	buffer_clear(&totals->reason);
}

/* Adds the number that VALUE begins with to *TOTAL: " 1", "+1", "1.0", "1,024". */
static void
junit_totals_add_declared(uint64_t *total, const char *value)
{
	uint64_t number;
	const char *end;
	value += strspn(value, " \t\r\n+");
	if (*value < '0' || *value > '9')
		return;
	bool fits = number_parse(value, &number, &end);
	*total += fits && number < DECLARED_MAX ? number : DECLARED_MAX;
}

static bool
junit_totals_is_named(const struct junit_total *total, const char *name)
{
	return total->name && strcmp(total->name, name) == 0;
}

static void
junit_totals_read_attribute(struct junit_total *total, const char *name, const char *value)
{
	if (strcmp(name, "name") == 0 && !total->name)
		total->name = memory_copy(value);
	else if (strcmp(name, "hostname") == 0)
		total->counts_parts = strcmp(value, "tbd") == 0; /* Catch2 */
	else if (strcmp(name, "failures") == 0)
		junit_totals_add_declared(&total->declared.failures, value);
	else if (strcmp(name, "errors") == 0)
		junit_totals_add_declared(&total->declared.errors, value);
	else if (strcmp(name, "tests") == 0)
		junit_totals_add_declared(&total->declared.tests, value);
	else if (strcmp(name, "skipped") == 0 || strcmp(name, "skips") == 0 ||
	         strcmp(name, "disabled") == 0 || strcmp(name, "ignored") == 0)
		junit_totals_add_declared(&total->declared.skipped, value);
}

void
junit_totals_begin(struct junit_totals *totals, const char *const *attributes)
{
	totals->list =
		memory_grow(totals->list, &totals->size, totals->depth + 1, sizeof(*totals->list));
	struct junit_total *total = &totals->list[totals->depth++];
	*total = (struct junit_total){.name = NULL};
	for (; *attributes; attributes += 2)
		junit_totals_read_attribute(total, attributes[0], attributes[1]);
	/* junit_suite_name of pytest names the inner suite. */
	total->counts_parts |= junit_totals_is_named(total, "pytest") ||
	                       junit_totals_is_named(&totals->list[0], "pytest tests");
}

/* Returns how many failures and errors TOTAL declares. The xunit reporter of old versions of
 * mocha writes each failure into both numbers, and Criterion counts errors as failures too. */
static uint64_t
junit_totals_declared_failures(const struct junit_totals *totals, const struct junit_total *total)
{
	bool twice = (junit_totals_is_named(total, "Mocha Tests") &&
	              total->declared.failures == total->declared.errors) ||
	             junit_totals_is_named(&totals->list[0], "Criterion Tests");
	return twice ? total->declared.failures : total->declared.failures + total->declared.errors;
}

static void
junit_totals_add_reason(struct junit_totals *totals, const struct junit_total *total,
                        const char *what, uint64_t declared, uint64_t read)
{
	if (totals->reason.len > REASON_LEN_MAX)
		return;
	char *line = memory_format("%s%s%s: declares %s=%" PRIu64 ", but %" PRIu64 " were found",
	                           totals->reason.len ? "\n" : "", total->name ? "suite " : "",
	                           total->name ? total->name : "the file", what, declared, read);
	buffer_add_text(&totals->reason, line);
	free(line);
}

/* Returns true if TOTAL declares tests that have no result and were not skipped. */
static bool
junit_totals_lack_tests(const struct junit_total *total)
{
	uint64_t unlisted = total->declared.skipped > total->read.skipped
	                            ? total->declared.skipped - total->read.skipped
	                            : 0;
	if (total->read.results > 0)
		unlisted += total->read.suites;
	if (total->read.results > 0 && (total->counts_parts || total->read.failures > 0))
		return false;
	return total->declared.tests > total->read.results + unlisted;
}

/* Compares TOTAL with what was read. Returns how many failures are missing in it. */
static uint64_t
junit_totals_check(struct junit_totals *totals, const struct junit_total *total)
{
	uint64_t declared = junit_totals_declared_failures(totals, total);
	uint64_t missing = declared > total->read.failures ? declared - total->read.failures : 0;
	if (missing > total->explained)
		junit_totals_add_reason(totals, total, "failures+errors", declared,
		                        total->read.failures);
	else if (missing == 0 && totals->reason.len == 0 && junit_totals_lack_tests(total))
		junit_totals_add_reason(totals, total, "tests", total->declared.tests,
		                        total->read.results);
	return missing > total->explained ? missing : total->explained;
}

void
junit_totals_end(struct junit_totals *totals)
{
	struct junit_total *total = &totals->list[--totals->depth];
	uint64_t missing = junit_totals_check(totals, total);
	if (totals->depth > 0) {
		struct junit_total *outer = total - 1;
		outer->explained += missing;
		outer->read.failures += total->read.failures;
		outer->read.results += total->read.results;
		outer->read.suites += total->read.suites + 1;
		outer->read.skipped += total->read.skipped;
		outer->counts_parts |= total->counts_parts;
	}
	free(total->name);
}

void
junit_totals_add_result(struct junit_totals *totals)
{
	if (totals->depth > 0)
		totals->list[totals->depth - 1].read.results++;
}

void
junit_totals_add_skip(struct junit_totals *totals)
{
	if (totals->depth > 0)
		totals->list[totals->depth - 1].read.skipped++;
}

void
junit_totals_add_failure(struct junit_totals *totals)
{
	if (totals->depth > 0)
		totals->list[totals->depth - 1].read.failures++;
}

const char *
junit_totals_reason(struct junit_totals *totals)
{
	if (totals->reason.len == 0)
		return NULL;
	buffer_add_char(&totals->reason, '\0');
	totals->reason.len--;
	return totals->reason.data;
}
