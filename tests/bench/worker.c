/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A worker whose tests do nothing: answers each request on standard input with success.
 *
 *     worker [MICROSECONDS [FILE]]
 *
 * Each test takes so many microseconds, 0 by default. FILE gets the time from each answer to the
 * next request, in nanoseconds, one on each line.
 */
#include <subunit2.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct worker {
	struct subunit2_sink sink;
	struct subunit2_output *output;
	long test_us;
	FILE *gaps;
	int64_t answered_ns;
};

static int64_t
now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void
emit(struct worker *worker, struct subunit2_view id, enum subunit2_status status)
{
	struct timespec now;
	struct subunit2_error error;
	clock_gettime(CLOCK_REALTIME, &now);
	struct subunit2_event event = {
		.test_id = id,
		.status = status,
		.runnable = true,
		.has_timestamp = true,
		.timestamp = {now.tv_sec, (uint32_t)now.tv_nsec},
	};
	if (subunit2_output_event(worker->output, &event, &error) != SUBUNIT2_E_OK)
		exit(1);
}

static enum subunit2_result
on_event(struct subunit2_sink *sink, const struct subunit2_event *event,
         struct subunit2_error *error)
{
	struct worker *worker = (struct worker *)sink;
	if (event->status != SUBUNIT2_STATUS_EXISTS)
		return SUBUNIT2_E_OK;
	if (worker->gaps && worker->answered_ns)
		fprintf(worker->gaps, "%lld\n", (long long)(now_ns() - worker->answered_ns));
	emit(worker, event->test_id, SUBUNIT2_STATUS_INPROGRESS);
	if (worker->test_us) {
		struct timespec test = {worker->test_us / 1000000,
		                        worker->test_us % 1000000 * 1000};
		subunit2_output_flush(worker->output, error);
		nanosleep(&test, NULL);
	}
	emit(worker, event->test_id, SUBUNIT2_STATUS_SUCCESS);
	worker->answered_ns = now_ns();
	return subunit2_output_flush(worker->output, error);
}

static enum subunit2_result
on_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

int
main(int argc, char **argv)
{
	struct subunit2_error error;
	struct worker worker = {
		.sink = {on_event, on_finish, NULL},
		.test_us = argc > 1 ? atol(argv[1]) : 0,
		.gaps = argc > 2 ? fopen(argv[2], "w") : NULL,
	};
	char bytes[65536];
	ssize_t got;
	worker.output = subunit2_output_new(STDOUT_FILENO, "standard output",
	                                    SUBUNIT2_OUTPUT_SOLE_WRITER, &error);
	struct subunit2_stream *stream = subunit2_stream_new(&worker.sink, 0, NULL, NULL);
	if (!worker.output || !stream)
		return 1;
	while ((got = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
		if (subunit2_stream_feed(stream, bytes, (size_t)got, 0, &error) != SUBUNIT2_E_OK)
			return 1;
	subunit2_stream_free(stream);
	subunit2_output_free(worker.output);
	if (worker.gaps)
		fclose(worker.gaps);
	return 0;
}
