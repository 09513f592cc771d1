/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The library with callbacks that fail: each call fails once, and its result comes back at once. */
#include "failing_sink.h"
#include "stream_maker.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* A short stream with text, damage, files, times, tags and tests that do not end. */
static struct maker stream;

static void
stream_make(void)
{
	static const enum subunit2_status ends[] = {
		SUBUNIT2_STATUS_SUCCESS, SUBUNIT2_STATUS_FAIL,      SUBUNIT2_STATUS_SKIP,
		SUBUNIT2_STATUS_XFAIL,   SUBUNIT2_STATUS_UXSUCCESS, SUBUNIT2_STATUS_EXISTS,
		SUBUNIT2_STATUS_NONE,
	};
	struct subunit2_tagset tags = {0};
	char id[16];
	subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("slow"), NULL);
	maker_add_string(&stream, "text before\n");
	for (size_t i = 0; i < 2 * sizeof(ends) / sizeof(*ends); i++) {
		struct subunit2_event event = {
			.test_id = {id, (size_t)snprintf(id, sizeof(id), "%zu", i)},
			.status = SUBUNIT2_STATUS_INPROGRESS,
			.runnable = i % 2,
			.route_code = i % 3 ? SUBUNIT2_LITERAL("0/1") : SUBUNIT2_ABSENT,
			.tags = i % 5 ? SUBUNIT2_NO_TAGS : subunit2_tagset_view(&tags),
			.has_timestamp = i % 4,
			.timestamp = {1000 + (int64_t)i, 0},
		};
		maker_add_event(&stream, &event);
		event.file_name = i % 2 ? SUBUNIT2_LITERAL("log") : SUBUNIT2_LITERAL("reason");
		event.file_bytes = SUBUNIT2_LITERAL("line\n");
		event.mime_type = SUBUNIT2_LITERAL("text/plain");
		event.status = SUBUNIT2_STATUS_NONE;
		maker_add_event(&stream, &event);
		event.file_name = event.file_bytes = event.mime_type = SUBUNIT2_ABSENT;
		event.status = ends[i % (sizeof(ends) / sizeof(*ends))];
		if (event.status != SUBUNIT2_STATUS_NONE)
			maker_add_event(&stream, &event);
		maker_add_string(&stream, "between \xc3\xa9\xff\n\xb3 damaged");
	}
	maker_add_event(&stream, &(struct subunit2_event){
					 .file_name = SUBUNIT2_LITERAL("progress"),
					 .file_bytes = SUBUNIT2_LITERAL("+2"),
					 .mime_type = SUBUNIT2_LITERAL(
						 "text/x-subunit-progress; whence=cur"),
				 });
	maker_add_event(&stream, &(struct subunit2_event){
					 .file_name = SUBUNIT2_LITERAL("stdout"),
					 .file_bytes = SUBUNIT2_LITERAL("of no test"),
				 });
	maker_add_string(&stream, "\xb3 an unfinished packet");
	subunit2_tagset_clear(&tags);
}

/* Read the stream into SINK in pieces of LEN bytes, with silence after each. */
static enum subunit2_result
stream_feed(struct subunit2_stream *reader, size_t len, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	int64_t now_ms = 0;
	if (!reader)
		abort();
	for (size_t at = 0; at < stream.len && result == SUBUNIT2_E_OK; at += len) {
		size_t piece = stream.len - at < len ? stream.len - at : len;
		result = subunit2_stream_feed(reader, (const char *)stream.data + at, piece, now_ms,
		                              error);
		now_ms += SUBUNIT2_READER_SILENCE_MS;
		while (result == SUBUNIT2_E_OK && subunit2_stream_deadline(reader) <= now_ms)
			result = subunit2_stream_tick(reader, now_ms, error);
	}
	if (result == SUBUNIT2_E_OK)
		result = subunit2_stream_finish(reader, error);
	subunit2_stream_free(reader);
	return result;
}

