/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <tap/events.h>

#include "duration.h"
#include "parser.h"
#include "prove.h"
#include "verdict.h"

#include <stdlib.h>
#include <string.h>
#include <subunit2/utf8.h>

struct tap_events {
	struct subunit2_time since[TAP_LEVELS_MAX]; /* the end of each level's newest test; without
	                                               a clock, when the level began */
	struct subunit2_time wait;                  /* the last WAIT */
	char *route_code;

	struct tap_judge judge;

	/* Not cleared for every script, since they are large: tap_tests_init and tap_parser_init
	 * set the fields that matter. */
	struct tap_tests tests;
	int64_t pause_ms; /* when the parser has waited long enough; INT64_MAX: never */
	struct tap_parser parser;
};

/*
 * Results.
 */

static const struct tap_bytes none = {NULL, 0};

/* Sets *PATH to that of the test of FACT, whose name may need escapes, at level AT. */
static void
tap_events_escape_path(struct tap_events *tap, size_t at, const struct tap_fact *fact,
                       struct tap_path *path)
{
	char unescaped[2 * TAP_PATH_MAX], escaped[TAP_PATH_MAX];
	struct tap_bytes name = fact->bytes, tail = fact->tail;
	if (name.len > sizeof(unescaped))
		name.len = sizeof(unescaped);
	struct subunit2_view text = {unescaped, tap_unescape(name, unescaped)};
	if (tail.len > sizeof(unescaped) - text.len)
		tail.len = sizeof(unescaped) - text.len;
	if (tail.len)
		text.len += tap_unescape(tail, unescaped + text.len);
	size_t len = subunit2_utf8_escape(text, escaped, sizeof(escaped));
	tap_scopes_path(&tap->tests.scopes, at, (struct tap_bytes){escaped, len}, fact->number,
	                path);
}

/* Sets *PATH to that of the test of FACT at level AT. */
static inline void
tap_events_find_path(struct tap_events *tap, size_t at, const struct tap_fact *fact,
                     struct tap_path *path)
{
	if (fact->literal && !fact->tail.len)
		tap_scopes_path(&tap->tests.scopes, at, fact->bytes, fact->number, path);
	else
		tap_events_escape_path(tap, at, fact, path);
}

/* Keeps FACT's line if it is in a level without a name, which may be no TAP. */
static enum subunit2_result
tap_events_keep_raw(struct tap_events *tap, const struct tap_fact *fact)
{
	const struct tap_scopes *scopes = &tap->tests.scopes;
	return tap_scopes_under(scopes, scopes->depth) && fact->raw.len
	               ? tap_tests_keep_raw(&tap->tests, fact->raw)
	               : SUBUNIT2_E_OK;
}

/* Sets *ENDING to how the test of FACT at level AT ended. */
static void
tap_events_find_ending(struct tap_events *tap, const struct tap_fact *fact, size_t at,
                       struct tap_ending *ending)
{
	static const enum subunit2_status statuses[] = {
		[TAP_PASSED] = SUBUNIT2_STATUS_SUCCESS,
		[TAP_FAILED] = SUBUNIT2_STATUS_FAIL,
		[TAP_SKIPPED] = SUBUNIT2_STATUS_SKIP,
		[TAP_TODO_FAILED] = SUBUNIT2_STATUS_XFAIL,
		[TAP_TODO_PASSED] = SUBUNIT2_STATUS_SUCCESS,
	};
	ending->status = statuses[fact->outcome];
	ending->todo_passed = fact->outcome == TAP_TODO_PASSED;
	ending->has_time = tap->tests.sender.has_clock;
	ending->start = tap->since[at];
	ending->end = fact->waited ? tap->wait : tap->tests.sender.now;
	/* Without a clock, a test that has subtests begins with them. */
	if (!ending->has_time)
		ending->start = fact->closes ? tap->since[at + 1] : ending->end;
	if (ending->todo_passed && tap->tests.options.strict)
		ending->status = SUBUNIT2_STATUS_UXSUCCESS;
	if (fact->duration_ns != TAP_NO_DURATION)
		tap_sender_set_duration(&tap->tests.sender, ending, fact->duration_ns);
	if (tap->tests.sender.has_clock)
		tap->since[at] = ending->end;
}

static bool
tap_events_is_todo(const struct tap_test *test)
{
	return test->ending.status == SUBUNIT2_STATUS_XFAIL || test->ending.todo_passed;
}

/* Closes the newest level. TODO: failures and faults there are expected. */
static enum subunit2_result
tap_events_close_level(struct tap_events *tap, bool todo)
{
	enum subunit2_result result = tap_verdict_on_close(&tap->judge, &tap->tests, todo);
	return result == SUBUNIT2_E_OK ? tap_tests_close_level(&tap->tests, todo) : result;
}

