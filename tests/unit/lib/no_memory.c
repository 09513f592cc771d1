/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The library without memory: each allocation fails once, and each failure is reported. */
#include "no_memory.h"
#include "stream_maker.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE 1500000 /* an attachment that goes to a file */

/* A stream that every part of the library has something to do with. */
static struct maker stream;

/* One attachment has LARGE_LEN bytes, the others 3000. */
static void
stream_make(size_t large_len)
{
	static char large[LARGE];
	struct subunit2_tagset tags = {0};
	char id[400];
	stream.len = 0;
	for (size_t i = 0; i < sizeof(large); i++)
		large[i] = (char)('a' + i / 1000 % 26);
	subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("slow"), NULL);
	subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("worker-1"), NULL);
	maker_add_string(&stream, "text before\n");
	for (int i = 0; i < 40; i++) {
		int len = snprintf(id, sizeof(id), "%d%0*d", i, 10 * i, 0);
		struct subunit2_event event = {
			.test_id = {id, (size_t)len},
			.status = SUBUNIT2_STATUS_INPROGRESS,
			.runnable = i % 2,
			.route_code = i % 3 ? SUBUNIT2_LITERAL("0/1") : SUBUNIT2_ABSENT,
			.tags = i % 5 ? SUBUNIT2_NO_TAGS : subunit2_tagset_view(&tags),
		};
		maker_add_event(&stream, &event);
		event.file_name = i % 2 ? SUBUNIT2_LITERAL("log") : SUBUNIT2_LITERAL("stdout");
		event.file_bytes = (struct subunit2_view){large, i == 7 ? large_len : 3000};
		event.mime_type = SUBUNIT2_LITERAL("text/plain");
		event.status = SUBUNIT2_STATUS_NONE;
		maker_add_event(&stream, &event);
		event.file_name = event.file_bytes = event.mime_type = SUBUNIT2_ABSENT;
		event.status = i % 4 ? SUBUNIT2_STATUS_SUCCESS : SUBUNIT2_STATUS_FAIL;
		if (i % 9)
			maker_add_event(&stream, &event);
		maker_add_string(&stream, "between \xc3\xa9\xff\n\xb3 damaged");
	}
	subunit2_tagset_clear(&tags);
}

static struct subunit2_time
clock_stub(void *context)
{
	(void)context;
	return (struct subunit2_time){1000, 0};
}

static enum subunit2_result
on_failed(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)context, (void)event, (void)error;
	return SUBUNIT2_E_OK;
}

/* Chain, tag, stamp, add_route, tee, fail-fast, route, summary: a whole pipeline, of which each
 * event reaches the summary, fail-fast and the route. */
