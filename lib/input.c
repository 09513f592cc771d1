/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include <subunit2/input.h>

#include "event_copy.h"

#include <subunit2/stream.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define READ_SIZE 16384 /* bytes; the copies of their events are held at once */

struct subunit2_input {
	struct subunit2_sink sink; /* of the stream; appends to the list */
	struct subunit2_stream *stream;
	int fd;
	char *name;
	bool ended;
	struct event_copy *current; /* the event that was returned last */
	struct event_copy *first, **last;
	char buffer[READ_SIZE];
};

static enum subunit2_result
input_event(struct subunit2_sink *self, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct subunit2_input *input = (struct subunit2_input *)self;
	struct event_copy *copy = event_copy_new(event, SUBUNIT2_ABSENT);

	if (!copy)
		return subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "input", "out of memory");
	*input->last = copy;
	input->last = &copy->next;
	return SUBUNIT2_E_OK;
}

struct subunit2_input *
subunit2_input_new(int fd, const char *name, unsigned flags, struct subunit2_error *error)
{
	struct subunit2_input *input = calloc(1, sizeof(*input));

	if (!input)
		goto no_memory;
	input->sink.event = input_event;
	input->fd = fd;
	input->last = &input->first;
	input->name = strdup(name);
	input->stream = subunit2_stream_new(&input->sink, flags, NULL, NULL);
	if (input->name && input->stream)
		return input;
no_memory:
	subunit2_input_free(input);
	subunit2_error_set(error, SUBUNIT2_E_NO_MEMORY, "input", "out of memory");
	return NULL;
}

static int64_t
input_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Wait until the descriptor is readable or the stream's deadline has passed. Return false, with
 * errno set, if poll fails. */
static bool
input_wait(const struct subunit2_input *input, bool *readable)
{
	int64_t deadline = subunit2_stream_deadline(input->stream);
	struct pollfd wait = {.fd = input->fd, .events = POLLIN};
	int timeout_ms = -1;

	if (deadline != INT64_MAX) {
		int64_t left = deadline - input_now_ms();

		/* At most SUBUNIT2_READER_SILENCE_MS. */
		timeout_ms = left > 0 ? (int)left : 0;
	}
	int ready = poll(&wait, 1, timeout_ms);
	*readable = ready > 0;
	return ready >= 0 || errno == EINTR;
}

/* Read once, or let the stream's deadline pass. */
static enum subunit2_result
input_read(struct subunit2_input *input, struct subunit2_error *error)
{
	bool readable;
	ssize_t len;

	if (!input_wait(input, &readable))
		return subunit2_error_system(error, input->name, errno);
	if (!readable)
		return subunit2_stream_tick(input->stream, input_now_ms(), error);
	len = read(input->fd, input->buffer, sizeof(input->buffer));
	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return SUBUNIT2_E_OK;
	if (len < 0)
		return subunit2_error_system(error, input->name, errno);
	input->ended = len == 0;
	return len > 0 ? subunit2_stream_feed(input->stream, input->buffer, (size_t)len,
	                                      input_now_ms(), error)
	               : subunit2_stream_finish(input->stream, error);
}

enum subunit2_result
subunit2_input_next(struct subunit2_input *input, const struct subunit2_event **event,
                    struct subunit2_error *error)
{
	free(input->current);
	input->current = NULL;
	*event = NULL;
	while (!input->first && !input->ended) {
		enum subunit2_result result = input_read(input, error);

		if (result != SUBUNIT2_E_OK)
			return result;
	}
	if (!input->first)
		return SUBUNIT2_E_OK;
	input->current = input->first;
	input->first = input->first->next;
	if (!input->first)
		input->last = &input->first;
	*event = &input->current->event;
	return SUBUNIT2_E_OK;
}

void
subunit2_input_free(struct subunit2_input *input)
{
	if (!input)
		return;
	free(input->current);
	while (input->first) {
		struct event_copy *next = input->first->next;

		free(input->first);
		input->first = next;
	}
	subunit2_stream_free(input->stream);
	free(input->name);
	free(input);
}
