/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* TAP without memory: each allocation fails once, and each failure is reported. */
#include "no_memory.h"
#include "tap_long_documents.h"
#include "tap_mixture.h"

#include "names.h"

#include <tap/events.h>

static enum subunit2_result
on_text(void *context, struct subunit2_view bytes, int64_t now_ms, struct subunit2_error *error)
{
	(void)now_ms, (void)error;
	no_memory_hash(context, bytes);
	return SUBUNIT2_E_OK;
}

/* The document's stderr is its comments, which may explain failures. */
static bool
feed(struct tap_events *tap)
{
	for (size_t at = 0; at < document_len;) {
		const char *newline = memchr(document + at, '\n', document_len - at);
		size_t end = newline ? (size_t)(newline - document) + 1 : document_len;
		struct subunit2_view line = {document + at, end - at};
		if (*line.data == '#' && tap_events_stderr(tap, line, 0, NULL) != SUBUNIT2_E_OK)
			return false;
		/* In two pieces. */
		struct subunit2_view first = {line.data, line.len / 2};
		struct subunit2_view second = {line.data + first.len, line.len - first.len};
		if (tap_events_feed(tap, first, 0, NULL) != SUBUNIT2_E_OK ||
		    tap_events_feed(tap, second, 0, NULL) != SUBUNIT2_E_OK)
			return false;
		at = end;
	}
	return tap_events_finish(tap, NULL) == SUBUNIT2_E_OK;
}

static bool
run_document(uint64_t *hash)
{
	struct no_memory_sink end = {.sink = {no_memory_event, no_memory_finish, NULL}, .hash = 1};
	char script[] = "script", code[] = "0";
	const struct tap_options options = {
		.script = subunit2_view_of(script),
		.route_code = subunit2_view_of(code),
		.forced = document_forced,
		.text = on_text,
		.context = &end,
	};
	struct tap_events *tap = tap_events_new(&options, &end.sink);
	*script = *code = '?'; /* they were copied */
	bool good = tap && feed(tap);
	if (good) {
		const struct tap_verdict *verdict = tap_events_verdict(tap);
		no_memory_hash(&end, verdict->reason);
		end.hash += verdict->failed;
	}
	/* Text that arrives in other pieces is the same text. */
	*hash = end.hash;
	tap_events_free(tap);
	return good;
}

static void
feed_fixture(const char *name)
{
	for (int forced = 0; forced < 2; forced++) {
		document_forced = forced;
		no_memory_run(name, run_document);
	}
}

static void
feed_long(const char *name, const char *line, const char *verdict)
{
	(void)line, (void)verdict;
	no_memory_run(name, run_document);
}

/* Enough different names for a table on huge pages. */
static bool
take_names(uint64_t *hash)
{
	struct tap_names names;
	bool good = true;
	tap_names_init(&names);
	for (int i = 0; good && i < 300000; i++) {
		char name[32];
		size_t len = (size_t)snprintf(name, sizeof(name), "%d", i);
		good = tap_names_take(&names, tap_names_hash(&names, name, len), name, &len, len);
	}
	*hash = names.count;
	tap_names_clear(&names);
	return good;
}

int
main(void)
{
	document_each(feed_fixture);
	document_each_long(feed_long);
	no_memory_run("many names", take_names);
	for (int i = 0; i < 100; i++) {
		document_len = tap_mixture_make(document);
		document_forced = i % 2;
		no_memory_run("a mixture of lines", run_document);
	}
	return check_done();
}
