/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "check.h"
#include "record.h"

static const struct subunit2_view packet = {"a packet", 8};

static struct subunit2_event
event_of(const char *id, const char *route_code)
{
	return (struct subunit2_event){
		.test_id = subunit2_view_of(id),
		.route_code = subunit2_view_of(route_code),
		.status = SUBUNIT2_STATUS_SUCCESS,
		.packet = packet,
	};
}

static bool
send(struct subunit2_sink *sink, struct subunit2_event event)
{
	return subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK;
}

static void
test_tee(void)
{
	struct record a, b;
	struct subunit2_sink *sinks[] = {&a.sink, &b.sink};
	struct subunit2_sink *tee;
	struct subunit2_error error;
	struct subunit2_event event = event_of("x", NULL);

	record_open(&a);
	record_open(&b);
	tee = subunit2_tee_new(sinks, 2);
	CHECK(send(tee, event));
	CHECK(record_is(&a, "x success - - - packet\n"));
	CHECK(record_is(&b, "x success - - - packet\n"));

	a.event_result = SUBUNIT2_E_STOP;
	CHECK(subunit2_sink_event(tee, &event, &error) == SUBUNIT2_E_STOP);
	CHECK(record_is(&a, "x success - - - packet\n"));
	CHECK_NAMED("a result ends the event at once", record_is(&b, ""));

	a.finish_result = SUBUNIT2_E_INVALID;
	b.finish_result = SUBUNIT2_E_NO_MEMORY;
	CHECK(subunit2_sink_finish(tee, &error) == SUBUNIT2_E_INVALID);
	CHECK_NAMED("the error is the first one", error.code == SUBUNIT2_E_INVALID);
	CHECK_NAMED("finish goes to all", a.finished == 1 && b.finished == 1);
	subunit2_sink_free(tee);
	subunit2_sink_free(NULL);
	record_close(&a);
	record_close(&b);
}

static void
test_tag(void)
{
	struct record record;
	struct subunit2_tagset add = {0}, discard = {0}, have = {0};
	struct subunit2_event event = event_of("x", NULL);
	struct subunit2_sink *tag;

	record_open(&record);
	subunit2_tagset_add(&add, SUBUNIT2_LITERAL("new"), NULL);
	subunit2_tagset_add(&add, SUBUNIT2_LITERAL("both"), NULL);
	subunit2_tagset_add(&discard, SUBUNIT2_LITERAL("both"), NULL);
	subunit2_tagset_add(&discard, SUBUNIT2_LITERAL("old"), NULL);
	tag = subunit2_tag_new(&record.sink, subunit2_tagset_view(&add),
	                       subunit2_tagset_view(&discard));
	subunit2_tagset_clear(&add);
	subunit2_tagset_clear(&discard);

	CHECK(send(tag, event));
	CHECK(record_is(&record, "x success - new - -\n"));

	subunit2_tagset_add(&have, SUBUNIT2_LITERAL("kept"), NULL);
	subunit2_tagset_add(&have, SUBUNIT2_LITERAL("new"), NULL);
	event.tags = subunit2_tagset_view(&have);
	CHECK(send(tag, event));
	CHECK_NAMED("an event that does not change keeps its packet",
	            record_is(&record, "x success - kept,new - packet\n"));

	subunit2_tagset_add(&have, SUBUNIT2_LITERAL("old"), NULL);
	event.tags = subunit2_tagset_view(&have);
	CHECK(send(tag, event));
	CHECK(record_is(&record, "x success - kept,new - -\n"));

	event = event_of(NULL, NULL);
	CHECK(send(tag, event));
	CHECK_NAMED("without a test there is nothing to tag",
	            record_is(&record, "- success - - - packet\n"));
	CHECK(subunit2_sink_finish(tag, NULL) == SUBUNIT2_E_OK && record.finished == 1);
	subunit2_tagset_clear(&have);
	subunit2_sink_free(tag);
	const struct subunit2_tags broken = {1, {"\x05x", 2}};
	CHECK(!subunit2_tag_new(&record.sink, broken, SUBUNIT2_NO_TAGS));
	CHECK(!subunit2_tag_new(&record.sink, SUBUNIT2_NO_TAGS, broken));
	record_close(&record);
}

static struct subunit2_time
count_up(void *context)
{
	return (struct subunit2_time){++*(int *)context, 0};
}

static void
test_stamp(void)
{
	struct record record;
	int now = 41;
	struct subunit2_sink *stamp;
	struct subunit2_event event = event_of("x", NULL);

	record_open(&record);
	stamp = subunit2_stamp_new(&record.sink, count_up, &now);
	CHECK(send(stamp, event));
	CHECK(record_is(&record, "x success - - 42 -\n"));
	event.has_timestamp = true;
	event.timestamp.sec = 7;
	CHECK(send(stamp, event));
	CHECK(record_is(&record, "x success - - 7 packet\n"));
	CHECK_NAMED("the clock is read when it is needed", now == 42);
	CHECK(subunit2_sink_finish(stamp, NULL) == SUBUNIT2_E_OK && record.finished == 1);
	subunit2_sink_free(stamp);
	record_close(&record);
}

