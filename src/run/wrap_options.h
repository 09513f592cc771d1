/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The options of wrap: what its user said.
 */
#ifndef WRAP_OPTIONS_H
#define WRAP_OPTIONS_H

#include "job_options.h"
#include "outputs.h"

/* What the exit status tells. */
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
	char *tmp; /* where temporary files go */
	struct regex *until;
	struct packet_fifo fifo; /* that is offered to what the command runs */
	enum exit_of exit;
	bool die_on_stdin_eof, transparent, automake;
	bool lost_output; /* that was to be passed on */
	int makefile_fd;  /* --automake: see automake_make.h; -1: not open */
};

extern const struct poptOption wrap_options_table[];

/* What holds where nothing is said. Released with wrap_options_clear. */
void wrap_options_begin(struct wrap_options *opts);
void wrap_options_clear(struct wrap_options *opts);

/* For options_read, with a struct wrap_options as its context. */
int wrap_options_parse(void *context, struct options *options, int option);

#endif
