/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "job_options.h"

#include "duration.h"
#include "number.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GRACE_S 5
#define LEAK_S 1
#define SKIP_EXIT 77

enum {
	OPTION_FROM = OPTIONS_JOBS,
	OPTION_TIMEOUT,
	OPTION_NO_OUTPUT_TIMEOUT,
	OPTION_GRACE,
	OPTION_LEAK_TIMEOUT,
	OPTION_LEAKED,
	OPTION_STDIN,
	OPTION_PTY,
	OPTION_SKIP_EXIT,
	OPTION_STRICT,
};

const struct poptOption job_options[] = {
	{"from", '\0', POPT_ARG_STRING, NULL, OPTION_FROM,
         "the format of a command's output: auto (the default), tap, ktap, automake, ctest, meson, "
         "prove, autotest, dejagnu, subunit, subunit1 or text",
         "FORMAT"},
	{"timeout", '\0', POPT_ARG_STRING, NULL, OPTION_TIMEOUT,
         "end a command that takes longer, and fail its test", "DURATION"},
	{"no-output-timeout", '\0', POPT_ARG_STRING, NULL, OPTION_NO_OUTPUT_TIMEOUT,
         "end a command that writes nothing for longer, and fail its test", "DURATION"},
	{"grace", '\0', POPT_ARG_STRING, NULL, OPTION_GRACE,
         "how long a command may take to end before it is killed (default: 5s)", "DURATION"},
	{"leak-timeout", '\0', POPT_ARG_STRING, NULL, OPTION_LEAK_TIMEOUT,
         "how long output may stay open after the command's end (default: 1s)", "DURATION"},
	{"leaked", '\0', POPT_ARG_STRING, NULL, OPTION_LEAKED,
         "keep or kill processes that a command leaves, or fail", "keep|kill|fail"},
	{"stdin", '\0', POPT_ARG_STRING, NULL, OPTION_STDIN,
         "the command's standard input: empty, ours, or what a stream on ours "
         "brings (default: none)",
         "none|inherit|subunit"},
	{"pty", '\0', POPT_ARG_NONE, NULL, OPTION_PTY, "give the command a terminal of its own",
         NULL},
	{"skip-exit", '\0', POPT_ARG_STRING, NULL, OPTION_SKIP_EXIT,
         "the exit status that means skipped (default: 77)", "STATUS|none"},
	{"strict", '\0', POPT_ARG_NONE, NULL, OPTION_STRICT,
         "a TAP line `ok # TODO` fails its test", NULL},
	POPT_TABLEEND,
};

void
job_options_defaults(struct job_options *options)
{
	*options = (struct job_options){
		.process = {.stdin_fd = -1,
	                    .grace_ns = GRACE_S * EVENT_LOOP_S,
	                    .leak_ns = LEAK_S * EVENT_LOOP_S},
		.rules = {.skip_exit = SKIP_EXIT},
	};
}

static int
job_options_parse_from(struct job_options *job, struct options *options)
{
	int index = 0, result = options_parse_choice(options, capture_format_names, &index);
	job->from = (enum capture_format)index;
	return result;
}

static int
job_options_parse_leaked(struct job_options *job, struct options *options)
{
	static const char *const words[] = {"keep", "kill", "fail", NULL};
	int index = 0, result = options_parse_choice(options, words, &index);
	job->process.leaked = index == 0 ? PROCESS_KEEP : PROCESS_KILL;
	job->rules.leaked_fails = index == 2;
	return result;
}

static int
job_options_parse_stdin(struct job_options *job, struct options *options)
{
	static const char *const words[] = {"none", "inherit", "subunit", NULL};
	int index = 0, result = options_parse_choice(options, words, &index);
	job->process.inherit = index == 1;
	job->process.stdin_fd = job->process.inherit ? STDIN_FILENO : -1;
	job->stdin_stream = index == 2;
	return result;
}

static int
job_options_parse_skip_exit(struct job_options *job, struct options *options)
{
	uint64_t number = OUTCOME_NO_SKIP;
	if (strcmp(options->value, "none") != 0 &&
	    !number_parse_range(options->value, 1, 255, &number))
		return options_refuse_value(options, "neither a number from 1 to 255 nor none");
	job->rules.skip_exit = (int)number;
	return 0;
}

int
job_options_check(const struct job_options *job, struct options *options)
{
	return job->process.pty && job->process.inherit
	               ? options_refuse(options, "--pty: its terminal takes the place of the "
	                                         "standard input that --stdin=inherit gives")
	               : 0;
}

int
job_options_parse(struct job_options *job, struct options *options, int option)
{
	switch (option) {
	case OPTION_FROM:
		return job_options_parse_from(job, options);
	case OPTION_TIMEOUT:
		job->timeout_auto = strcmp(options->value, "auto") == 0;
		job->process.timeout_ns = 0;
		return job->timeout_auto
		               ? 0
		               : options_parse_duration(options, &job->process.timeout_ns);
	case OPTION_NO_OUTPUT_TIMEOUT:
		return options_parse_duration(options, &job->process.silence_ns);
	case OPTION_GRACE:
		return options_parse_duration(options, &job->process.grace_ns);
	case OPTION_LEAK_TIMEOUT:
		return options_parse_duration(options, &job->process.leak_ns);
	case OPTION_LEAKED:
		return job_options_parse_leaked(job, options);
	case OPTION_STDIN:
		return job_options_parse_stdin(job, options);
	case OPTION_PTY:
		pty_size(&job->pty.size);
		job->process.pty = &job->pty;
		return 0;
	case OPTION_SKIP_EXIT:
		return job_options_parse_skip_exit(job, options);
	default:
		job->strict = true;
		return 0;
	}
}