static bool
tap_events_equals_base(const struct tap_scope *scope, const struct tap_path *path)
{
	return scope->base_len == path->len && memcmp(scope->path.data, path->data, path->len) == 0;
}

/* Joins the newest level and the test of FACT, whose subtest it is: the one that has no name gets
 * that of the other. */
static enum subunit2_result
tap_events_join_subtest(struct tap_events *tap, const struct tap_fact *fact)
{
	struct tap_test *test = &tap->tests.newest;
	struct tap_scopes *scopes = &tap->tests.scopes;
	struct tap_scope *scope = &scopes->at[scopes->depth];
	if (scope->named) {
		bool anonymous = fact->lost || fact->name_after || !fact->bytes.len;
		if (anonymous || tap_events_equals_base(scope, &test->path)) {
			test->path = scope->path;
			test->taken = scope->taken;
		}
	} else {
		test->taken = !test->under;
		if ((test->taken && !tap_scopes_take(scopes, &test->path)) ||
		    !tap_scopes_name(scopes, scopes->depth, &test->path))
			return tap_tests_no_memory(&tap->tests);
	}
	return tap_events_close_level(tap, tap_events_is_todo(test));
}

static enum subunit2_result
tap_events_on_result(struct tap_events *tap, const struct tap_fact *fact)
{
	struct tap_test *test = &tap->tests.newest;
	size_t at = tap->tests.scopes.depth - fact->closes;
	enum subunit2_result result = SUBUNIT2_E_OK;
	test->name.len = test->reason.len = 0;
	if (fact->reason.len)
		result = tap_tests_keep_unescaped(&tap->tests, &test->reason, fact->reason, none);
	if (result == SUBUNIT2_E_OK && fact->outcome == TAP_FAILED)
		result =
			tap_tests_keep_unescaped(&tap->tests, &test->name, fact->bytes, fact->tail);
	if (result != SUBUNIT2_E_OK)
		return result;
	tap_events_find_ending(tap, fact, at, &test->ending);
	test->under = tap_scopes_under(&tap->tests.scopes, at);
	if (test->under)
		result = tap_events_keep_raw(tap, fact);
	if (result != SUBUNIT2_E_OK)
		return result;
	test->taken = false;
	tap_events_find_path(tap, at, fact, &test->path);
	if (fact->closes)
		result = tap_events_join_subtest(tap, fact);
	else if (tap->tests.before.len && !fact->before && !fact->announced)
		result = tap_tests_pass_on_comments(&tap->tests);
	if (result == SUBUNIT2_E_OK)
		result = tap_tests_open(&tap->tests);
	return result == SUBUNIT2_E_OK && fact->before ? tap_tests_end(&tap->tests) : result;
}

/*
 * Levels.
 */

