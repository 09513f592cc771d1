/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 convert: reads any format, writes any format.
 *
 * Exit status: 0 if everything was read and written, even if tests failed; 2 usage; 3
 * input or output could not be read or written.
 */
#include "command.h"
#include "exit_status.h"
#include "inputs.h"
#include "memory.h"
#include "memory_file.h"
#include "options.h"
#include "outputs.h"
#include "rlimits.h"

#include <stdio.h>
#include <stdlib.h>

struct convert {
	struct inputs_options inputs;
	struct output_options outputs;
	struct writer_options writer;
	char *id;
};

static const struct poptOption table[] = {
	{"id", 'i', POPT_ARG_STRING, NULL, 'i', "the test id of a TAP file; default: its name",
         "ID"},
	{"spreadsheet", '\0', POPT_ARG_NONE, NULL, 's',
         "csv: protect ids that a spreadsheet would run as formulas", NULL},
	OPTIONS_GROUP("Input:", inputs_table),
	OPTIONS_GROUP("Output:", output_options_report_table),
	POPT_TABLEEND,
};

static int
convert_parse_option(void *context, struct options *options, int option)
{
	struct convert *convert = context;
	if (option >= OPTIONS_INPUTS)
		return inputs_parse_option(&convert->inputs, options, option);
	if (option >= OPTIONS_OUTPUTS)
		return output_options_parse(&convert->outputs, options, option);
	if (option == 's') {
		convert->writer.spreadsheet = true;
		return 0;
	}
	int result = options_parse_string(options, &convert->id);
	convert->inputs.id = convert->id;
	return result;
}

static int
convert_run(const struct convert *convert, const char **paths)
{
	const struct outputs_defaults defaults = {
		.piped = "subunit",
		.terminal = "text",
		.flood = true,
		.inputs = (const char *const *)paths,
		.merges = inputs_are_several((const char *const *)paths),
	};
	/* Each output needs a descriptor. */
	rlimits_raise_all();
	struct outputs *outputs = outputs_open(&convert->outputs, &defaults, &convert->writer);
	if (!outputs)
		return EXIT_STATUS_IO;
	struct inputs_options inputs = convert->inputs;
	inputs.expects_tests = inputs_are_several(paths);
	int read = inputs_read(paths, &inputs, outputs_sink(outputs), outputs);
	int written = outputs_close(outputs);
	return read != EXIT_STATUS_GOOD ? read : written;
}

/* Returns the list of formats for --help, to be freed. */
static char *
convert_describe_formats(void)
{
	char *text;
	size_t len;
	FILE *memory = memory_file(&text, &len);
	fputs("Formats, and whether they are read (r) and written (w):\n", memory);
	for (const struct format *format = formats; format->name; format++)
		fprintf(memory, "  %-9s %c%c  %s\n", format->name, format->in ? 'r' : '-',
		        format->out ? 'w' : '-', format->about);
	fclose(memory);
	return text;
}

int
cmd_convert(int argc, const char **argv)
{
	char *notes = convert_describe_formats();
	const struct options_spec spec = {
		.usage = "[OPTION...] [FILE...]",
		.about = "Converts results from any format into any other.",
		.notes = notes,
		.table = table,
	};
	struct convert convert = {0};
	struct options options;
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, convert_parse_option, &convert) &&
	    inputs_check_arguments(&options) &&
	    output_options_check(&convert.outputs, &options) == 0)
		options.exit_status = convert_run(&convert, options_arguments(&options));
	options_end(&options);
	output_options_clear(&convert.outputs);
	free(convert.id);
	free(notes);
	return options.exit_status;
}
