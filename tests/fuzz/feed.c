/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Detection of formats: for any bytes, it makes no difference how they
 * are cut into pieces, and the producer may pause between any two of them.
 */
#include "autodetect.h"
#include "input_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes come in pieces of STEP, each PAUSE_MS after the one before. */
static struct fuzz_sink
read_all(const uint8_t *data, size_t size, size_t step, int64_t pause_ms)
{
	const struct autodetect_options options = {.name = "name"};
	struct fuzz_sink sink = {.sink = {fuzz_event, fuzz_finish, NULL}};
	struct subunit2_error error;
	struct autodetect *autodetect = autodetect_new(&options, &sink.sink);
	enum subunit2_result result = SUBUNIT2_E_OK;
	int64_t now_ms = 0;
	for (size_t at = 0; at < size && result == SUBUNIT2_E_OK; at += step) {
		struct subunit2_view piece = {(const char *)data + at,
		                              size - at < step ? size - at : step};
		int64_t deadline;
		result = autodetect_bytes(autodetect, piece, now_ms, &error);
		now_ms += pause_ms;
		while (result == SUBUNIT2_E_OK &&
		       (deadline = autodetect_deadline(autodetect)) <= now_ms)
			result = autodetect_tick(autodetect, deadline, &error);
	}
	if (result == SUBUNIT2_E_OK)
		result = autodetect_finish(autodetect, &error);
	transcript_put(&sink.events, subunit2_view_of(result == SUBUNIT2_E_OK ? "ok" : "error"));
	autodetect_free(autodetect);
	free(sink.last.bytes);
	return sink;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	/* The last byte selects the pieces and the pauses. */
	uint8_t options = data[--size];
	size_t step = options % 32 + 1;
	struct fuzz_sink whole = read_all(data, size, size + 1, 0);
	struct fuzz_sink pieces = read_all(data, size, step, 0);
	struct fuzz_sink slowly = read_all(data, size, step, options / 32 * 50);
	if (!transcript_equal(&whole.events, &pieces.events))
		abort();
	free(whole.events.bytes);
	free(pieces.events.bytes);
	free(slowly.events.bytes);
	return 0;
}