/* Read the stream into SINK, and finish SINK. */
static enum subunit2_result
stream_read(struct subunit2_sink *sink, struct subunit2_error *error)
{
	enum subunit2_result result =
		stream_feed(subunit2_stream_new(sink, 0, NULL, NULL), SIZE_MAX / 2, error);
	return result == SUBUNIT2_E_OK ? subunit2_sink_finish(sink, error) : result;
}

static enum subunit2_result
on_text(void *context, struct subunit2_view text, int64_t now_ms, struct subunit2_error *error)
{
	(void)text, (void)now_ms;
	return failing_sink_call(context, error);
}

static enum subunit2_result
run_stream(struct failing_sink *sink, struct subunit2_error *error)
{
	return stream_feed(subunit2_stream_new(&sink->sink, 0, NULL, NULL), 1000, error);
}

/* Silence within packets and characters. */
static enum subunit2_result
run_silence(struct failing_sink *sink, struct subunit2_error *error)
{
	return stream_feed(subunit2_stream_new(&sink->sink, SUBUNIT2_READER_DECLARED, NULL, NULL),
	                   17, error);
}

/* The same where the next bytes come before the tick. */
static enum subunit2_result
run_late(struct failing_sink *sink, struct subunit2_error *error)
{
	struct subunit2_stream *reader =
		subunit2_stream_new(&sink->sink, SUBUNIT2_READER_DECLARED, NULL, NULL);
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (size_t at = 0; at < stream.len && result == SUBUNIT2_E_OK; at += 17) {
		size_t len = stream.len - at < 17 ? stream.len - at : 17;
		result = subunit2_stream_feed(reader, (const char *)stream.data + at, len,
		                              (int64_t)at * SUBUNIT2_READER_SILENCE_MS, error);
	}
	if (result == SUBUNIT2_E_OK)
		result = subunit2_stream_finish(reader, error);
	subunit2_stream_free(reader);
	return result;
}

static enum subunit2_result
run_text(struct failing_sink *sink, struct subunit2_error *error)
{
	return stream_feed(subunit2_stream_new(&sink->sink, 0, on_text, sink), 7, error);
}

static struct subunit2_time
clock_stub(void *context)
{
	(void)context;
	return (struct subunit2_time){1000, 0};
}

/* Tag, stamp and add_route, each before the next. */
static enum subunit2_result
run_chain(struct failing_sink *sink, struct subunit2_error *error)
{
	struct subunit2_tagset add = {0};
	struct subunit2_chain *chain = subunit2_chain_new(&sink->sink);
	subunit2_tagset_add(&add, SUBUNIT2_LITERAL("new"), NULL);
	subunit2_chain_push(
		chain, subunit2_add_route_new(subunit2_chain_first(chain), SUBUNIT2_LITERAL("2")),
		NULL);
	subunit2_chain_push(
		chain, subunit2_stamp_new(subunit2_chain_first(chain), clock_stub, NULL), NULL);
	subunit2_chain_push(chain,
	                    subunit2_tag_new(subunit2_chain_first(chain),
	                                     subunit2_tagset_view(&add), SUBUNIT2_NO_TAGS),
	                    NULL);
	enum subunit2_result result = stream_read(subunit2_chain_first(chain), error);
	subunit2_chain_free(chain);
	subunit2_tagset_clear(&add);
	return result;
}

/* Without finish, which calls all sinks, also after a failure. */
static enum subunit2_result
run_tee(struct failing_sink *sink, struct subunit2_error *error)
{
	struct subunit2_sink *both[] = {&sink->sink, &sink->sink};
	struct subunit2_sink *tee = subunit2_tee_new(both, 2);
	enum subunit2_result result =
		stream_feed(subunit2_stream_new(tee, 0, NULL, NULL), SIZE_MAX / 2, error);
	subunit2_sink_free(tee);
	return result;
}

