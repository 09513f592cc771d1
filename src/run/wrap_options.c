/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "wrap_options.h"

#include "regex.h"

#include <stdlib.h>
#include <string.h>

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
};

const struct poptOption wrap_table[] = {
	{"id", 'i', POPT_ARG_STRING, NULL, 'i', "the test's id (default: the command)", "ID"},
	{"tag", 't', POPT_ARG_STRING, NULL, 't', "tag the test and all below it", "TAG"},
	{"route-code", '\0', POPT_ARG_STRING, NULL, OPTION_ROUTE_CODE,
         "put every packet under this routing code", "CODE"},
	{"merge", '\0', POPT_ARG_NONE, NULL, OPTION_MERGE,
         "one pipe for standard output and standard error", NULL},
	{"until", '\0', POPT_ARG_STRING, NULL, OPTION_UNTIL,
         "end the command, as good, at the first line of output that matches", "REGEX"},
	{"expect-fail", '\0', POPT_ARG_NONE, NULL, OPTION_EXPECT_FAIL,
         "the command is expected to fail", NULL},
	{"cwd", '\0', POPT_ARG_STRING, NULL, OPTION_CWD, "run the command there", "DIR"},
	{"env", '\0', POPT_ARG_STRING, NULL, OPTION_ENV, "set a variable for the command",
         "NAME=VALUE"},
	{"die-on-stdin-eof", '\0', POPT_ARG_NONE, NULL, OPTION_DIE_ON_STDIN_EOF,
         "end the command when standard input ends", NULL},
	{"automake", '\0', POPT_ARG_NONE, NULL, OPTION_AUTOMAKE,
         "the command is make: every test of automake's becomes one of its own", NULL},
	{"transparent", '\0', POPT_ARG_NONE, NULL, OPTION_TRANSPARENT,
         "pass the output on as it is; packets go to the wrap around this one, or to -o", NULL},
	{"exit", '\0', POPT_ARG_STRING, NULL, OPTION_EXIT,
         "what the exit status tells (default: command)", "command|verdict|stream"},
	{"verbose", 'v', POPT_ARG_NONE, NULL, 'v', "show more in the report", NULL},
	{"quiet", 'q', POPT_ARG_NONE, NULL, 'q', "show no report beside -o", NULL},
	OPTIONS_GROUP("Supervision:", job_table),
	OPTIONS_GROUP("Output:", outputs_table),
	POPT_TABLEEND,
};

static int
take_exit(struct wrap_options *said, struct options *options)
{
	static const char *const words[] = {"command", "verdict", "stream", NULL};
	int index = 0, result = options_take_choice(options, words, &index);
	said->exit = (enum exit_of)index;
	return result;
}

static int
take_until(struct wrap_options *said, struct options *options)
{
	char reason[PATTERN_REASON_SIZE];
	pattern_free(said->until);
	said->until = pattern_new(options->value, reason);
	return said->until ? 0 : options_refuse_value(options, reason);
}

static int
take_environment(struct wrap_options *said, struct options *options)
{
	const char *equals = strchr(options->value, '=');
	if (!equals || equals == options->value)
		return options_refuse_value(options, "not NAME=VALUE");
	strings_take(&said->environment, options_take_value(options));
	return 0;
}

/* For what becomes a string of a packet. */
int
wrap_take(void *context, struct options *options, int option)
{
	struct wrap_options *said = context;
	if (option >= OPTIONS_JOBS)
		return job_table_take(&said->job, options, option);
	if (option >= OPTIONS_OUTPUTS)
		return outputs_take(&said->outputs, options, option);
	switch (option) {
	case 'i':
		return options_take_string(options, &said->id);
	case 't':
		return options_take_tag(options, &said->tags);
	case 'v':
		said->writer.verbose = 1;
		return 0;
	case 'q':
		said->writer.verbose = -1;
		return 0;
	case OPTION_ROUTE_CODE:
		return options_take_string(options, &said->route_code);
	case OPTION_UNTIL:
		return take_until(said, options);
	case OPTION_CWD:
		free(said->cwd);
		said->cwd = options_take_value(options);
		return 0;
	case OPTION_ENV:
		return take_environment(said, options);
	case OPTION_EXIT:
		return take_exit(said, options);
	case OPTION_MERGE:
		said->job.process.merge = true;
		return 0;
	case OPTION_EXPECT_FAIL:
		said->job.rules.expect_fail = true;
		return 0;
	case OPTION_TRANSPARENT:
		said->transparent = true;
		return 0;
	case OPTION_AUTOMAKE:
		said->automake = true;
		return 0;
	default:
		said->die_on_stdin_eof = true;
		return 0;
	}
}

void
wrap_options_begin(struct wrap_options *said)
{
	*said = (struct wrap_options){0};
	job_table_defaults(&said->job);
}

void
wrap_options_clear(struct wrap_options *said)
{
	outputs_options_clear(&said->outputs);
	subunit2_tagset_clear(&said->tags);
	strings_clear(&said->environment);
	strings_clear(&said->argv);
	pattern_free(said->until);
	channel_remove(&said->channel);
	free(said->id);
	free(said->route_code);
	free(said->cwd);
	free(said->tmp);
}
