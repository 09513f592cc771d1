#include "stream.h"

#include "compat.h"
#include "memory.h"
#include "out/put.h"
#include "when.h"

#include <stdlib.h>

enum {
	OPTION_NO_PASSTHROUGH = OPTIONS_LONG,
};

static const struct poptOption table[] = {
	{"no-passthrough", '\0', POPT_ARG_NONE, NULL, OPTION_NO_PASSTHROUGH,
         "hide what is no packet, and the files of no test", NULL},
	{"output-to", 'o', POPT_ARG_STRING, NULL, 'o', "write the result to this file", "FILE"},
	{"forward", 'f', POPT_ARG_NONE, NULL, 'f', "write the stream to standard output, too",
         NULL},
	POPT_TABLEEND,
};

/* A tool, and what it was told. */
struct call {
	const struct stream_tool *tool;
	bool no_passthrough, forward;
	char *output; /* NULL: standard output */
};

static int
take(void *context, struct options *options, int option)
{
	struct call *said = context;
	if (option == OPTION_NO_PASSTHROUGH)
		said->no_passthrough = true;
	else if (option == 'f')
		said->forward = true;
	else
		free(said->output), said->output = options_take_value(options);
	return 0;
}

/*
 * Parts of a stream.
 */

struct part {
	struct subunit2_sink sink;
	struct subunit2_sink *next; /* is finished, and freed where it is owned */
	struct subunit2_sink *tests, *text;
	bool owns;
};

static int
part_event(struct subunit2_sink *sink, const struct subunit2_event *event,
           struct subunit2_error *error)
{
	struct part *part = (struct part *)sink;
	struct subunit2_sink *to = subunit2_view_present(event->test_id) ? part->tests : part->text;
	return to ? subunit2_sink_event(to, event, error) : SUBUNIT2_OK;
}

static int
part_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct part *)sink)->next, error);
}

static void
part_free(struct subunit2_sink *sink)
{
	struct part *part = (struct part *)sink;
	if (part->owns)
		subunit2_sink_free(part->next);
	free(part);
}

struct subunit2_sink *
stream_part_new(struct subunit2_sink *next, bool tests, bool text)
{
	struct part *part = memory_zeroed(1, sizeof(*part));
	part->sink = (struct subunit2_sink){part_event, part_finish, part_free};
	part->next = next;
	part->tests = tests ? next : NULL;
	part->text = text ? next : NULL;
	part->owns = true;
	return &part->sink;
}

struct subunit2_sink *
stream_write_tests(const struct writer_options *options, struct destination *to,
                   struct subunit2_error *error)
{
	struct subunit2_sink *packets = writer_subunit(options, to, error);
	return packets ? stream_part_new(packets, true, false) : NULL;
}

struct subunit2_sink *
stream_write_text(const struct writer_options *options, struct destination *to,
                  struct subunit2_error *error)
{
	struct subunit2_sink *packets = writer_subunit(options, to, error);
	return packets ? stream_part_new(packets, false, true) : NULL;
}

struct raw {
	struct subunit2_sink sink;
	FILE *file;
	struct destination *to;
};

static int
raw_event(struct subunit2_sink *sink, const struct subunit2_event *event,
          struct subunit2_error *error)
{
	struct raw *raw = (struct raw *)sink;
	if (!subunit2_view_present(event->test_id))
		put_view(raw->file, event->file_bytes);
	return destination_check(raw->to, error);
}

static int
raw_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return destination_check(((struct raw *)sink)->to, error);
}

static void
raw_free(struct subunit2_sink *sink)
{
	free(sink);
}

static struct subunit2_sink *
raw_new(FILE *file, struct destination *to)
{
	struct raw *raw = memory_zeroed(1, sizeof(*raw));
	*raw = (struct raw){{raw_event, raw_finish, raw_free}, file, to};
	return &raw->sink;
}

struct subunit2_sink *
stream_write_raw(const struct writer_options *options, struct destination *to,
                 struct subunit2_error *error)
{
	(void)options, (void)error;
	return raw_new(to->file, to);
}

struct subunit2_sink *
stream_write_to_stderr(const struct writer_options *options, struct destination *to,
                       struct subunit2_error *error)
{
	(void)options, (void)error;
	return raw_new(stderr, to);
}

/*
 * Reading.
 */

int
stream_read(const char *const *paths, struct subunit2_sink *sink, struct outputs *outputs)
{
	const struct inputs_options packets = {.from = format_named(SUBUNIT2_LITERAL("subunit"))};
	return inputs_read(paths, &packets, sink, outputs);
}

struct stream_counts
stream_count(const struct subunit2_summary_result *result)
{
	const struct subunit2_counts *all[] = {&result->scripts, &result->assertions};
	struct stream_counts counts = {.failed = result->damaged};
	for (size_t i = 0; i < 2; i++) {
		counts.passed += all[i]->passed + all[i]->todo + all[i]->unexpected;
		counts.failed += all[i]->failed + all[i]->unfinished;
		counts.skipped += all[i]->skipped;
		counts.unexpected += all[i]->unexpected;
	}
	return counts;
}

