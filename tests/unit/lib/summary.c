/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "check.h"
#include "keyed_hash.h"

#include <subunit2.h>

static struct subunit2_event
said(const char *id, enum subunit2_status status, bool runnable)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id), .status = status, .runnable = runnable};
}

static void
say(struct subunit2_summary *summary, struct subunit2_event event)
{
	if (subunit2_sink_event(subunit2_summary_sink(summary), &event, NULL) != SUBUNIT2_E_OK)
		CHECK_NAMED("an event is taken", false);
}

static void
finish(struct subunit2_summary *summary)
{
	CHECK(subunit2_sink_finish(subunit2_summary_sink(summary), NULL) == SUBUNIT2_E_OK);
}

static bool
counts_are(const struct subunit2_counts *counts, uint64_t passed, uint64_t failed, uint64_t skipped,
           uint64_t todo, uint64_t unexpected, uint64_t unfinished, uint64_t listed)
{
	return counts->passed == passed && counts->failed == failed && counts->skipped == skipped &&
	       counts->todo == todo && counts->unexpected == unexpected &&
	       counts->unfinished == unfinished && counts->listed == listed;
}

static void
test_counts(void)
{
	struct subunit2_summary *summary = subunit2_summary_new();
	const struct subunit2_summary_result *result = subunit2_summary_result(summary);
	static const enum subunit2_status finals[] = {
		SUBUNIT2_STATUS_SUCCESS, SUBUNIT2_STATUS_SUCCESS,   SUBUNIT2_STATUS_FAIL,
		SUBUNIT2_STATUS_SKIP,    SUBUNIT2_STATUS_UXSUCCESS, SUBUNIT2_STATUS_XFAIL,
	};

	for (size_t i = 0; i < sizeof(finals) / sizeof(*finals); i++) {
		say(summary, said("test", SUBUNIT2_STATUS_INPROGRESS, true));
		say(summary, said("test", finals[i], true));
		say(summary, said("test::part", finals[i], false));
	}
	say(summary, said("began", SUBUNIT2_STATUS_INPROGRESS, true));
	say(summary, said("began part", SUBUNIT2_STATUS_INPROGRESS, false));
	say(summary, said("listed", SUBUNIT2_STATUS_EXISTS, true));
	say(summary, said("listed", SUBUNIT2_STATUS_EXISTS, true));
	say(summary, said("listed and run", SUBUNIT2_STATUS_EXISTS, true));
	say(summary, said("listed and run", SUBUNIT2_STATUS_SUCCESS, false));
	/* The sink of a summary lives as long as the summary. */
	subunit2_sink_free(subunit2_summary_sink(summary));
	finish(summary);
	CHECK(counts_are(&result->scripts, 3, 1, 1, 1, 1, 1, 1));
	CHECK(counts_are(&result->assertions, 2, 1, 1, 1, 1, 1, 0));
	CHECK(result->damaged == 0);
	finish(summary);
	CHECK_NAMED("a second finish counts nothing",
	            counts_are(&result->scripts, 3, 1, 1, 1, 1, 1, 1) &&
	                    counts_are(&result->assertions, 2, 1, 1, 1, 1, 1, 0));
	subunit2_summary_free(summary);
}

static void
test_keys(void)
{
	struct subunit2_summary *summary = subunit2_summary_new();
	const struct subunit2_summary_result *result = subunit2_summary_result(summary);
	struct subunit2_event event = said("test", SUBUNIT2_STATUS_INPROGRESS, true);

	say(summary, event);
	event.route_code = SUBUNIT2_LITERAL("");
	say(summary, event);
	event.route_code = SUBUNIT2_LITERAL("0");
	say(summary, event);
	event.route_code = SUBUNIT2_LITERAL("1");
	say(summary, event);
	event.status = SUBUNIT2_STATUS_SUCCESS;
	say(summary, event);
	event.stream = 1;
	say(summary, event);
	event.stream = 2;
	event.status = SUBUNIT2_STATUS_INPROGRESS;
	say(summary, event);
	finish(summary);
	CHECK_NAMED("the same id is another test under another route, and in another stream",
	            counts_are(&result->scripts, 2, 0, 0, 0, 0, 4, 0));
	subunit2_summary_free(summary);
}

static void
test_damage(void)
{
	struct subunit2_summary *summary = subunit2_summary_new();
	const struct subunit2_summary_result *result = subunit2_summary_result(summary);

	say(summary, said("fine", SUBUNIT2_STATUS_SUCCESS, true));
	say(summary, said("subunit.parser", SUBUNIT2_STATUS_FAIL, false));
	finish(summary);
	CHECK(result->damaged == 1);
	CHECK(counts_are(&result->assertions, 0, 0, 0, 0, 0, 0, 0));
	CHECK(!subunit2_summary_is_good(result, 0));
	subunit2_summary_free(summary);
}

