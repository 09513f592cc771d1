/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The options of wrap.
 */
#ifndef WRAP_OPTIONS_H
#define WRAP_OPTIONS_H

#include "job_options.h"
#include "outputs.h"

/* The meaning of the exit status. */
enum exit_of {
	EXIT_COMMAND,
	EXIT_VERDICT,
	EXIT_STREAM,
};

struct wrap_options {
	struct job_options job;
	struct output_options outputs;
	struct writer_options writer;
	struct subunit2_tagset tags;
	struct string_list environment; /* NAME=VALUE */
	char *id, *route_code, *cwd;
	char *tmp; /* the folder for temporary files */
	struct regex *until;
	struct packet_fifo fifo; /* by which programs below the command send packets */
	enum exit_of exit;
	bool die_on_stdin_eof, transparent, automake;
	bool lost_output; /* output could not be passed on */
	int makefile_fd;  /* --automake: see automake_make.h; -1: not open */
};

extern const struct poptOption wrap_options_table[];

/* Sets the defaults. Released with wrap_options_clear. */
void wrap_options_begin(struct wrap_options *opts);
void wrap_options_clear(struct wrap_options *opts);

/* Parses an option: for options_read, with a struct wrap_options as its context. */
int wrap_options_parse(void *context, struct options *options, int option);

#endif
