/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The formats that other programs parse: for any events, the XML is well formed,
 * the JSON is JSON, and so is what a page holds.
 */
#include "input.h"
#include "writer.h"
#include "written.h"

#include <stdint.h>
#include <stdlib.h>

/* Moves every time into the first two seconds of 1970. */
struct early {
	struct subunit2_sink sink;
	struct subunit2_sink *next;
};

static enum subunit2_result
early_event(struct subunit2_sink *sink, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	struct subunit2_event early = *event;
	early.timestamp.sec &= 1;
	early.packet = SUBUNIT2_ABSENT;
	return subunit2_sink_event(((struct early *)sink)->next, &early, error);
}

static enum subunit2_result
early_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct early *)sink)->next, error);
}

/* IS_EARLY: with times of the beginning of 1970. */
static struct written
write_at(writer_open *open, const uint8_t *data, size_t size, bool is_early)
{
	struct written written;
	const struct writer_options options = {.verbose = 0};
	struct output_file to = {
		.name = "memory",
		.fd = -1,
		.file = open_memstream(&written.text, &written.len),
	};
	struct subunit2_error error;
	struct subunit2_sink *sink = open(&options, &to, &error);
	struct early early = {{early_event, early_finish, NULL}, sink};
	struct input *input = input_subunit(&(struct input_options){.name = "name"},
	                                    is_early ? &early.sink : sink, &error);
	if (input->feed(input, data, size, 0, &error) != SUBUNIT2_E_OK ||
	    input->finish(input, &error) != SUBUNIT2_E_OK ||
	    subunit2_sink_finish(sink, &error) != SUBUNIT2_E_OK)
		abort();
	input->free(input);
	subunit2_sink_free(sink);
	fclose(to.file);
	return written;
}

static struct written
write_as(writer_open *open, const uint8_t *data, size_t size)
{
	return write_at(open, data, size, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_xml(write_as(writer_junit, data, size));
	check_json_lines(write_as(writer_json, data, size));
	check_page(write_as(writer_html, data, size));
	check_page(write_at(writer_html, data, size, true));
	free(write_as(writer_tap, data, size).text);
	free(write_as(writer_github, data, size).text);
	free(write_as(writer_subunit1, data, size).text);
	return 0;
}