/* Times without a date count only if no event has a date, in any order of the events. */
static void
test_undated_times(void)
{
	const int64_t orders[][3] = {{10, 1700000000, 1700000060}, {1700000060, 10, 1700000000}};

	for (size_t i = 0; i < 2; i++) {
		struct subunit2_summary *summary = subunit2_summary_new();
		const struct subunit2_summary_result *result = subunit2_summary_result(summary);
		struct subunit2_event event = {.has_timestamp = true};

		for (size_t j = 0; j < 3; j++) {
			event.timestamp.sec = orders[i][j];
			subunit2_sink_event(subunit2_summary_sink(summary), &event, NULL);
		}
		CHECK(result->start.sec == 1700000000 && result->stop.sec == 1700000060);
		subunit2_summary_free(summary);
	}
	CHECK(!subunit2_time_is_dated((struct subunit2_time){31535999, 0}));
	CHECK(subunit2_time_is_dated((struct subunit2_time){31536000, 0}));
}

static void
test_times(void)
{
	struct subunit2_summary *summary = subunit2_summary_new();
	const struct subunit2_summary_result *result = subunit2_summary_result(summary);
	struct subunit2_event event = said("test", SUBUNIT2_STATUS_SUCCESS, true);
	static const int64_t seconds[] = {50, 20, 70, 60};

	say(summary, event);
	CHECK(!result->has_time);
	event.has_timestamp = true;
	for (size_t i = 0; i < 4; i++) {
		event.timestamp.sec = seconds[i];
		say(summary, event);
	}
	CHECK(result->has_time && result->start.sec == 20 && result->stop.sec == 70);
	subunit2_summary_free(summary);
}

static bool
good_after(enum subunit2_status status, bool runnable, bool empty_is_good)
{
	struct subunit2_summary *summary = subunit2_summary_new();
	bool good;

	say(summary, said("test", status, runnable));
	subunit2_sink_finish(subunit2_summary_sink(summary), NULL);
	good = subunit2_summary_is_good(subunit2_summary_result(summary),
	                                empty_is_good ? SUBUNIT2_SUMMARY_EMPTY_IS_GOOD : 0);
	subunit2_summary_free(summary);
	return good;
}

static void
test_verdict(void)
{
	for (int runnable = 0; runnable < 2; runnable++) {
		CHECK(good_after(SUBUNIT2_STATUS_SUCCESS, runnable, false));
		CHECK(good_after(SUBUNIT2_STATUS_SKIP, runnable, false));
		CHECK(good_after(SUBUNIT2_STATUS_XFAIL, runnable, false));
		CHECK(!good_after(SUBUNIT2_STATUS_FAIL, runnable, true));
		CHECK(!good_after(SUBUNIT2_STATUS_UXSUCCESS, runnable, true));
		CHECK(!good_after(SUBUNIT2_STATUS_INPROGRESS, runnable, true));
		CHECK(!good_after(SUBUNIT2_STATUS_EXISTS, runnable, false));
		CHECK(good_after(SUBUNIT2_STATUS_EXISTS, runnable, true));
		CHECK(!good_after(SUBUNIT2_STATUS_NONE, runnable, false));
		CHECK(good_after(SUBUNIT2_STATUS_NONE, runnable, true));
	}
}

/* Many tests are open at once and end in another order: the table grows and closes its gaps. */
static void
test_many(void)
{
	enum { COUNT = 100000, STEP = 77777 };
	struct subunit2_summary *summary = subunit2_summary_new();
	const struct subunit2_summary_result *result = subunit2_summary_result(summary);
	char id[32];

	for (int i = 0; i < COUNT; i++) {
		snprintf(id, sizeof(id), "test %d", i);
		say(summary,
		    said(id, i % 2 ? SUBUNIT2_STATUS_INPROGRESS : SUBUNIT2_STATUS_EXISTS, true));
	}
	for (int i = 0; i < COUNT - 100; i++) {
		snprintf(id, sizeof(id), "test %d", (int)((int64_t)i * STEP % COUNT));
		/* The last event is not marked as runnable; the first one was. */
		say(summary, said(id, SUBUNIT2_STATUS_SUCCESS, false));
	}
	finish(summary);
	CHECK(counts_are(&result->scripts, COUNT - 100, 0, 0, 0, 0, 50, 50));
	CHECK(counts_are(&result->assertions, 0, 0, 0, 0, 0, 0, 0));
	subunit2_summary_free(summary);
}

