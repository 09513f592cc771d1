#include "feed.h"

#include "memory.h"

#include <stdlib.h>

/* How much of an input is looked at to find out its format, and how long its
 * producer may pause within it. */
#define HEAD_SIZE 65536
#define HEAD_SILENCE_MS 100

struct feed {
	struct feed_options options;
	struct subunit2_sink *sink;
	struct input *input; /* NULL: its format is not known yet */
	char *head;          /* what came until then */
	size_t len;
	int64_t deadline; /* of the head */
	int64_t now_ms;
};

struct feed *
feed_new(const struct feed_options *options, struct subunit2_sink *sink)
{
	struct feed *feed = memory_zeroed(1, sizeof(*feed));
	feed->options = *options;
	feed->sink = sink;
	feed->deadline = INT64_MAX;
	return feed;
}

void
feed_free(struct feed *feed)
{
	if (!feed)
		return;
	if (feed->input)
		feed->input->free(feed->input);
	free(feed->head);
	free(feed);
}

static int
open_input(struct feed *feed, const struct format *format, struct subunit2_error *error)
{
	struct input_options options = {
		.name = feed->options.name,
		.id = feed->options.id,
		.declared = feed->options.from,
		.strict = feed->options.strict,
	};
	feed->input = format->in(&options, feed->sink, error);
	return feed->input ? SUBUNIT2_OK : error->code;
}

static struct subunit2_view
head_of(const struct feed *feed)
{
	return (struct subunit2_view){feed->head, feed->len};
}

/* The format is what the head says; the input gets the head. */
static int
settle(struct feed *feed, struct subunit2_error *error)
{
	const struct format *from = feed->options.from;
	int result = open_input(feed, from ? from : format_of_bytes(head_of(feed)), error);
	if (result == SUBUNIT2_OK && feed->len)
		result = feed->input->feed(feed->input, feed->head, feed->len, feed->now_ms, error);
	free(feed->head);
	feed->head = NULL;
	feed->len = 0;
	return result;
}

static void
keep(struct feed *feed, struct subunit2_view bytes)
{
	feed->head = memory_resize(feed->head, feed->len + bytes.len, 1);
	memcpy(feed->head + feed->len, bytes.data, bytes.len);
	feed->len += bytes.len;
	feed->deadline = feed->now_ms + HEAD_SILENCE_MS;
}

static bool
knows_enough(const struct feed *feed)
{
	return feed->options.from || feed->len >= HEAD_SIZE || format_certain(head_of(feed));
}

int
feed_bytes(struct feed *feed, struct subunit2_view bytes, int64_t now_ms,
           struct subunit2_error *error)
{
	feed->now_ms = now_ms;
	if (!bytes.len)
		return SUBUNIT2_OK;
	if (feed->input)
		return feed->input->feed(feed->input, bytes.data, bytes.len, now_ms, error);
	keep(feed, bytes);
	return knows_enough(feed) ? settle(feed, error) : SUBUNIT2_OK;
}

int64_t
feed_deadline(const struct feed *feed)
{
	if (!feed->input)
		return feed->deadline;
	return feed->input->deadline ? feed->input->deadline(feed->input) : INT64_MAX;
}

int
feed_tick(struct feed *feed, int64_t now_ms, struct subunit2_error *error)
{
	feed->now_ms = now_ms;
	if (feed->input)
		return feed->input->tick ? feed->input->tick(feed->input, now_ms, error)
		                         : SUBUNIT2_OK;
	return now_ms < feed->deadline ? SUBUNIT2_OK : settle(feed, error);
}

int
feed_finish(struct feed *feed, struct subunit2_error *error)
{
	int result = feed->input ? SUBUNIT2_OK : settle(feed, error);
	return result == SUBUNIT2_OK ? feed->input->finish(feed->input, error) : result;
}