static enum subunit2_result
run_route(struct failing_sink *sink, struct subunit2_error *error)
{
	struct subunit2_route *route = subunit2_route_new(&sink->sink);
	subunit2_route_add_code(route, SUBUNIT2_LITERAL("0"), SUBUNIT2_ROUTE_CONSUME, &sink->sink,
	                        NULL);
	subunit2_route_add_test(route, SUBUNIT2_LITERAL("3"), &sink->sink, NULL);
	enum subunit2_result result = stream_read(subunit2_route_sink(route), error);
	subunit2_route_free(route);
	return result;
}

static enum subunit2_result
on_event(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)event;
	return failing_sink_call(context, error);
}

static enum subunit2_result
run_fail_fast(struct failing_sink *sink, struct subunit2_error *error)
{
	struct subunit2_sink *fail_fast = subunit2_fail_fast_new(on_event, sink);
	enum subunit2_result result = stream_read(fail_fast, error);
	subunit2_sink_free(fail_fast);
	return result;
}

static enum subunit2_result
on_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	(void)test;
	return failing_sink_call(context, error);
}

static enum subunit2_result
collect_stream(struct failing_sink *sink, bool results_only, struct subunit2_error *error)
{
	const struct subunit2_collect_options options = {
		.size = sizeof(options),
		.attachment_limit = 100,
		.results_only = results_only,
	};
	struct subunit2_sink *collect = subunit2_collect_new(&options, on_test, on_event, sink);
	enum subunit2_result result = stream_read(collect, error);
	subunit2_sink_free(collect);
	return result;
}

static enum subunit2_result
run_collect(struct failing_sink *sink, struct subunit2_error *error)
{
	return collect_stream(sink, false, error);
}

static enum subunit2_result
run_collect_results(struct failing_sink *sink, struct subunit2_error *error)
{
	return collect_stream(sink, true, error);
}

static enum subunit2_result
run_queue(struct failing_sink *sink, struct subunit2_error *error)
{
	struct subunit2_queue *queue = subunit2_queue_new(1 << 20);
	struct subunit2_sink *producer = subunit2_queue_sink_new(queue, SUBUNIT2_LITERAL("3"));
	if (stream_read(producer, NULL) != SUBUNIT2_E_OK)
		abort();
	subunit2_sink_free(producer);
	enum subunit2_result result = subunit2_queue_run(queue, &sink->sink, error);
	subunit2_queue_free(queue);
	return result;
}

static enum subunit2_result
on_tags(void *context, struct subunit2_tags add, struct subunit2_tags discard,
        struct subunit2_error *error)
{
	(void)add, (void)discard;
	return failing_sink_call(context, error);
}

static enum subunit2_result
on_time(void *context, struct subunit2_time time, struct subunit2_error *error)
{
	(void)time;
	return failing_sink_call(context, error);
}

static enum subunit2_result
on_progress(void *context, enum subunit2_classic_whence whence, int64_t offset,
            struct subunit2_error *error)
{
	(void)whence, (void)offset;
	return failing_sink_call(context, error);
}

static enum subunit2_result
run_classic_calls(struct failing_sink *sink, struct subunit2_error *error)
{
	const struct subunit2_classic_calls calls = {
		.size = sizeof(calls),
		.start = on_test,
		.success = on_test,
		.failure = on_test,
		.error = on_test,
		.skip = on_test,
		.expected_failure = on_test,
		.unexpected_success = on_test,
		.stop = on_test,
		.tags = on_tags,
		.time = on_time,
		.progress = on_progress,
		.file = on_event,
		.attachment_limit = 1000,
	};
	struct subunit2_sink *listener = subunit2_classic_sink_new(&calls, sink);
	enum subunit2_result result = stream_read(listener, error);
	subunit2_sink_free(listener);
	return result;
}

/* Make a call of the classic API unless one has failed. */
#define CLASSIC(call)                                                                              \
	do {                                                                                       \
		if (result == SUBUNIT2_E_OK)                                                       \
			result = (call);                                                           \
	} while (0)

