/*
 * subunit2 report: results for people. Exit status: 0 when the run was good, 1
 * when it was not, 2 and 3 as everywhere.
 */
#include "command.h"
#include "inputs.h"
#include "memory.h"
#include "options.h"
#include "outputs.h"
#include "strict.h"

#include <stdlib.h>
#include <string.h>

enum {
	OPTION_SLOWEST = OPTIONS_LONG,
	OPTION_STRICT,
	OPTION_NO_TESTS,
};

struct report {
	struct inputs_options inputs;
	struct outputs_options outputs;
	struct writer_options writer;
};

static const struct poptOption table[] = {
	{"verbose", 'v', POPT_ARG_NONE, NULL, 'v', "show the output of every test", NULL},
	{"quiet", 'q', POPT_ARG_NONE, NULL, 'q', "show only what is bad, and the summary", NULL},
	{"slowest", '\0', POPT_ARG_STRING, NULL, OPTION_SLOWEST, "name the N slowest tests", "N"},
	{"strict", '\0', POPT_ARG_NONE, NULL, OPTION_STRICT,
         "a test that passes though it is marked as todo is bad", NULL},
	{"no-tests", '\0', POPT_ARG_STRING, NULL, OPTION_NO_TESTS,
         "whether a run without tests is good (default: fail)", "fail|pass"},
	OPTIONS_GROUP("Input:", inputs_table),
	OPTIONS_GROUP("Output:", outputs_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [FILE...]",
	.about = "Shows results for people, and says by its exit status whether they are good.",
	.notes = "Exit status: 0 good, 1 not good, 2 wrong use, 3 not read or written.\n",
	.table = table,
};

static int
take_slowest(struct report *report, struct options *options)
{
	const char *text = options->value;
	size_t digits = strspn(text, "0123456789");
	if (digits == 0 || digits > 6 || text[digits] != '\0')
		return options_refuse_value(options, "not a number from 0 to 999999");
	report->writer.slowest = (unsigned)strtoul(text, NULL, 10);
	return 0;
}

static int
take_no_tests(struct report *report, struct options *options)
{
	bool pass = strcmp(options->value, "pass") == 0;
	if (!pass && strcmp(options->value, "fail") != 0)
		return options_refuse_value(options, "neither fail nor pass");
	report->writer.empty_is_good = pass;
	return 0;
}

static int
take(void *context, struct options *options, int option)
{
	struct report *report = context;
	if (option >= OPTIONS_INPUTS)
		return inputs_take(&report->inputs, options, option);
	if (option >= OPTIONS_OUTPUTS)
		return outputs_take(&report->outputs, options, option);
	switch (option) {
	case 'v':
		report->writer.verbose = 1;
		return 0;
	case 'q':
		report->writer.verbose = -1;
		return 0;
	case OPTION_SLOWEST:
		return take_slowest(report, options);
	case OPTION_NO_TESTS:
		return take_no_tests(report, options);
	default:
		report->writer.strict = report->inputs.strict = true;
		return 0;
	}
}

/* Reads PATHS into OUTPUTS and SUMMARY. */
static int
read_all(const struct report *report, const char **paths, struct outputs *outputs,
         struct subunit2_summary *summary)
{
	struct subunit2_sink *both[] = {subunit2_summary_sink(summary), outputs_sink(outputs)};
	struct subunit2_sink *tee = memory_have(subunit2_tee_new(both, 2));
	struct subunit2_sink *strict = strict_new(tee);
	int status =
		inputs_read(paths, &report->inputs, report->writer.strict ? strict : tee, outputs);
	subunit2_sink_free(strict);
	subunit2_sink_free(tee);
	return status;
}

static int
run(const struct report *report, const char **paths)
{
	bool quiet = report->writer.verbose < 0;
	struct outputs_defaults defaults = {
		.piped = "text",
		.terminal = "text",
		.beside = quiet ? NULL : "text",
	};
	struct outputs *outputs = outputs_open(&report->outputs, &defaults, &report->writer);
	if (!outputs)
		return COMMAND_IO;
	struct subunit2_summary *summary = memory_have(subunit2_summary_new());
	int status = read_all(report, paths, outputs, summary);
	bool good = subunit2_summary_is_good(subunit2_summary_result(summary),
	                                     report->writer.empty_is_good);
	subunit2_summary_free(summary);
	int written = outputs_close(outputs);
	if (status == COMMAND_GOOD)
		status = written;
	return status != COMMAND_GOOD ? status : good ? COMMAND_GOOD : COMMAND_BAD;
}

int
cmd_report(int argc, const char **argv)
{
	struct report report = {0};
	struct options options;
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, take, &report))
		options.exit_status = run(&report, options_arguments(&options));
	options_end(&options);
	outputs_options_clear(&report.outputs);
	return options.exit_status;
}