static bool
run_pipeline(uint64_t *hash)
{
	struct no_memory_sink end = {.sink = {no_memory_event, no_memory_finish, NULL}};
	struct no_memory_sink other = {.sink = {no_memory_event, no_memory_finish, NULL}};
	struct subunit2_summary *summary = subunit2_summary_new();
	struct subunit2_route *route = subunit2_route_new(&end.sink);
	struct subunit2_sink *fail_fast = subunit2_fail_fast_new(on_failed, NULL);
	struct subunit2_tagset add = {0}, discard = {0};
	struct subunit2_chain *chain = NULL;
	struct subunit2_stream *reader = NULL;
	bool good = summary && route && fail_fast &&
	            subunit2_tagset_add(&add, SUBUNIT2_LITERAL("new"), NULL) >= 0 &&
	            subunit2_tagset_add(&discard, SUBUNIT2_LITERAL("slow"), NULL) >= 0 &&
	            subunit2_route_add_code(route, SUBUNIT2_LITERAL("2/0"), SUBUNIT2_ROUTE_CONSUME,
	                                    &other.sink, NULL) == SUBUNIT2_E_OK &&
	            subunit2_route_add_test(route, SUBUNIT2_LITERAL("3000"), &other.sink, NULL) ==
	                    SUBUNIT2_E_OK &&
	            subunit2_summary_keep_failures(summary, 100, NULL) == SUBUNIT2_E_OK &&
	            (chain = subunit2_chain_new(subunit2_route_sink(route)));
	good = good &&
	       subunit2_chain_tee(chain, subunit2_summary_sink(summary), NULL) == SUBUNIT2_E_OK;
	good = good && subunit2_chain_tee(chain, fail_fast, NULL) == SUBUNIT2_E_OK;
	good = good && subunit2_chain_push(chain,
	                                   subunit2_add_route_new(subunit2_chain_first(chain),
	                                                          SUBUNIT2_LITERAL("2")),
	                                   NULL) == SUBUNIT2_E_OK;
	good = good &&
	       subunit2_chain_push(
		       chain, subunit2_stamp_new(subunit2_chain_first(chain), clock_stub, NULL),
		       NULL) == SUBUNIT2_E_OK;
	good = good && subunit2_chain_push(chain,
	                                   subunit2_tag_new(subunit2_chain_first(chain),
	                                                    subunit2_tagset_view(&add),
	                                                    subunit2_tagset_view(&discard)),
	                                   NULL) == SUBUNIT2_E_OK;
	good = good && (reader = subunit2_stream_new(subunit2_chain_first(chain), 0, NULL, NULL));
	/* In pieces, so that packets cross their edges. */
	for (size_t at = 0; good && at < stream.len; at += 70001) {
		size_t len = stream.len - at < 70001 ? stream.len - at : 70001;
		good = subunit2_stream_feed(reader, (const char *)stream.data + at, len, 0, NULL) ==
		       SUBUNIT2_E_OK;
	}
	good = good && subunit2_stream_finish(reader, NULL) == SUBUNIT2_E_OK &&
	       subunit2_chain_finish(chain, NULL) == SUBUNIT2_E_OK;
	*hash = end.hash ^ other.hash;
	if (good) {
		*hash += subunit2_summary_failure_count(summary);
		*hash += subunit2_summary_result(summary)->scripts.passed;
	}
	subunit2_stream_free(reader);
	subunit2_sink_free(fail_fast);
	subunit2_chain_free(chain);
	subunit2_route_free(route);
	subunit2_summary_free(summary);
	subunit2_tagset_clear(&add);
	subunit2_tagset_clear(&discard);
	return good;
}

static int
temporary(void)
{
	return memfd_create("attachments", MFD_CLOEXEC);
}

static enum subunit2_result
on_test(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	struct no_memory_sink *sink = context;
	(void)error;
	no_memory_hash(sink, test->id);
	for (size_t i = 0; i < test->attachment_count; i++) {
		struct subunit2_view rest = test->attachments[i].bytes, piece;
		no_memory_hash(sink, test->attachments[i].name);
		while (subunit2_attachment_next(&test->attachments[i], &rest, &piece))
			no_memory_hash(sink, piece);
	}
	return SUBUNIT2_E_OK;
}

static bool
run_collect(uint64_t *hash, size_t limit, int (*file)(void))
{
	const struct subunit2_collect_options options = {
		.size = sizeof(options),
		.attachment_limit = limit,
		.temporary = file,
	};
	struct no_memory_sink end = {.hash = 1};
	struct subunit2_sink *collect = subunit2_collect_new(&options, on_test, NULL, &end);
	struct subunit2_stream *reader =
		collect ? subunit2_stream_new(collect, 0, NULL, NULL) : NULL;
	bool good = reader &&
	            subunit2_stream_feed(reader, (const char *)stream.data, stream.len, 0, NULL) ==
	                    SUBUNIT2_E_OK &&
	            subunit2_stream_finish(reader, NULL) == SUBUNIT2_E_OK &&
	            subunit2_sink_finish(collect, NULL) == SUBUNIT2_E_OK;
	*hash = end.hash;
	subunit2_stream_free(reader);
	subunit2_sink_free(collect);
	return good;
}

static bool
run_collect_all(uint64_t *hash)
{
	return run_collect(hash, SIZE_MAX, temporary);
}

static bool
run_collect_ends(uint64_t *hash)
{
	return run_collect(hash, 1000, NULL);
}

