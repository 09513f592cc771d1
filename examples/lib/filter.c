/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A filter: reads a stream from standard input and writes the events of tests whose id starts
 * with PREFIX to standard output. Packets are forwarded unchanged; text and damage are kept.
 *
 *     ./filter PREFIX <all.subunit >some.subunit
 */
#include <stdio.h>
#include <subunit2.h>

struct filter {
	struct subunit2_sink sink; /* the first member: a sink is a part of the filter */
	struct subunit2_sink *next;
	struct subunit2_view prefix;
};

static enum subunit2_result
filter_event(struct subunit2_sink *self, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct filter *filter = (struct filter *)self;
	struct subunit2_view damage = SUBUNIT2_LITERAL("subunit.parser");

	if (!subunit2_view_present(event->test_id) ||
	    subunit2_view_starts(event->test_id, filter->prefix) ||
	    subunit2_view_equal(event->test_id, damage))
		return subunit2_sink_event(filter->next, event, error);
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
filter_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct filter *)self)->next, error);
}

int
main(int argc, char **argv)
{
	struct filter filter = {.sink = {.event = filter_event, .finish = filter_finish}};
	struct subunit2_error error;
	struct subunit2_output *output;
	struct subunit2_stream *stream = subunit2_stream_new(&filter.sink, 0, NULL, NULL);
	enum subunit2_result result = SUBUNIT2_E_OK;
	char buffer[65536];
	size_t len;

	if (argc != 2) {
		fprintf(stderr, "usage: filter PREFIX <STREAM\n");
		return 2;
	}
	output = subunit2_output_new(1, "standard output", 0, &error);
	if (!output || !stream)
		return 2;
	filter.next = subunit2_output_sink(output);
	filter.prefix = subunit2_view_of(argv[1]);
	while (result == SUBUNIT2_E_OK && (len = fread(buffer, 1, sizeof(buffer), stdin)) > 0)
		result = subunit2_stream_feed(stream, buffer, len, 0, &error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_stream_finish(stream, &error);
	if (result == SUBUNIT2_E_OK)
		result = subunit2_sink_finish(&filter.sink, &error);
	if (result != SUBUNIT2_E_OK)
		fprintf(stderr, "filter: %s: %s\n", error.subject, error.message);
	subunit2_stream_free(stream);
	subunit2_output_free(output);
	return result != SUBUNIT2_E_OK || ferror(stdin) ? 1 : 0;
}
