/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The capture of a command's output, with the console of automake: how the output is cut into
 * pieces makes no difference to the status of any test, and a packet can hold each event.
 */
#include "output_capture.h"
#include "transcript.h"

#include <stdint.h>
#include <stdlib.h>

struct statuses {
	struct subunit2_sink sink;
	struct transcript transcript;
};

static enum subunit2_result
statuses_event(struct subunit2_sink *sink, const struct subunit2_event *event,
               struct subunit2_error *error)
{
	static char packet[SUBUNIT2_PACKET_MAX];
	struct statuses *self = (struct statuses *)sink;
	size_t len;
	if (subunit2_packet_encode(event, packet, sizeof(packet), &len, error) != SUBUNIT2_E_OK)
		abort();
	if (event->status == SUBUNIT2_STATUS_NONE)
		return SUBUNIT2_E_OK;
	transcript_put(&self->transcript, subunit2_view_of(subunit2_status_name(event->status)));
	transcript_put(&self->transcript, SUBUNIT2_LITERAL(" "));
	transcript_put(&self->transcript, event->test_id);
	transcript_put(&self->transcript, SUBUNIT2_LITERAL("\n"));
	return SUBUNIT2_E_OK;
}

static enum subunit2_result
statuses_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	(void)sink, (void)error;
	return SUBUNIT2_E_OK;
}

static struct transcript
capture_all(enum capture_format from, const uint8_t *data, size_t size, size_t step)
{
	struct statuses statuses = {.sink = {statuses_event, statuses_finish, NULL}};
	const struct output_capture_options options = {
		.id = SUBUNIT2_LITERAL("make check"), .from = from, .directory = "/nonexistent"};
	struct subunit2_error error;
	struct output_capture *capture = output_capture_new(&options, &statuses.sink);
	enum subunit2_result result = SUBUNIT2_E_OK;
	for (size_t at = 0; at < size && result == SUBUNIT2_E_OK; at += step) {
		struct subunit2_view piece = {(const char *)data + at,
		                              size - at < step ? size - at : step};
		result = output_capture_feed(capture, PROCESS_STDOUT, piece, 0, &error);
	}
	if (result == SUBUNIT2_E_OK)
		result = output_capture_finish(capture, &error);
	if (result != SUBUNIT2_E_OK)
		abort();
	struct output_capture_verdict verdict = output_capture_verdict(capture);
	if (verdict.console)
		transcript_put(&statuses.transcript, subunit2_view_of(verdict.console));
	if (verdict.tap && verdict.tap->failed)
		transcript_put(&statuses.transcript, SUBUNIT2_LITERAL("TAP failed"));
	output_capture_free(capture);
	return statuses.transcript;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum capture_format formats[] = {CAPTURE_FORMAT_AUTO, CAPTURE_FORMAT_AUTOMAKE,
	                                              CAPTURE_FORMAT_AUTOMAKE, CAPTURE_FORMAT_KTAP};
	if (size < 2)
		return 0;
	/* The last byte selects the format and the pieces. */
	uint8_t options = data[--size];
	enum capture_format from = formats[options / 64];
	struct transcript whole = capture_all(from, data, size, size + 1);
	struct transcript pieces = capture_all(from, data, size, options % 64 + 1);
	if (!transcript_equal(&whole, &pieces))
		abort();
	free(whole.bytes);
	free(pieces.bytes);
	return 0;
}
