/*
 * gojson2subunit: what `go test -json` prints, under the ids of the tool of that
 * name: PACKAGE.TEST, and "PACKAGE [build]" for a package that fails. A package that
 * does not fail is no test; what it printed is told when it does.
 */
#include "compat.h"
#include "held.h"
#include "memory.h"
#include "stream.h"

#include <stdlib.h>

struct gojson {
	struct subunit2_sink sink;
	struct subunit2_sink *next;
	struct held *held; /* what packages printed */
};

/* The id of a test, "PACKAGE::TEST", as the old tool has it; to be freed. */
static char *
test_id(struct subunit2_view id, const char *colons)
{
	int package = (int)(colons - id.data);
	return memory_format("%.*s.%.*s", package, id.data, (int)id.len - package - 2, colons + 2);
}

static int
package_event(struct gojson *gojson, struct subunit2_event *event, struct subunit2_error *error)
{
	struct held_test *printed = held_test(gojson->held, event);
	if (event->status == SUBUNIT2_STATUS_NONE)
		return held_add(gojson->held, printed, event, error);
	if (event->status == SUBUNIT2_FAIL) {
		int result = held_release(gojson->held, printed, gojson->next, error);
		return result == SUBUNIT2_OK ? subunit2_sink_event(gojson->next, event, error)
		                             : result;
	}
	if (subunit2_status_is_final(event->status))
		held_drop(gojson->held, printed);
	return SUBUNIT2_OK;
}

static int
gojson_event(struct subunit2_sink *sink, const struct subunit2_event *event,
             struct subunit2_error *error)
{
	struct gojson *gojson = (struct gojson *)sink;
	struct subunit2_event changed = *event;
	struct subunit2_view id = event->test_id;
	if (!subunit2_view_present(id) || !id.len)
		return subunit2_sink_event(gojson->next, event, error);
	const char *colons = memmem(id.data, id.len, "::", 2);
	char *name =
		colons ? test_id(id, colons) : memory_format("%.*s [build]", (int)id.len, id.data);
	changed.test_id = subunit2_view_of(name);
	changed.runnable = true;
	if (subunit2_view_present(event->file_name))
		changed.file_name = SUBUNIT2_LITERAL("go test output");
	int result = colons ? subunit2_sink_event(gojson->next, &changed, error)
	                    : package_event(gojson, &changed, error);
	free(name);
	return result;
}

static int
gojson_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct gojson *)sink)->next, error);
}

static struct subunit2_sink *
gojson_new(struct subunit2_sink *next)
{
	struct gojson *gojson = memory_zeroed(1, sizeof(*gojson));
	gojson->sink = (struct subunit2_sink){gojson_event, gojson_finish, NULL};
	gojson->next = next;
	gojson->held = held_new();
	return &gojson->sink;
}

static int
run(void *context, const char *const *paths)
{
	(void)context;
	const struct inputs_options inputs = {.from = format_named(SUBUNIT2_LITERAL("gojson"))};
	struct stream_counts counts;
	struct outputs *outputs = stream_stdout("subunit");
	if (!outputs)
		return COMMAND_IO;
	struct stream_counter counter;
	struct subunit2_sink *counting = stream_counter_begin(&counter, outputs_sink(outputs));
	struct subunit2_sink *gojson = gojson_new(counting);
	int status = inputs_read(paths, &inputs, gojson, outputs);
	counts = stream_counter_end(&counter);
	held_free(((struct gojson *)gojson)->held);
	free(gojson);
	return stream_judge(stream_close(outputs, status), &counts, false);
}

int
compat_gojson(int argc, const char **argv)
{
	static const struct poptOption table[] = {POPT_TABLEEND};
	static const struct options_spec spec = {
		.usage = "[FILE]",
		.about = "Converts what go test -json prints.",
		.table = table,
	};
	return compat_main(&spec, NULL, run, NULL, argc, argv);
}
