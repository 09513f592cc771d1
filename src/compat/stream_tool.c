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

/* What goes to standard output besides the result; NULL: nothing does. */
static writer_open *
beside_result(const struct call *said)
{
	if (said->forward)
		return said->no_passthrough ? part_write_tests : writer_subunit;
	if (said->no_passthrough)
		return NULL;
	if (said->tool->text == STREAM_TEXT_RAW)
		return part_write_raw;
	return said->output || !said->tool->result ? part_write_text : part_write_to_stderr;
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
	struct outputs *outputs = stream_open(&to, paths);
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
stream_tool_main(const struct stream_tool *tool, int argc, const char **argv)
{
	const struct compat_tool whole = {
		.spec = {"[OPTION...] [FILE]", tool->about, .table = table},
		.take = take,
		.run = run_tool,
	};
	struct call said = {.tool = tool};
	int status = compat_main(&whole, &said, argc, argv);
	free(said.output);
	return status;
}
