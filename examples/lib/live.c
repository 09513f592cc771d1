/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A reader of live streams: waits for several FIFOs with poll(2) and prints each result when it
 * arrives. Exits with 1 if a test failed or did not end.
 *
 *     ./live first.fifo second.fifo
 */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <subunit2.h>
#include <time.h>
#include <unistd.h>

#define INPUTS_MAX 16

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum subunit2_result
show(struct subunit2_sink *self, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)self, (void)error;
	if (event->status == SUBUNIT2_STATUS_NONE)
		return SUBUNIT2_E_OK;
	printf("%s %.*s\n", subunit2_status_name(event->status), (int)event->test_id.len,
	       event->test_id.data);
	fflush(stdout);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	(void)self, (void)error;
	return SUBUNIT2_E_OK;
}

/* Return how long poll may wait: until the first of the streams' deadlines, or forever (-1). */
static int
timeout_ms(struct subunit2_stream *const *streams, int count)
{
	int64_t first = INT64_MAX, left;

	for (int i = 0; i < count; i++) {
		int64_t deadline = subunit2_stream_deadline(streams[i]);
		first = deadline < first ? deadline : first;
	}
	if (first == INT64_MAX)
		return -1;
	left = first - now_ms();
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* Read once from INPUT. At the end, close it; poll ignores it from then on. */
static enum subunit2_result
read_input(struct pollfd *input, struct subunit2_stream *stream)
{
	char buffer[65536];
	ssize_t len = read(input->fd, buffer, sizeof(buffer));

	if (len > 0)
		return subunit2_stream_feed(stream, buffer, (size_t)len, now_ms(), NULL);
	close(input->fd);
	input->fd = -1;
	return subunit2_stream_finish(stream, NULL);
}

int
main(int argc, char **argv)
{
	struct pollfd inputs[INPUTS_MAX];
	struct subunit2_stream *streams[INPUTS_MAX];
	struct subunit2_sink shown = {.event = show, .finish = finish};
	struct subunit2_summary *summary = subunit2_summary_new();
	struct subunit2_sink *both[] = {&shown, summary ? subunit2_summary_sink(summary) : NULL};
	struct subunit2_sink *tee = summary ? subunit2_tee_new(both, 2) : NULL;
	enum subunit2_result result = SUBUNIT2_E_OK;
	int count = 0, open_count;

	for (; tee && count < argc - 1 && count < INPUTS_MAX; count++) {
		inputs[count] = (struct pollfd){open(argv[count + 1], O_RDONLY), POLLIN, 0};
		streams[count] = subunit2_stream_new(tee, SUBUNIT2_READER_DECLARED, NULL, NULL);
		if (inputs[count].fd < 0 || !streams[count])
			return perror(argv[count + 1]), 2;
	}
	for (open_count = count; open_count > 0 && result == SUBUNIT2_E_OK;) {
		poll(inputs, (nfds_t)count, timeout_ms(streams, count));
		for (int i = 0; i < count && result == SUBUNIT2_E_OK; i++) {
			result = subunit2_stream_tick(streams[i], now_ms(), NULL);
			if (result != SUBUNIT2_E_OK || inputs[i].fd < 0 || !inputs[i].revents)
				continue;
			result = read_input(&inputs[i], streams[i]);
			open_count -= inputs[i].fd < 0;
		}
	}
	if (result == SUBUNIT2_E_OK && count > 0)
		result = subunit2_sink_finish(tee, NULL);
	bool good = result == SUBUNIT2_E_OK && count > 0 &&
	            subunit2_summary_is_good(subunit2_summary_result(summary), 0);
	for (int i = 0; i < count; i++)
		subunit2_stream_free(streams[i]);
	subunit2_sink_free(tee);
	subunit2_summary_free(summary);
	return good ? 0 : 1;
}
