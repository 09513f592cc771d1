/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A test harness: two threads run tests and report them through a queue, each under its own
 * routing code. Packets are written to standard output.
 *
 *     ./harness | subunit2 report
 */
#include <pthread.h>
#include <stdio.h>
#include <subunit2.h>

#define WORKERS 2

static const char *
test_division(void)
{
	return 7 / 2 == 3 ? NULL : "7 / 2 is not 3\n";
}

static const char *
test_rounding(void)
{
	return 0.1 + 0.2 == 0.3 ? NULL : "0.1 + 0.2 is not 0.3\n";
}

/* Each function returns NULL if it passes, else the reason. */
static const struct test {
	const char *id;
	const char *(*run)(void);
} tests[] = {
	{"math::division", test_division},
	{"math::rounding", test_rounding},
};

struct worker {
	pthread_t thread;
	size_t number;
	struct subunit2_sink *sink;
};

/* Run TEST and report its start and its result, with the reason as a file. */
static enum subunit2_result
run_test(const struct test *test, struct subunit2_sink *sink)
{
	struct subunit2_view id = subunit2_view_of(test->id);
	struct subunit2_event end = {.test_id = id, .status = SUBUNIT2_STATUS_SUCCESS};
	enum subunit2_result result =
		subunit2_status_emit(sink, id, SUBUNIT2_STATUS_INPROGRESS, 0, NULL);
	const char *reason = test->run();

	if (result != SUBUNIT2_E_OK)
		return result;
	if (reason) {
		end.status = SUBUNIT2_STATUS_FAIL;
		end.file_name = SUBUNIT2_LITERAL("reason");
		end.file_bytes = subunit2_view_of(reason);
		end.mime_type = SUBUNIT2_TEXT_TYPE;
		end.eof = true;
	}
	end.has_timestamp = true;
	end.timestamp = subunit2_time_now(NULL);
	return subunit2_sink_event(sink, &end, NULL);
}

static void *
work(void *context)
{
	struct worker *worker = context;

	for (size_t i = worker->number; i < sizeof(tests) / sizeof(*tests); i += WORKERS) {
		if (run_test(&tests[i], worker->sink) != SUBUNIT2_E_OK)
			break; /* the consumer has stopped */
	}
	subunit2_sink_finish(worker->sink, NULL);
	return NULL;
}

/* Write packets before every wait, so that a reader sees which tests are running. */
static enum subunit2_result
flush(void *output, struct subunit2_error *error)
{
	return subunit2_output_flush(output, error);
}

int
main(void)
{
	static const char *const routes[WORKERS] = {"0", "1"};
	struct worker workers[WORKERS];
	struct subunit2_error error;
	struct subunit2_output *output = subunit2_output_new(1, "standard output", 0, &error);
	struct subunit2_queue *queue = subunit2_queue_new(1 << 20);

	if (!output || !queue)
		return 2;
	for (size_t i = 0; i < WORKERS; i++) {
		struct subunit2_view route = subunit2_view_of(routes[i]);

		workers[i].number = i;
		workers[i].sink = subunit2_queue_sink_new(queue, route);
		if (!workers[i].sink ||
		    pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			return 2;
	}
	subunit2_queue_set_empty(queue, flush, output);
	enum subunit2_result result =
		subunit2_queue_run(queue, subunit2_output_sink(output), &error);
	for (size_t i = 0; i < WORKERS; i++) {
		pthread_join(workers[i].thread, NULL);
		subunit2_sink_free(workers[i].sink);
	}
	if (result == SUBUNIT2_E_OK)
		result = subunit2_output_flush(output, &error);
	if (result != SUBUNIT2_E_OK)
		fprintf(stderr, "harness: %s: %s\n", error.subject, error.message);
	subunit2_queue_free(queue);
	subunit2_output_free(output);
	return result != SUBUNIT2_E_OK;
}