static void
test_add_route(void)
{
	struct record record;
	struct subunit2_sink *route;

	record_open(&record);
	route = subunit2_add_route_new(&record.sink, SUBUNIT2_LITERAL("0"));
	CHECK(send(route, event_of("x", NULL)));
	CHECK(record_is(&record, "x success 0 - - -\n"));
	CHECK(send(route, event_of("x", "1/2")));
	CHECK(record_is(&record, "x success 0/1/2 - - -\n"));
	CHECK(send(route, event_of("x", "")));
	CHECK(record_is(&record, "x success 0 - - -\n"));
	CHECK(subunit2_sink_finish(route, NULL) == SUBUNIT2_E_OK && record.finished == 1);
	subunit2_sink_free(route);
	route = subunit2_add_route_new(&record.sink, SUBUNIT2_LITERAL(""));
	CHECK(send(route, event_of("x", "1")));
	CHECK(record_is(&record, "x success 1 - - packet\n"));
	subunit2_sink_free(route);
	record_close(&record);
}

static enum subunit2_result
count_failure(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)error;
	*(int *)context += event->status;
	return SUBUNIT2_E_STOP;
}

static void
test_fail_fast(void)
{
	int seen = 0;
	struct subunit2_sink *sink = subunit2_fail_fast_new(count_failure, &seen);
	struct subunit2_event event = event_of("x", NULL);
	static const enum subunit2_status good[] = {SUBUNIT2_STATUS_INPROGRESS,
	                                            SUBUNIT2_STATUS_SUCCESS, SUBUNIT2_STATUS_SKIP,
	                                            SUBUNIT2_STATUS_XFAIL};

	for (size_t i = 0; i < 4; i++) {
		event.status = good[i];
		CHECK(subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK);
	}
	CHECK(seen == 0);
	event.status = SUBUNIT2_STATUS_UXSUCCESS;
	CHECK(subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_STOP);
	event.status = SUBUNIT2_STATUS_FAIL;
	CHECK(subunit2_sink_event(sink, &event, NULL) == SUBUNIT2_E_OK);
	CHECK_NAMED("only the first failure is reported", seen == SUBUNIT2_STATUS_UXSUCCESS);
	CHECK(subunit2_sink_finish(sink, NULL) == SUBUNIT2_E_OK);
	subunit2_sink_free(sink);
}

static void
test_status_emit(void)
{
	struct record record;
	struct subunit2_error error;
	struct subunit2_time before = subunit2_time_now(NULL);
	char line[64];

	record_open(&record);
	CHECK(subunit2_status_emit(&record.sink, SUBUNIT2_LITERAL("a"), SUBUNIT2_STATUS_FAIL,
	                           SUBUNIT2_EMIT_NO_TIME | SUBUNIT2_EMIT_RUNNABLE,
	                           NULL) == SUBUNIT2_E_OK);
	CHECK(record_is(&record, "a fail - - - -\n"));
	CHECK(subunit2_status_emit(&record.sink, SUBUNIT2_LITERAL("a"), SUBUNIT2_STATUS_FAIL, 0,
	                           NULL) == SUBUNIT2_E_OK);
	struct subunit2_time after = subunit2_time_now(NULL);
	long long sec = 0;
	fflush(record.file);
	sscanf(record.text, "a fail - - %lld -\n", &sec);
	CHECK_NAMED("the event has the present time", sec >= before.sec && sec <= after.sec);
	snprintf(line, sizeof(line), "a fail - - %lld -\n", sec);
	CHECK(record_is(&record, line));

	CHECK(subunit2_status_emit(&record.sink, SUBUNIT2_ABSENT, SUBUNIT2_STATUS_FAIL, 0,
	                           &error) == SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "test id") == 0);
	CHECK(subunit2_status_emit(&record.sink, SUBUNIT2_LITERAL("a\xff"), SUBUNIT2_STATUS_FAIL, 0,
	                           &error) == SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "test id") == 0);
	CHECK(subunit2_status_emit(&record.sink, SUBUNIT2_LITERAL("a"), (enum subunit2_status)8, 0,
	                           &error) == SUBUNIT2_E_INVALID);
	CHECK(strcmp(error.subject, "status") == 0);
	CHECK(record_is(&record, ""));
	record_close(&record);
}

int
main(void)
{
	test_status_emit();
	test_fail_fast();
	test_tee();
	test_tag();
	test_stamp();
	test_add_route();
	return check_done();
}
