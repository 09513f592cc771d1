/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "verdict.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <subunit2/utf8.h>

#define SHOWN_MAX 1024 /* bytes of a name or of a reason that the verdict quotes */

void
tap_verdict_free(struct tap_judge *judge)
{
	tap_buffer_free(&judge->bail_out);
	tap_buffer_free(&judge->faults);
	tap_buffer_free(&judge->open_faults);
	tap_buffer_free(&judge->skip);
}

/* Adds a clause to TEXT, after the ones before, if there is room. */
__attribute__((format(printf, 3, 4))) static int
tap_verdict_add_clause(struct tap_tests *tests, struct tap_buffer *text, const char *format, ...)
{
	static const struct tap_bytes between = {"; ", 2};
	char clause[TAP_REASON_MAX];
	va_list values;
	va_start(values, format);
	int len = vsnprintf(clause, sizeof(clause), format, values);
	va_end(values);
	if (len < 0 || text->len + (size_t)len + between.len > TAP_REASON_MAX)
		return SUBUNIT2_E_OK;
	enum subunit2_result result =
		text->len ? tap_tests_keep(tests, text, between) : SUBUNIT2_E_OK;
	if (result != SUBUNIT2_E_OK)
		return result;
	return tap_tests_keep(tests, text, (struct tap_bytes){clause, (size_t)len});
}

/* Escapes BYTES, which may hold any bytes, for a clause. */
static const char *
tap_verdict_shown(struct tap_bytes bytes, char buffer[SHOWN_MAX + 1])
{
	struct subunit2_view view = {bytes.data, bytes.len};
	buffer[subunit2_utf8_escape(view, buffer, SHOWN_MAX)] = '\0';
	return buffer;
}

void
tap_verdict_on_open(const struct tap_judge *judge, struct tap_tests *tests)
{
	struct tap_scopes *scopes = &tests->scopes;
	scopes->at[scopes->depth].faults_len = judge->open_faults.len;
}

/* Adds CLAUSE, with its NUL, to the faults of open subtests, if there is room. */
static int
tap_verdict_keep_open_fault(struct tap_judge *judge, struct tap_tests *tests, const char *clause)
{
	struct tap_bytes whole = {clause, strlen(clause) + 1};
	if (judge->open_faults.len + whole.len > TAP_REASON_MAX)
		return SUBUNIT2_E_OK;
	return tap_tests_keep(tests, &judge->open_faults, whole);
}

/* Adds the faults of open subtests, none of which is expected, to those of the script. */
static int
tap_verdict_add_open_faults(struct tap_judge *judge, struct tap_tests *tests)
{
	struct tap_bytes open = tap_buffer_bytes(&judge->open_faults);
	enum subunit2_result result = SUBUNIT2_E_OK;
	judge->open_faults.len = 0;
	while (open.len && result == SUBUNIT2_E_OK) {
		result = tap_verdict_add_clause(tests, &judge->faults, "%s", open.data);
		open = tap_skip(open, strlen(open.data) + 1);
	}
	return result;
}

int
tap_verdict_on_close(struct tap_judge *judge, struct tap_tests *tests, bool todo)
{
	const struct tap_scopes *scopes = &tests->scopes;
	if (todo)
		judge->open_faults.len = scopes->at[scopes->depth].faults_len;
	return scopes->depth == 1 ? tap_verdict_add_open_faults(judge, tests) : SUBUNIT2_E_OK;
}

int
tap_verdict_on_fault(struct tap_judge *judge, struct tap_tests *tests, struct tap_bytes fault)
{
	const struct tap_scopes *scopes = &tests->scopes;
	const struct tap_scope *scope = &scopes->at[scopes->depth];
	struct tap_bytes name = {scope->path.data, scope->path.len};
	char what[SHOWN_MAX + 1], who[SHOWN_MAX + 1], clause[TAP_REASON_MAX];
	if (tap_scopes_are_todo(scopes))
		return SUBUNIT2_E_OK;
	tap_verdict_shown(fault, what);
	if (scopes->depth == 0 && !name.len)
		snprintf(clause, sizeof(clause), "%s", what);
	else if (!scope->named)
		snprintf(clause, sizeof(clause), "#%" PRIu64 ": %s", scope->number, what);
	else
		snprintf(clause, sizeof(clause), "%s: %s", tap_verdict_shown(name, who), what);
	return scopes->depth ? tap_verdict_keep_open_fault(judge, tests, clause)
	                     : tap_verdict_add_clause(tests, &judge->faults, "%s", clause);
}