/* Tests with one id on two routes are independent. */
static void
test_routes(void)
{
	struct subunit2_summary *summary = subunit2_summary_new();
	const struct subunit2_summary_result *result = subunit2_summary_result(summary);
	struct subunit2_event event = said("x", SUBUNIT2_STATUS_INPROGRESS, true);
	static const char *const codes[] = {"0", "1", "0/1"};

	for (int i = 0; i < 3; i++) {
		event.route_code = subunit2_view_of(codes[i]);
		say(summary, event);
	}
	event.status = SUBUNIT2_STATUS_SUCCESS;
	event.route_code = subunit2_view_of("1");
	say(summary, event);
	finish(summary);
	CHECK(counts_are(&result->scripts, 1, 0, 0, 0, 0, 2, 0));
	subunit2_summary_free(summary);
}

/* A test whose id is empty, or one byte, is kept as a failure like any other. */
static void
test_short_ids(void)
{
	static const char *const ids[] = {"", "x"};

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		struct subunit2_summary *summary = subunit2_summary_new();

		CHECK(subunit2_summary_keep_failures(summary, 1, NULL) == SUBUNIT2_E_OK);
		say(summary, said(ids[i], SUBUNIT2_STATUS_FAIL, true));
		finish(summary);
		CHECK(subunit2_summary_failure_count(summary) == 1 &&
		      subunit2_view_equal(subunit2_summary_failure(summary, 0)->test_id,
		                          subunit2_view_of(ids[i])));
		subunit2_summary_free(summary);
	}
}

static void
test_hash(void)
{
	struct keyed_hash_key key = keyed_hash_new_key();
	struct subunit2_view id = SUBUNIT2_LITERAL("x"), zero = SUBUNIT2_LITERAL("0"),
			     one = SUBUNIT2_LITERAL("1");
	uint64_t none = keyed_hash_test(&key, id, SUBUNIT2_ABSENT);

	CHECK(none == keyed_hash(&key, id));
	CHECK(keyed_hash_test(&key, id, zero) != none);
	CHECK(keyed_hash_test(&key, id, zero) != keyed_hash_test(&key, id, one));
	CHECK(keyed_hash_test(&key, zero, one) != keyed_hash_test(&key, one, zero));
}

static void
test_failures(void)
{
	static const struct {
		const char *id, *route;
		enum subunit2_status status;
	} events[] = {
		{"hangs", "1", SUBUNIT2_STATUS_INPROGRESS},
		{"good", NULL, SUBUNIT2_STATUS_SUCCESS},
		{"bad", NULL, SUBUNIT2_STATUS_INPROGRESS},
		{"bad", NULL, SUBUNIT2_STATUS_FAIL},
		{"todo", NULL, SUBUNIT2_STATUS_XFAIL},
		{"lucky", "", SUBUNIT2_STATUS_UXSUCCESS},
	};
	for (size_t limit = 2; limit <= 3; limit++) {
		struct subunit2_summary *summary = subunit2_summary_new();
		struct subunit2_sink *sink = subunit2_summary_sink(summary);

		CHECK(subunit2_summary_keep_failures(summary, limit, NULL) == SUBUNIT2_E_OK);
		for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
			struct subunit2_event event = {
				.test_id = subunit2_view_of(events[i].id),
				.route_code = subunit2_view_of(events[i].route),
				.status = events[i].status,
				.file_name = SUBUNIT2_LITERAL("log"),
				.file_bytes = SUBUNIT2_LITERAL("x"),
			};
			subunit2_sink_event(sink, &event, NULL);
		}
		subunit2_sink_finish(sink, NULL);
		CHECK(subunit2_summary_failure_count(summary) == limit);
		const struct subunit2_failure *bad = subunit2_summary_failure(summary, 0);
		CHECK(subunit2_view_equal(bad->test_id, SUBUNIT2_LITERAL("bad")) &&
		      !subunit2_view_present(bad->route_code) &&
		      bad->status == SUBUNIT2_STATUS_FAIL);
		CHECK(subunit2_view_equal(subunit2_summary_failure(summary, 1)->test_id,
		                          SUBUNIT2_LITERAL("lucky")));
		if (limit == 3) {
			const struct subunit2_failure *open = subunit2_summary_failure(summary, 2);
			CHECK(subunit2_view_equal(open->test_id, SUBUNIT2_LITERAL("hangs")) &&
			      subunit2_view_equal(open->route_code, SUBUNIT2_LITERAL("1")) &&
			      open->status == SUBUNIT2_STATUS_INPROGRESS);
		}
		CHECK(subunit2_summary_result(summary)->assertions.failed == 1);
		subunit2_summary_free(summary);
	}
}

int
main(void)
{
	test_failures();
	test_routes();
	test_short_ids();
	test_hash();
	test_counts();
	test_keys();
	test_damage();
	test_times();
	test_undated_times();
	test_verdict();
	test_many();
	return check_done();
}
