/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Events at random into every writer: its output is read by a strict parser of the format.
 */
#include "input.h"
#include "random_events.h"
#include "written.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tap/events.h>

/* RFC 4180: as many fields in each record; quotes only around a field, and doubled in it. */
static void
check_csv(struct written csv)
{
	size_t fields = 1, expected = 0;
	const char *at = csv.text, *end = csv.text + csv.len;
	while (at < end) {
		if (*at == '"') {
			for (at++; at < end && (*at != '"' || (at + 1 < end && at[1] == '"')); at++)
				at += *at == '"';
			if (at++ == end)
				abort();
		} else {
			while (at < end && !strchr(",\r\n", *at))
				if (*at++ == '"')
					abort();
		}
		if (at < end && *at == ',') {
			fields++;
			at++;
			continue;
		}
		if (at < end && *at == '\r')
			at++;
		if (at == end || *at++ != '\n' || (expected && fields != expected))
			abort();
		expected = fields;
		fields = 1;
	}
	free(csv.text);
}

static enum subunit2_result
count_event(struct subunit2_sink *sink, const struct subunit2_event *event,
            struct subunit2_error *error)
{
	(void)sink, (void)error;
	/* A reader that finds damage says so. */
	if (event->test_id.len > 8 && memcmp(event->test_id.data, "subunit.", 8) == 0 &&
	    event->status == SUBUNIT2_STATUS_FAIL)
		abort();
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
accept_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
ignore_text(void *context, struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	(void)context, (void)bytes, (void)now_ms, (void)error;
	return SUBUNIT2_E_OK;
}

/* TAP: the numbers and the plan are right, and no test is made up by a name or a file. */
static void
check_tap(struct written tap)
{
	struct subunit2_sink sink = {.event = count_event, .finish = accept_finish};
	struct tap_options options = {.forced = true, .text = ignore_text};
	struct tap_events *events = tap_events_new(&options, &sink);
	struct subunit2_view input = {tap.text, tap.len};
	if (!events || tap_events_feed(events, input, 0, NULL) != SUBUNIT2_E_OK ||
	    tap_events_finish(events, NULL) != SUBUNIT2_E_OK)
		abort();
	const struct tap_verdict *verdict = tap_events_verdict(events);
	if (memmem(verdict->reason.data, verdict->reason.len, "planned", 7) ||
	    memmem(verdict->reason.data, verdict->reason.len, "outside", 7) ||
	    memmem(verdict->reason.data, verdict->reason.len, "missing", 7) || verdict->bailed_out)
		abort();
	tap_events_free(events);
	free(tap.text);
}

static void
check_input(input_open *open, struct written stream)
{
	struct subunit2_sink sink = {.event = count_event, .finish = accept_finish};
	struct subunit2_error error;
	const struct input_options options = {.name = "name", .declared = true};
	struct input *input = open(&options, &sink, &error);
	if (!input ||
	    input->feed(input, (const uint8_t *)stream.text, stream.len, 0, &error) !=
	            SUBUNIT2_E_OK ||
	    input->finish(input, &error) != SUBUNIT2_E_OK)
		abort();
	input->free(input);
	free(stream.text);
}

/* Text for people: UTF-8, and no byte that controls a terminal. */
static void
check_text(struct written text)
{
	if (subunit2_utf8_valid_len((struct subunit2_view){text.text, text.len}) != text.len)
		abort();
	for (size_t i = 0; i < text.len; i++)
		if (((unsigned char)text.text[i] < ' ' && !strchr("\n\t", text.text[i])) ||
		    text.text[i] == 0x7f)
			abort();
	free(text.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct writer_options usual = {.verbose = 0},
				    verbose = {.verbose = 1, .list_ends = true};
	check_xml(write_as(writer_junit, data, size, &usual));
	check_json_lines(write_as(writer_json, data, size, &usual));
	check_page(write_as(writer_html, data, size, &usual));
	check_csv(write_as(writer_csv, data, size, &usual));
	check_tap(write_as(writer_tap, data, size, &usual));
	check_input(input_json, write_as(writer_json, data, size, &usual));
	check_input(input_subunit1, write_as(writer_subunit1, data, size, &usual));
	check_text(write_as(writer_text, data, size, &verbose));
	check_text(write_as(writer_events, data, size, &usual));
	check_text(write_as(writer_summary, data, size, &usual));
	free(write_as(writer_github, data, size, &usual).text);
	return 0;
}
