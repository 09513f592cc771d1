/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "stream_tool.h"

#include "compat.h"
#include "exit_status.h"
#include "part.h"

#include <stdlib.h>

enum {
	OPTION_NO_PASSTHROUGH = OPTIONS_LONG,
};

static const struct poptOption table[] = {
	{"no-passthrough", '\0', POPT_ARG_NONE, NULL, OPTION_NO_PASSTHROUGH,
         "hide bytes outside of packets, and files without a test id", NULL},
	{"output-to", 'o', POPT_ARG_STRING, NULL, 'o', "write the result to this file", "FILE"},
	{"forward", 'f', POPT_ARG_NONE, NULL, 'f', "write the stream to standard output, too",
         NULL},
	POPT_TABLEEND,
};

/* A tool and its options. */
struct stream_tool_call {
	const struct stream_tool *tool;
	bool no_passthrough, forward;
	char *output; /* NULL: standard output */
};

static int
compat_stream_tool_parse_option(void *context, struct options *options, int option)
{
	struct stream_tool_call *call = context;
	if (option == OPTION_NO_PASSTHROUGH)
		call->no_passthrough = true;
	else if (option == 'f')
		call->forward = true;
	else
		free(call->output), call->output = options_move_value(options);
	return 0;
}

/* Returns the writer of the text, or with --forward of the stream; NULL: none. */
static writer_open *
compat_stream_tool_text_output(const struct stream_tool_call *call)
{
	if (call->forward)
		return call->no_passthrough ? part_write_tests : writer_subunit;
	if (call->no_passthrough)
		return NULL;
	if (call->tool->text == STREAM_TEXT_RAW)
		return part_write_raw;
	return call->output || !call->tool->result ? part_write_text : part_write_to_stderr;
}

static int
compat_stream_tool_run_tool(void *context, const char *const *paths)
{
	const struct stream_tool_call *call = context;
	const struct stream_tool *tool = call->tool;
	const struct format beside = {.name = "beside",
	                              .out = compat_stream_tool_text_output(call)};
	const struct format result = {.name = "result", .out = tool->result};
	struct output_options to = {.to = beside.out ? &beside : NULL};
	struct stream_counts counts;
	if (tool->result)
		stream_add_output(&to, &result, call->output);
	struct outputs *outputs = stream_open(&to, paths);
	int status = EXIT_STATUS_IO;
	if (outputs)
		status = stream_close(outputs, stream_read_counting(paths, outputs_sink(outputs),
		                                                    outputs, &counts));
	output_options_clear(&to);
	if (status == EXIT_STATUS_GOOD && tool->ended)
		status = tool->ended(&counts);
	return status == EXIT_STATUS_GOOD ? stream_judge(status, &counts, tool->strict) : status;
}

int
stream_tool_main(const struct stream_tool *tool, int argc, const char **argv)
{
	const struct compat_tool whole = {
		.spec = {"[OPTION...] [FILE]", tool->about, .table = table},
		.take = compat_stream_tool_parse_option,
		.run = compat_stream_tool_run_tool,
	};
	struct stream_tool_call call = {.tool = tool};
	int status = compat_main(&whole, &call, argc, argv);
	free(call.output);
	return status;
}