static bool
run_output(uint64_t *hash)
{
	int fd = memfd_create("stream", MFD_CLOEXEC);
	struct no_memory_sink end = {.hash = 1};
	struct subunit2_output *output =
		subunit2_output_new(fd, "stream", SUBUNIT2_OUTPUT_SOLE_WRITER, NULL);
	struct subunit2_stream *reader = NULL;
	struct subunit2_input *input = NULL;
	const struct subunit2_event *event;
	enum subunit2_result result = SUBUNIT2_E_OK;
	bool good = output &&
	            (reader = subunit2_stream_new(subunit2_output_sink(output), 0, NULL, NULL)) &&
	            subunit2_stream_feed(reader, (const char *)stream.data, stream.len, 0, NULL) ==
	                    SUBUNIT2_E_OK &&
	            subunit2_stream_finish(reader, NULL) == SUBUNIT2_E_OK &&
	            subunit2_sink_finish(subunit2_output_sink(output), NULL) == SUBUNIT2_E_OK &&
	            lseek(fd, 0, SEEK_SET) == 0 &&
	            (input = subunit2_input_new(fd, "stream", 0, NULL));
	while (good && (result = subunit2_input_next(input, &event, NULL)) == SUBUNIT2_E_OK &&
	       event)
		no_memory_event(&end.sink, event, NULL);
	*hash = end.hash;
	subunit2_input_free(input);
	subunit2_stream_free(reader);
	subunit2_output_free(output);
	close(fd);
	return good && result >= 0;
}

static bool
run_queue(uint64_t *hash)
{
	struct no_memory_sink end = {.sink = {no_memory_event, no_memory_finish, NULL}, .hash = 1};
	struct subunit2_queue *queue = subunit2_queue_new(1 << 20);
	struct subunit2_sink *producer =
		queue ? subunit2_queue_sink_new(queue, SUBUNIT2_LITERAL("3")) : NULL;
	bool good = producer != NULL;
	for (int i = 0; good && i < 20; i++)
		good = subunit2_status_emit(producer, SUBUNIT2_LITERAL("x"),
		                            SUBUNIT2_STATUS_SUCCESS, SUBUNIT2_EMIT_NO_TIME,
		                            NULL) == SUBUNIT2_E_OK;
	if (producer)
		subunit2_sink_finish(producer, NULL);
	subunit2_sink_free(producer);
	good = good && subunit2_queue_run(queue, &end.sink, NULL) == SUBUNIT2_E_OK;
	*hash = end.hash;
	subunit2_queue_free(queue);
	return good;
}

static enum subunit2_result
repeat_failure(void *context, const struct subunit2_test *test, struct subunit2_error *error)
{
	return subunit2_classic_failure(context, test->id, test->id, error);
}

/* Calls become events, these calls again, and these events: for many tests that are open at once,
 * with tags, and with names that repeat. */
static bool
run_classic(uint64_t *hash)
{
	struct no_memory_sink end = {.sink = {no_memory_event, no_memory_finish, NULL}, .hash = 1};
	struct subunit2_classic_options options = {.size = sizeof(options), .script = {"t", 1}};
	struct subunit2_classic_calls calls = {.size = sizeof(calls), .failure = repeat_failure};
	struct subunit2_classic *first = NULL, *second = subunit2_classic_new(&end.sink, NULL);
	struct subunit2_sink *listener = second ? subunit2_classic_sink_new(&calls, second) : NULL;
	struct subunit2_tagset tags = {0};
	bool good = listener && (first = subunit2_classic_new(listener, &options)) &&
	            subunit2_tagset_add(&tags, SUBUNIT2_LITERAL("slow"), NULL) == SUBUNIT2_E_OK &&
	            subunit2_classic_tags(first, subunit2_tagset_view(&tags), SUBUNIT2_NO_TAGS,
	                                  NULL) == SUBUNIT2_E_OK;
	char name[16];
	for (int i = 0; good && i < 160; i++) {
		struct subunit2_view test = {name,
		                             (size_t)snprintf(name, sizeof(name), "n%d", i % 40)};
		/* The first 40 start together, then end; the others follow each other. */
		if (i < 40 || i >= 80)
			good = subunit2_classic_start(first, test, NULL) == SUBUNIT2_E_OK;
		if (good && i >= 40)
			good = subunit2_classic_failure(first, test, test, NULL) == SUBUNIT2_E_OK;
	}
	good = good && subunit2_sink_finish(listener, NULL) == SUBUNIT2_E_OK;
	*hash = end.hash;
	subunit2_classic_free(first);
	subunit2_sink_free(listener);
	subunit2_classic_free(second);
	subunit2_tagset_clear(&tags);
	return good;
}