static enum subunit2_result
tap_events_name_level(struct tap_events *tap, const struct tap_fact *fact)
{
	struct tap_scopes *scopes = &tap->tests.scopes;
	struct tap_scope *scope = &scopes->at[scopes->depth];
	struct tap_path path;
	tap_events_find_path(tap, scopes->depth - 1, fact, &path);
	scope->base_len = path.len;
	scope->taken = !tap_scopes_under(scopes, scopes->depth - 1);
	if ((scope->taken && !tap_scopes_take(scopes, &path)) ||
	    !tap_scopes_name(scopes, scopes->depth, &path))
		return tap_tests_no_memory(&tap->tests);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
tap_events_open_level(struct tap_events *tap, const struct tap_fact *fact)
{
	const struct tap_test *test = &tap->tests.newest;
	struct tap_scopes *scopes = &tap->tests.scopes;
	tap_scopes_open(scopes, fact->number);
	tap_verdict_on_open(&tap->judge, &tap->tests);
	scopes->at[scopes->depth].raw_len = tap->tests.raw.len;
	tap->since[scopes->depth] =
		tap->tests.sender.has_clock ? tap->since[scopes->depth - 1] : tap->tests.sender.now;
	if (!fact->of_result)
		return fact->bytes.len ? tap_events_name_level(tap, fact) : SUBUNIT2_E_OK;
	struct tap_scope *scope = &scopes->at[scopes->depth];
	scope->named = scope->judged = true;
	scope->todo = tap_events_is_todo(test);
	scope->path = test->path;
	scope->base_len = test->path.len;
	return SUBUNIT2_E_OK;
}

/* Begins the document of another script: paths begin with its name, if that is known. */
static enum subunit2_result
tap_events_begin_document(struct tap_events *tap, const struct tap_fact *fact)
{
	struct tap_path path, *script = &tap->tests.scopes.at[0].path;
	enum subunit2_result result = tap_tests_pass_on_comments(&tap->tests);
	script->len = 0;
	script->hash = 0;
	if (!fact->bytes.len)
		return result;
	tap_events_find_path(tap, 0, fact, &path);
	*script = path;
	return result;
}

/* Ends the newest level, whose own test is missing or came before it. */
static enum subunit2_result
tap_events_abandon_level(struct tap_events *tap, const struct tap_fact *fact)
{
	static const char missing[] = "its own result is missing";
	struct tap_scopes *scopes = &tap->tests.scopes;
	bool drops = fact->orphan && fact->bare && !scopes->at[scopes->depth].named;
	enum subunit2_result result = SUBUNIT2_E_OK;
	if (drops)
		result = tap_tests_drop_level(&tap->tests);
	else if (!tap_scopes_name_all(scopes, scopes->depth))
		result = tap_tests_no_memory(&tap->tests);
	else if (fact->orphan)
		result = tap_verdict_on_fault(&tap->judge, &tap->tests,
		                              (struct tap_bytes){missing, sizeof(missing) - 1});
	return result == SUBUNIT2_E_OK ? tap_events_close_level(tap, false) : result;
}

/*
 * The facts of the parser.
 */

static int
tap_events_on_step(struct tap_events *tap, const struct tap_fact *fact)
{
	enum subunit2_result result;
	switch (fact->kind) {
	case TAP_FACT_WAIT:
		tap->wait = tap->tests.sender.now;
		return SUBUNIT2_E_OK;
	case TAP_FACT_SPILL:
		return tap_tests_pass_on_comments(&tap->tests);
	case TAP_FACT_HEADER:
		result = tap_tests_pass_on_comments(&tap->tests);
		return result == SUBUNIT2_E_OK && fact->boot > 1
		               ? tap_sender_set_tags(&tap->tests.sender, fact->boot)
		               : result;
	case TAP_FACT_DOCUMENT:
		return tap_events_begin_document(tap, fact);
	case TAP_FACT_OPEN:
		return tap_events_open_level(tap, fact);
	case TAP_FACT_NAME:
		return tap_events_name_level(tap, fact);
	case TAP_FACT_CLOSE:
		return tap_events_abandon_level(tap, fact);
	case TAP_FACT_SKIP_ALL:
		return tap_verdict_on_skip_all(&tap->judge, &tap->tests, fact->bytes);
	case TAP_FACT_BAIL_OUT:
		return tap_verdict_on_bail_out(&tap->judge, &tap->tests, fact->bytes);
	case TAP_FACT_FAULT:
		return tap_verdict_on_fault(&tap->judge, &tap->tests, fact->bytes);
	case TAP_FACT_STEP:
		return tap_events_keep_raw(tap, fact);
	default:
		return SUBUNIT2_E_OK;
	}
}

static int
tap_events_on_fact(void *context, const struct tap_fact *fact)
{
	struct tap_events *tap = context;
	enum subunit2_result result = SUBUNIT2_E_OK;
	/* Most facts are results. */
	if (fact->kind == TAP_FACT_RESULT) {
		result = tap_tests_end(&tap->tests);
		return result == SUBUNIT2_E_OK ? tap_events_on_result(tap, fact) : result;
	}
	if ((fact->kind == TAP_FACT_COMMENT || fact->kind == TAP_FACT_YAML) &&
	    tap->tests.scopes.depth)
		result = tap_events_keep_raw(tap, fact);
	if (result != SUBUNIT2_E_OK)
		return result;
	switch (fact->kind) {
	case TAP_FACT_TEXT:
		return tap_tests_text(&tap->tests, fact->bytes);
	case TAP_FACT_COMMENT:
		return tap_tests_comment(&tap->tests, fact);
	case TAP_FACT_YAML:
		return tap_tests_yaml(&tap->tests, fact);
	default:
		result = tap_tests_end(&tap->tests);
		return result == SUBUNIT2_E_OK ? tap_events_on_step(tap, fact) : result;
	}
}

static bool
tap_events_copy(struct subunit2_view from, char **data, struct subunit2_view *to)
{
	*to = from;
	if (!from.data)
		return true;
	*data = malloc(from.len + 1);
	if (!*data)
		return false;
	memcpy(*data, from.data, from.len);
	to->data = *data;
	return true;
}

struct tap_events *
tap_events_new(const struct tap_options *options, struct subunit2_sink *sink)
{
	struct tap_events *tap = malloc(sizeof(*tap));
	if (!tap)
		return NULL;
	memset(tap, 0, offsetof(struct tap_events, tests));
	struct tap_sender *sender = &tap->tests.sender;
	struct tap_bytes script = {options->script.data, options->script.len};
	bool made = tap_tests_init(&tap->tests, script);
	tap->tests.options = *options;
	sender->sink = sink;
	sender->has_clock = options->clock != NULL;
	sender->now = (struct subunit2_time){0, 0};
	if (options->clock)
		tap->since[0] = options->clock(options->context);
	tap->pause_ms = INT64_MAX;
	tap_parser_init(&tap->parser,
	                (struct tap_rules){
				.declared = options->forced,
				.automake = options->automake,
				.any_line = options->any_line,
				.ktap = options->ktap,
				.saved = !options->clock,
			},
	                tap_events_on_fact, tap);
	if (made &&
	    tap_events_copy(options->route_code, &tap->route_code, &sender->event.route_code) &&
	    tap_sender_set_tags(sender, 1) == SUBUNIT2_E_OK)
		return tap;
	tap_events_free(tap);
	return NULL;
}

void
tap_events_free(struct tap_events *tap)
{
	if (!tap)
		return;
	tap_tests_free(&tap->tests);
	tap_verdict_free(&tap->judge);
	free(tap->route_code);
	free(tap);
}

/* Returns the time at which the open test ends even if nothing follows it. */
static int64_t
tap_events_end_ms(const struct tap_events *tap)
{
	return tap->tests.newest.open ? tap->tests.deadline_ms : INT64_MAX;
}

/* Begins a call of the interface: sets its time, and ends a test whose time is over. */
static enum subunit2_result
tap_events_begin_call(struct tap_events *tap, int64_t now_ms, struct subunit2_error *error)
{
	struct tap_tests *tests = &tap->tests;
	tests->now_ms = now_ms;
	tests->sender.error = error;
	if (tests->options.clock)
		tests->sender.now = tests->options.clock(tests->options.context);
	return now_ms >= tap_events_end_ms(tap) ? tap_tests_end(tests) : SUBUNIT2_E_OK;
}

enum subunit2_result
tap_events_feed(struct tap_events *tap, struct subunit2_view bytes, int64_t now_ms,
                struct subunit2_error *error)
{
	struct tap_parser *parser = &tap->parser;
	bool waited = tap_candidates_wait(&parser->candidates);
	enum subunit2_result result = tap_events_begin_call(tap, now_ms, error);
	if (result == SUBUNIT2_E_OK)
		result = tap_parser_feed(parser, (struct tap_bytes){bytes.data, bytes.len});
	if (!tap_candidates_wait(&parser->candidates))
		tap->pause_ms = tap_parser_holds(parser) ? now_ms + TAP_HOLD_MS : INT64_MAX;
	else if (!waited)
		tap->pause_ms = now_ms + TAP_CANDIDATES_MS;
	return result;
}

enum subunit2_result
tap_events_stderr(struct tap_events *tap, struct subunit2_view bytes, int64_t now_ms,
                  struct subunit2_error *error)
{
	enum subunit2_result result = tap_events_begin_call(tap, now_ms, error);
	if (result != SUBUNIT2_E_OK)
		return result;
	return tap_tests_stderr(&tap->tests, (struct tap_bytes){bytes.data, bytes.len});
}

bool
tap_events_is_idle(const struct tap_events *tap)
{
	return tap_parser_is_idle(&tap->parser);
}

bool
tap_events_is_text(struct subunit2_view line)
{
	struct tap_bytes bytes = {line.data, line.len}, name;
	return tap_line_is_text(bytes) &&
	       (!tap_documents_may_end_in_dots(bytes) || !tap_prove_header(bytes, &name));
}

int64_t
tap_events_deadline(const struct tap_events *tap)
{
	int64_t test_ms = tap_events_end_ms(tap);
	return test_ms < tap->pause_ms ? test_ms : tap->pause_ms;
}

enum subunit2_result
tap_events_tick(struct tap_events *tap, int64_t now_ms, struct subunit2_error *error)
{
	enum subunit2_result result = tap_events_begin_call(tap, now_ms, error);
	if (result != SUBUNIT2_E_OK || now_ms < tap->pause_ms)
		return result;
	tap->pause_ms = INT64_MAX;
	return tap_parser_pause(&tap->parser);
}

enum subunit2_result
tap_events_finish(struct tap_events *tap, struct subunit2_error *error)
{
	enum subunit2_result result = tap_events_begin_call(tap, tap->tests.now_ms, error);
	if (result == SUBUNIT2_E_OK)
		result = tap_parser_finish(&tap->parser);
	if (result == SUBUNIT2_E_OK)
		result = tap_tests_end(&tap->tests);
	if (result == SUBUNIT2_E_OK)
		result = tap_tests_pass_on_comments(&tap->tests);
	return result == SUBUNIT2_E_OK ? tap_verdict_on_eof(&tap->judge, &tap->tests,
	                                                    tap_parser_has_seen(&tap->parser))
	                               : result;
}

const struct tap_verdict *
tap_events_verdict(const struct tap_events *tap)
{
	return &tap->judge.verdict;
}
