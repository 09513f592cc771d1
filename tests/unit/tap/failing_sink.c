/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* TAP into a sink that fails: each event and each piece of text fails once, and ends the input. */
#include "failing_sink.h"
#include "tap_long_documents.h"
#include "tap_mixture.h"

#include <tap/events.h>

static enum subunit2_result
on_text(void *context, struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	(void)bytes, (void)now_ms;
	return failing_sink_call(context, error);
}

static enum {
	IN_HALVES, /* each line in two pieces; tests end before every third line */
	LATE,      /* tests end when the next line is fed */
	WHOLE,     /* all lines at once */
} mode;

/* Feed the lines, and their comments as the script's stderr as well. */
static enum subunit2_result
feed_lines(struct tap_events *tap, struct subunit2_error *error)
{
	enum subunit2_result result = SUBUNIT2_E_OK;
	int64_t now_ms = 0;
	for (size_t at = 0, number = 1; at < document_len && result == SUBUNIT2_E_OK; number++) {
		const char *newline = memchr(document + at, '\n', document_len - at);
		size_t end = newline ? (size_t)(newline - document) + 1 : document_len;
		struct subunit2_view first = {document + at, (end - at) / 2};
		struct subunit2_view second = {first.data + first.len, end - at - first.len};
		if (*first.data == '#')
			result = tap_events_stderr(
				tap, (struct subunit2_view){first.data, end - at}, now_ms, error);
		if (result == SUBUNIT2_E_OK)
			result = tap_events_feed(tap, first, now_ms, error);
		if (result == SUBUNIT2_E_OK)
			result = tap_events_feed(tap, second, now_ms, error);
		if (mode == LATE || number % 3 == 0)
			now_ms += 2 * TAP_CANDIDATES_MS;
		while (mode == IN_HALVES && result == SUBUNIT2_E_OK &&
		       tap_events_deadline(tap) <= now_ms)
			result = tap_events_tick(tap, now_ms, error);
		at = end;
	}
	return result;
}

static enum subunit2_result
feed(struct tap_events *tap, struct subunit2_error *error)
{
	struct subunit2_view whole = {document, document_len};
	enum subunit2_result result =
		mode == WHOLE ? tap_events_feed(tap, whole, 0, error) : feed_lines(tap, error);
	return result == SUBUNIT2_E_OK ? tap_events_finish(tap, error) : result;
}

static enum subunit2_result
run_document(struct failing_sink *sink, struct subunit2_error *error)
{
	const struct tap_options options = {
		.script = SUBUNIT2_LITERAL("script"),
		.forced = document_forced,
		.text = on_text,
		.context = sink,
	};
	struct tap_events *tap = tap_events_new(&options, &sink->sink);
	if (!tap)
		abort();
	enum subunit2_result result = feed(tap, error);
	tap_events_free(tap);
	return result;
}

static void
feed_fixture(const char *name)
{
	document_forced = strncmp(name, "forced-", strlen("forced-")) == 0;
	for (mode = IN_HALVES; mode <= WHOLE; mode++)
		failing_sink_run(name, run_document);
}

static void
feed_long(const char *name, const char *line, const char *verdict)
{
	(void)line, (void)verdict;
	feed_fixture(name);
}

int
main(void)
{
	document_each(feed_fixture);
	document_each_long(feed_long);
	for (int i = 0; i < 100; i++) {
		document_len = tap_mixture_make(document);
		document_forced = i % 2;
		mode = i / 2 % (WHOLE + 1);
		failing_sink_run("a mixture of lines", run_document);
	}
	return check_done();
}