struct subunit2_sink *
stream_counter_begin(struct stream_counter *counter, struct subunit2_sink *next)
{
	counter->summary = memory_have(subunit2_summary_new());
	struct subunit2_sink *both[] = {subunit2_summary_sink(counter->summary), next};
	return counter->tee = memory_have(subunit2_tee_new(both, 2));
}

struct stream_counts
stream_counter_end(struct stream_counter *counter)
{
	struct stream_counts counts = stream_count(subunit2_summary_result(counter->summary));
	subunit2_sink_free(counter->tee);
	subunit2_summary_free(counter->summary);
	return counts;
}

int
stream_read_counting(const char *const *paths, struct subunit2_sink *sink, struct outputs *outputs,
                     struct stream_counts *counts)
{
	struct stream_counter counter;
	int status = stream_read(paths, stream_counter_begin(&counter, sink), outputs);
	*counts = stream_counter_end(&counter);
	return status;
}

int
stream_judge(int status, const struct stream_counts *counts, bool strict)
{
	bool bad = counts->failed || (strict && counts->unexpected);
	return status == COMMAND_GOOD && bad ? COMMAND_BAD : status;
}

struct outputs *
stream_open(const struct outputs_options *to)
{
	static const struct outputs_defaults nothing_beside = {.beside = NULL};
	static const struct writer_options plain = {.verbose = 0};
	return outputs_open(to, &nothing_beside, &plain);
}

struct outputs *
stream_stdout(const char *format)
{
	const struct outputs_options to = {.to = format_named(subunit2_view_of(format))};
	return stream_open(&to);
}

int
stream_close(struct outputs *outputs, int status)
{
	int closed = outputs_close(outputs);
	return status != COMMAND_GOOD ? status : closed;
}

void
stream_add_output(struct outputs_options *outputs, const struct format *format, const char *path)
{
	outputs->files = memory_resize(outputs->files, outputs->count + 1, sizeof(*outputs->files));
	outputs->files[outputs->count++] =
		(struct outputs_file){format, path ? memory_copy(path) : NULL};
}

/*
 * The tools that have these options.
 */

/* What goes to standard output besides the result; NULL: nothing does. */
static writer_open *
beside_result(const struct call *said)
{
	if (said->forward)
		return said->no_passthrough ? stream_write_tests : writer_subunit;
	if (said->no_passthrough)
		return NULL;
	if (said->tool->text == STREAM_TEXT_RAW)
		return stream_write_raw;
	return said->output || !said->tool->result ? stream_write_text : stream_write_to_stderr;
}

static int
run_tool(void *context, const char *const *paths)
{
	const struct call *said = context;
	const struct stream_tool *tool = said->tool;
	const struct format beside = {.name = "beside", .out = beside_result(said)};
	const struct format result = {.name = "result", .out = tool->result};
	struct outputs_options to = {.to = beside.out ? &beside : NULL};
	struct stream_counts counts;
	if (tool->result)
		stream_add_output(&to, &result, said->output);
	struct outputs *outputs = stream_open(&to);
	int status = COMMAND_IO;
	if (outputs)
		status = stream_close(outputs, stream_read_counting(paths, outputs_sink(outputs),
		                                                    outputs, &counts));
	outputs_options_clear(&to);
	if (status == COMMAND_GOOD && tool->ended)
		status = tool->ended(&counts);
	return status == COMMAND_GOOD ? stream_judge(status, &counts, tool->strict) : status;
}

int
stream_main(const struct stream_tool *tool, int argc, const char **argv)
{
	const struct options_spec spec = {
		.usage = "[OPTION...] [FILE]",
		.about = tool->about,
		.table = table,
	};
	struct call said = {.tool = tool};
	int status = compat_main(&spec, take, run_tool, &said, argc, argv);
	free(said.output);
	return status;
}

/* A conversion FROM a format. */
struct conversion {
	const struct format *from;
	bool stamp;
};

/* Text has no time of its own: the time of reading would not fit those of tests. */
static int
read_stamping(const struct inputs_options *inputs, const char *const *paths,
              struct outputs *outputs)
{
	struct subunit2_sink *to = outputs_sink(outputs);
	struct subunit2_sink *stamp = memory_have(subunit2_stamp_new(to, when_clock, NULL));
	struct part part = {{part_event, part_finish, NULL}, stamp, stamp, to, false};
	int status = inputs_read(paths, inputs, &part.sink, outputs);
	subunit2_sink_free(stamp);
	return status;
}

static int
convert(void *context, const char *const *paths)
{
	const struct conversion *conversion = context;
	const struct inputs_options inputs = {.from = conversion->from};
	struct outputs *outputs = stream_stdout("subunit");
	if (!outputs)
		return COMMAND_IO;
	int status = conversion->stamp
	                     ? read_stamping(&inputs, paths, outputs)
	                     : inputs_read(paths, &inputs, outputs_sink(outputs), outputs);
	return stream_close(outputs, status);
}

int
stream_convert_main(const char *about, const struct format *from, bool stamp, int argc,
                    const char **argv)
{
	static const struct poptOption no_options[] = {POPT_TABLEEND};
	const struct options_spec spec = {.usage = "[FILE]", .about = about, .table = no_options};
	struct conversion conversion = {from, stamp};
	return compat_main(&spec, NULL, convert, &conversion, argc, argv);
}
