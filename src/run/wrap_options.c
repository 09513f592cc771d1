/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "wrap_options.h"

#include "regex.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	OPTION_MERGE = OPTIONS_LONG,
	OPTION_UNTIL,
	OPTION_EXPECT_FAIL,
	OPTION_CWD,
	OPTION_ENV,
	OPTION_EXIT,
	OPTION_ROUTE_CODE,
	OPTION_DIE_ON_STDIN_EOF,
	OPTION_TRANSPARENT,
	OPTION_AUTOMAKE,
	OPTION_KEEP,
};

const struct poptOption wrap_options_table[] = {
	{"id", 'i', POPT_ARG_STRING, NULL, 'i', "the test's id (default: the command)", "ID"},
	{"tag", 't', POPT_ARG_STRING, NULL, 't', "tag the test and all below it", "TAG"},
	{"route-code", '\0', POPT_ARG_STRING, NULL, OPTION_ROUTE_CODE,
         "put every packet under this routing code", "CODE"},
	{"merge", '\0', POPT_ARG_NONE, NULL, OPTION_MERGE,
         "one pipe for standard output and standard error", NULL},
	{"until", '\0', POPT_ARG_STRING, NULL, OPTION_UNTIL,
         "end the command at the first line of output that matches; it passes then", "REGEX"},
	{"expect-fail", '\0', POPT_ARG_NONE, NULL, OPTION_EXPECT_FAIL,
         "the command is expected to fail", NULL},
	{"cwd", '\0', POPT_ARG_STRING, NULL, OPTION_CWD, "run the command in DIR", "DIR"},
	{"env", '\0', POPT_ARG_STRING, NULL, OPTION_ENV, "set a variable for the command",
         "NAME=VALUE"},
	{"die-on-stdin-eof", '\0', POPT_ARG_NONE, NULL, OPTION_DIE_ON_STDIN_EOF,
         "end the command when standard input ends", NULL},
	{"automake", '\0', POPT_ARG_NONE, NULL, OPTION_AUTOMAKE,
         "the command is make: each test of automake becomes a test of its own", NULL},
	{"transparent", '\0', POPT_ARG_NONE, NULL, OPTION_TRANSPARENT,
         "pass the output on as it is; packets go to the wrap around this one, or to -o", NULL},
	{"exit", '\0', POPT_ARG_STRING, NULL, OPTION_EXIT,
         "the meaning of the exit status (default: command)", "command|verdict|stream"},
	{"verbose", 'v', POPT_ARG_NONE, NULL, 'v', "show more in the report", NULL},
	{"quiet", 'q', POPT_ARG_NONE, NULL, 'q', "show no report beside -o", NULL},
	OPTIONS_GROUP("Supervision:", job_options),
	OPTIONS_GROUP("Output:", output_options_report_table),
	OPTIONS_VALUE("keep", '\0', OPTION_KEEP, "keep the last N runs of -o FOLDER/", "N"),
	POPT_TABLEEND,
};

static int
wrap_options_parse_exit(struct wrap_options *opts, struct options *options)
{
	static const char *const words[] = {"command", "verdict", "stream", NULL};
	int index = 0, result = options_parse_choice(options, words, &index);
	opts->exit = (enum exit_of)index;
	return result;
}

static int
wrap_options_parse_until(struct wrap_options *opts, struct options *options)
{
	char reason[REGEX_REASON_SIZE];
	regex_free(opts->until);
	opts->until = regex_new(options->value, reason);
	return opts->until ? 0 : options_refuse_value(options, reason);
}

static int
wrap_options_parse_environment(struct wrap_options *opts, struct options *options)
{
	const char *equals = strchr(options->value, '=');
	if (!equals || equals == options->value)
		return options_refuse_value(options, "not NAME=VALUE");
	string_list_add_owned(&opts->environment, options_move_value(options));
	return 0;
}

int
wrap_options_parse(void *context, struct options *options, int option)
{
	struct wrap_options *opts = context;
	if (option >= OPTIONS_JOBS)
		return job_options_parse(&opts->job, options, option);
	if (option >= OPTIONS_OUTPUTS)
		return output_options_parse(&opts->outputs, options, option);
	switch (option) {
	case 'i':
		return options_parse_string(options, &opts->id);
	case 't':
		return options_parse_tag(options, &opts->tags);
	case 'v':
		opts->writer.verbose = 1;
		return 0;
	case 'q':
		opts->writer.verbose = -1;
		return 0;
	case OPTION_ROUTE_CODE:
		return options_parse_string(options, &opts->route_code);
	case OPTION_UNTIL:
		return wrap_options_parse_until(opts, options);
	case OPTION_CWD:
		free(opts->cwd);
		opts->cwd = options_move_value(options);
		return 0;
	case OPTION_ENV:
		return wrap_options_parse_environment(opts, options);
	case OPTION_EXIT:
		return wrap_options_parse_exit(opts, options);
	case OPTION_MERGE:
		opts->job.process.merge = true;
		return 0;
	case OPTION_EXPECT_FAIL:
		opts->job.rules.expect_fail = true;
		return 0;
	case OPTION_TRANSPARENT:
		opts->transparent = true;
		return 0;
	case OPTION_KEEP:
		return options_parse_number(options, 1, UINT64_MAX, &opts->outputs.keep);
	case OPTION_AUTOMAKE:
		opts->automake = true;
		return 0;
	default:
		opts->die_on_stdin_eof = true;
		return 0;
	}
}

void
wrap_options_begin(struct wrap_options *opts)
{
	*opts = (struct wrap_options){.makefile_fd = -1, .writer.list_ends = true};
	job_options_defaults(&opts->job);
}

void
wrap_options_clear(struct wrap_options *opts)
{
	output_options_clear(&opts->outputs);
	subunit2_tagset_clear(&opts->tags);
	string_list_clear(&opts->environment);
	if (opts->makefile_fd >= 0)
		close(opts->makefile_fd);
	regex_free(opts->until);
	packet_fifo_remove(&opts->fifo);
	free(opts->id);
	free(opts->route_code);
	free(opts->cwd);
	free(opts->tmp);
}