int
tap_verdict_on_bail_out(struct tap_judge *judge, struct tap_tests *tests, struct tap_bytes why)
{
	if (judge->verdict.bailed_out)
		return SUBUNIT2_E_OK;
	char unescaped[SHOWN_MAX], buffer[SHOWN_MAX + 1];
	if (why.len > sizeof(unescaped))
		why.len = sizeof(unescaped);
	why = (struct tap_bytes){unescaped, tap_unescape(why, unescaped)};
	judge->verdict.bailed_out = true;
	return tap_verdict_add_clause(tests, &judge->bail_out, "bailed out%s%s",
	                              why.len ? ": " : "", tap_verdict_shown(why, buffer));
}

int
tap_verdict_on_skip_all(struct tap_judge *judge, struct tap_tests *tests, struct tap_bytes why)
{
	judge->verdict.skipped = true;
	if (why.len > SHOWN_MAX)
		why.len = SHOWN_MAX;
	return tap_tests_keep_unescaped(tests, &judge->skip, why, (struct tap_bytes){NULL, 0});
}

static uint64_t
tap_verdict_count_all(const struct tap_sender *sender)
{
	uint64_t all = 0;
	for (size_t i = 0; i < sizeof(sender->counts) / sizeof(*sender->counts); i++)
		all += sender->counts[i];
	return all;
}

static enum subunit2_result
tap_verdict_count_tests(struct tap_judge *judge, struct tap_tests *tests)
{
	const struct tap_sender *sender = &tests->sender;
	struct tap_verdict *verdict = &judge->verdict;
	uint64_t all = tap_verdict_count_all(sender);
	verdict->passed = sender->counts[SUBUNIT2_STATUS_SUCCESS];
	verdict->failed_count = sender->counts[SUBUNIT2_STATUS_FAIL];
	verdict->skipped_count = sender->counts[SUBUNIT2_STATUS_SKIP];
	verdict->todo = sender->counts[SUBUNIT2_STATUS_XFAIL];
	verdict->todo_passed = sender->counts[SUBUNIT2_STATUS_UXSUCCESS];
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (verdict->failed_count)
		result = tap_verdict_add_clause(tests, &judge->faults,
		                                "%" PRIu64 " of %" PRIu64 " assertions failed",
		                                verdict->failed_count, all);
	if (result == SUBUNIT2_E_OK && verdict->todo_passed && tests->options.strict)
		result = tap_verdict_add_clause(tests, &judge->faults,
		                                "%" PRIu64 " of %" PRIu64
		                                " assertions passed, but are TODO",
		                                verdict->todo_passed, all);
	return result;
}

int
tap_verdict_on_eof(struct tap_judge *judge, struct tap_tests *tests, bool seen)
{
	struct tap_verdict *verdict = &judge->verdict;
	enum subunit2_result result = tap_verdict_add_open_faults(judge, tests);
	if (result == SUBUNIT2_E_OK)
		result = tap_verdict_count_tests(judge, tests);
	if (result == SUBUNIT2_E_OK && verdict->bailed_out && judge->faults.len)
		result = tap_verdict_add_clause(tests, &judge->bail_out, "%.*s",
		                                (int)judge->faults.len, judge->faults.data);
	if (result != SUBUNIT2_E_OK)
		return result;
	verdict->seen = seen;
	verdict->failed = verdict->bailed_out || judge->faults.len > 0;
	verdict->skipped =
		verdict->skipped && !verdict->failed && !tap_verdict_count_all(&tests->sender);
	static const struct tap_buffer empty;
	const struct tap_buffer *text = verdict->bailed_out ? &judge->bail_out
	                                : verdict->failed   ? &judge->faults
	                                : verdict->skipped  ? &judge->skip
	                                                    : &empty;
	size_t len = subunit2_utf8_escape((struct subunit2_view){text->data, text->len},
	                                  judge->reason, TAP_REASON_MAX);
	verdict->reason = (struct subunit2_view){judge->reason, len};
	return SUBUNIT2_E_OK;
}