/* Sets of many tags, one after the other. */
static bool
run_tags(uint64_t *hash)
{
	struct no_memory_sink end = {.hash = 1};
	struct subunit2_tagset tags = {0};
	struct subunit2_view tag;
	bool good = true;
	char name[16];
	for (int i = 0; good && i < 200; i++) {
		tag = (struct subunit2_view){name, (size_t)snprintf(name, sizeof(name), "%d", i)};
		/* The second time changes nothing. */
		good = subunit2_tagset_add(&tags, tag, NULL) == SUBUNIT2_E_OK &&
		       subunit2_tagset_add(&tags, tag, NULL) == SUBUNIT2_E_OK;
		/* A set from which a tag was removed builds its index anew. */
		if (i == 100)
			subunit2_tagset_remove(&tags, SUBUNIT2_LITERAL("50"));
	}
	struct subunit2_tags rest = subunit2_tagset_view(&tags);
	while (subunit2_tags_next(&rest, &tag))
		no_memory_hash(&end, tag);
	*hash = end.hash;
	subunit2_tagset_clear(&tags);
	return good;
}

/* A test with many attachments. */
static bool
run_attachments(uint64_t *hash)
{
	const struct subunit2_collect_options options = {
		.size = sizeof(options),
		.attachment_limit = SIZE_MAX,
	};
	struct no_memory_sink end = {.hash = 1};
	struct subunit2_sink *collect = subunit2_collect_new(&options, on_test, NULL, &end);
	struct subunit2_event event = {.test_id = SUBUNIT2_LITERAL("test")};
	bool good = collect;
	char name[16];
	for (int i = 0; good && i < 100; i++) {
		event.file_name.data = name;
		event.file_name.len = (size_t)snprintf(name, sizeof(name), "%d", i % 40);
		event.file_bytes = event.file_name;
		good = subunit2_sink_event(collect, &event, NULL) == SUBUNIT2_E_OK;
	}
	good = good && subunit2_sink_finish(collect, NULL) == SUBUNIT2_E_OK;
	*hash = end.hash;
	subunit2_sink_free(collect);
	return good;
}

/* Many tests that are open at once, in a summary without failures. */
static bool
run_summary(uint64_t *hash)
{
	struct subunit2_summary *summary = subunit2_summary_new();
	bool good = summary;
	char name[16];
	for (int i = 0; good && i < 200; i++) {
		struct subunit2_view test = {name, (size_t)snprintf(name, sizeof(name), "%d", i)};
		good = subunit2_status_emit(subunit2_summary_sink(summary), test,
		                            SUBUNIT2_STATUS_INPROGRESS, SUBUNIT2_EMIT_NO_TIME,
		                            NULL) == SUBUNIT2_E_OK;
	}
	good = good && subunit2_sink_finish(subunit2_summary_sink(summary), NULL) == SUBUNIT2_E_OK;
	*hash = good ? subunit2_summary_result(summary)->assertions.unfinished : 0;
	subunit2_summary_free(summary);
	return good;
}

static enum subunit2_result
on_packet(void *context, struct subunit2_view packet, struct subunit2_error *error)
{
	(void)error;
	no_memory_hash(context, packet);
	return SUBUNIT2_E_OK;
}

/* An event that is split into packets of more than a page. */
static bool
run_split(uint64_t *hash)
{
	struct no_memory_sink end = {.hash = 1};
	const struct subunit2_event event = {
		.test_id = SUBUNIT2_LITERAL("test"),
		.file_name = SUBUNIT2_LITERAL("log"),
		.file_bytes = {(const char *)stream.data, 100000},
	};
	bool good = subunit2_packet_split(&event, 10000, on_packet, &end, NULL) == SUBUNIT2_E_OK;
	*hash = end.hash;
	return good;
}

int
main(void)
{
	stream_make(LARGE);
	no_memory_run("collect: whole attachments", run_collect_all);
	stream_make(70000);
	no_memory_run("a pipeline", run_pipeline);
	no_memory_run("collect: the ends of attachments", run_collect_ends);
	no_memory_run("output and input", run_output);
	no_memory_run("queue", run_queue);
	no_memory_run("many tags", run_tags);
	no_memory_run("many attachments", run_attachments);
	no_memory_run("many open tests", run_summary);
	no_memory_run("a split event", run_split);
	no_memory_run("the classic API", run_classic);
	return check_done();
}
