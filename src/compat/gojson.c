/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * gojson2subunit: reads the output of `go test -json`. The ids are those of Python's
 * tool: PACKAGE.TEST, and "PACKAGE [build]" for a package that fails. A package that
 * passes is not reported as a test, and its output is dropped.
 */
#include "compat.h"
#include "conversion.h"
#include "event_buffer.h"
#include "forward_sink.h"
#include "memory.h"

#include <stdlib.h>

struct gojson {
	struct forward_sink base;
	struct event_buffer *event_buffer; /* the output of packages, until they end */
};

/* Returns the id PACKAGE.TEST for ID, which is "PACKAGE::TEST"; to be freed. */
static char *
compat_gojson_test_id(struct subunit2_view id, const char *colons)
{
	int package = (int)(colons - id.data);
	return memory_format("%.*s.%.*s", package, id.data, (int)id.len - package - 2, colons + 2);
}

static enum subunit2_result
compat_gojson_package_event(struct gojson *gojson, struct subunit2_event *event,
                            struct subunit2_error *error)
{
	struct event_buffer_test *printed = event_buffer_test(gojson->event_buffer, event);
	if (event->status == SUBUNIT2_STATUS_NONE)
		return event_buffer_add(gojson->event_buffer, printed, event, error);
	if (event->status == SUBUNIT2_STATUS_FAIL) {
		enum subunit2_result result = event_buffer_release(gojson->event_buffer, printed,
		                                                   gojson->base.next, error);
		return result == SUBUNIT2_E_OK
		               ? subunit2_sink_event(gojson->base.next, event, error)
		               : result;
	}
	if (subunit2_status_is_final(event->status))
		event_buffer_drop(gojson->event_buffer, printed);
	return SUBUNIT2_E_OK;
}

/* Returns whether ID is a failed build, which keeps its id. */
static bool
compat_gojson_is_build(struct subunit2_view id)
{
	return subunit2_view_starts(id, SUBUNIT2_LITERAL("go build "));
}

static enum subunit2_result
compat_gojson_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                    struct subunit2_error *error)
{
	struct gojson *gojson = (struct gojson *)sink;
	struct subunit2_event changed = *event;
	struct subunit2_view id = event->test_id;
	if (!id.len || compat_gojson_is_build(id))
		return subunit2_sink_event(gojson->base.next, event, error);
	const char *colons = memmem(id.data, id.len, "::", 2);
	char *name = colons ? compat_gojson_test_id(id, colons)
	                    : memory_format("%.*s [build]", (int)id.len, id.data);
	changed.test_id = subunit2_view_of(name);
	changed.runnable = true;
	if (subunit2_view_present(event->file_name))
		changed.file_name = SUBUNIT2_LITERAL("go test output");
	enum subunit2_result result =
		colons ? subunit2_sink_event(gojson->base.next, &changed, error)
		       : compat_gojson_package_event(gojson, &changed, error);
	free(name);
	return result;
}

static void
compat_gojson_free(struct subunit2_sink *sink)
{
	event_buffer_free(((struct gojson *)sink)->event_buffer);
	free(sink);
}

static struct subunit2_sink *
compat_gojson_new(struct subunit2_sink *next)
{
	struct gojson *gojson = forward_sink_new(sizeof(*gojson), compat_gojson_event, next);
	gojson->base.sink.free = compat_gojson_free;
	gojson->event_buffer = event_buffer_new();
	return &gojson->base.sink;
}

/* Treats lines that are not JSON as text: go prints its progress and warnings there. */
static struct input *
compat_gojson_input_gojson_and_text(const struct input_options *options, struct subunit2_sink *sink,
                                    struct subunit2_error *error)
{
	struct input_options undeclared = *options;
	undeclared.declared = false;
	return input_gojson(&undeclared, sink, error);
}

int
compat_gojson(int argc, const char **argv)
{
	static const struct format from = {.name = "gojson",
	                                   .in = compat_gojson_input_gojson_and_text};
	static const struct conversion conversion = {
		.from = &from,
		.change = compat_gojson_new,
		.verdict = CONVERSION_JUDGED,
	};
	return conversion_main("Converts what go test -json prints.", &conversion, argc, argv);
}
