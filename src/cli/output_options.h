/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The options that say where a command writes events: --to=FORMAT for standard output,
 * -o [FORMAT:]FILE for files and -o FOLDER/ for a folder of runs, repeatable, --append and
 * --color. Commands that report results have --ci and --title as well.
 */
#ifndef OUTPUT_OPTIONS_H
#define OUTPUT_OPTIONS_H

#include "ci.h"
#include "format.h"
#include "options.h"
#include "output_file.h"

/* The options as given. All zeroes to begin with; free with output_options_clear. */
struct output_options {
	const struct format *to; /* --to; NULL: not given */
	struct output_target {
		const struct format *format;
		char *path;         /* NULL: standard output, after other data */
		bool is_run_folder; /* a new run in the folder PATH, which ends with a slash */
	} * files;
	size_t count;
	uint64_t keep; /* runs in a folder; 0: all */
	char *command; /* of the run, which a folder of runs records; NULL: not known */
	bool append;
	enum color color;
	enum ci_service ci; /* whose log standard output is; CI_NONE: --ci is not given */
	char *title;        /* --title; NULL: not given */
};

extern const struct poptOption output_options_table[];

/* The same with --ci and --title. */
extern const struct poptOption output_options_report_table[];

/* Parses an option of that table. Returns 0, or the result of options_refuse. */
int output_options_parse(struct output_options *opts, struct options *options, int option);
/* Records the command line ARGV, up to its NULL, as the command of the run. */
void output_options_set_command(struct output_options *opts, const char *const *argv);

void output_options_clear(struct output_options *opts);

/* Checks the options together. Returns 0, or the result of options_refuse. */
int output_options_check(const struct output_options *opts, struct options *options);

/* Sends events to the wrap that runs this program, unless files are given. Returns false if there
 * is neither, so that the events would have no reader. */
bool output_options_to_fifo(struct output_options *opts);

/* Sets *TARGET to the packets that go to the wrap that runs this program; its path is never freed.
 * Returns false if there is no such wrap. */
bool output_options_find_fifo(struct output_target *target);

#endif