static enum subunit2_result
run_classic(struct failing_sink *sink, struct subunit2_error *error)
{
	const struct subunit2_classic_options options = {.size = sizeof(options),
	                                                 .script = SUBUNIT2_LITERAL("script")};
	const struct subunit2_view name = SUBUNIT2_LITERAL("test"), text = SUBUNIT2_LITERAL("why");
	struct subunit2_classic *classic = subunit2_classic_new(&sink->sink, &options);
	struct subunit2_tagset tags = {0};
	enum subunit2_result result = subunit2_tagset_add(&tags, text, NULL);
	CLASSIC(subunit2_classic_progress(classic, SUBUNIT2_CLASSIC_PUSH, 0, error));
	CLASSIC(subunit2_classic_tags(classic, subunit2_tagset_view(&tags), SUBUNIT2_NO_TAGS,
	                              error));
	CLASSIC(subunit2_classic_start(classic, name, error));
	CLASSIC(subunit2_classic_file(classic, name, text, SUBUNIT2_ABSENT, text, error));
	CLASSIC(subunit2_classic_failure(classic, name, text, error));
	CLASSIC(subunit2_classic_start(classic, name, error));
	CLASSIC(subunit2_classic_stop(classic, name, error));
	CLASSIC(subunit2_classic_success(classic, name, error));
	CLASSIC(subunit2_classic_error(classic, name, text, error));
	CLASSIC(subunit2_classic_skip(classic, name, text, error));
	CLASSIC(subunit2_classic_expected_failure(classic, name, text, error));
	CLASSIC(subunit2_classic_unexpected_success(classic, name, text, error));
	CLASSIC(subunit2_classic_progress(classic, SUBUNIT2_CLASSIC_CUR, -2, error));
	subunit2_classic_free(classic);
	subunit2_tagset_clear(&tags);
	return result;
}

/* The text sink: pieces, a character that is cut, and bytes that are not UTF-8. */
static enum subunit2_result
run_gather(struct failing_sink *sink, struct subunit2_error *error)
{
	static char large[3 * SUBUNIT2_TEXT_GATHER_MAX];
	struct subunit2_text *text = subunit2_text_new(&sink->sink, SUBUNIT2_LITERAL("stdout"),
	                                               SUBUNIT2_ABSENT, SUBUNIT2_ABSENT, 0);
	enum subunit2_result result;
	memset(large, 'x', sizeof(large));
	memcpy(large + SUBUNIT2_TEXT_GATHER_MAX, "\xff\xfe", 2);
	result = subunit2_text_feed(text, SUBUNIT2_LITERAL("short \xc3"), 0, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_text_tick(text, subunit2_text_deadline(text), error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_text_feed(text, (struct subunit2_view){large, sizeof(large)}, 100,
		                            error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_text_feed(text, SUBUNIT2_LITERAL("end \xc3"), 200, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_text_flush(text, error);
	subunit2_text_free(text);
	return result;
}

/* Damage of several events, in two pieces. */
static enum subunit2_result
run_damage(struct failing_sink *sink, struct subunit2_error *error)
{
	static char large[200000];
	const struct subunit2_view bytes = {large, sizeof(large)};
	enum subunit2_result result =
		subunit2_damage_emit(&sink->sink, bytes, SUBUNIT2_DAMAGE_FIRST, NULL, NULL, error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_damage_emit(&sink->sink, bytes, 0, "why", NULL, error);
	return result;
}

int
main(void)
{
	stream_make();
	failing_sink_run("a stream", run_stream);
	failing_sink_run("a stream with silence", run_silence);
	failing_sink_run("a stream that is late", run_late);
	failing_sink_run("a stream and its text", run_text);
	failing_sink_run("tag, stamp and add_route", run_chain);
	failing_sink_run("tee", run_tee);
	failing_sink_run("route", run_route);
	failing_sink_run("fail-fast", run_fail_fast);
	failing_sink_run("collect", run_collect);
	failing_sink_run("collect: results only", run_collect_results);
	failing_sink_run("queue", run_queue);
	failing_sink_run("the calls of the classic API", run_classic_calls);
	failing_sink_run("the classic API", run_classic);
	failing_sink_run("text", run_gather);
	failing_sink_run("damage", run_damage);
	return check_done();
}
