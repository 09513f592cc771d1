/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Options: a thin layer over popt, so that every command takes its own in the
 * same way.
 *
 * A command has a table of popt rows. Each has a long name, arg NULL and a val:
 * a letter, or a number from an enum that starts at OPTIONS_LONG. No row stores
 * anything; the command asks for one option after the other:
 *
 *     static const struct poptOption table[] = {
 *             {"tag", 't', POPT_ARG_STRING, NULL, 't', "tag the test", "TAG"},
 *             OPTIONS_GROUP("Output:", output_options_table),
 *             POPT_TABLEEND,
 *     };
 *     ...
 *     options_begin(&options, argc, argv, &spec);
 *     if (options_read(&options, take, &status))
 *             ... options_arguments(&options) ...
 *     options_end(&options);
 *     return options.exit_status;
 *
 * --help is answered here, and what is wrong with an option is said here, in
 * one line. No user's popt aliases are read: pipelines must not vary.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "string_list.h"

#include <popt.h>
#include <stdbool.h>
#include <stdint.h>
#include <subunit2/tags.h>

#define OPTIONS_LONG 256 /* vals from here on are options without a letter */

/* Where the vals of the tables that several commands share begin. */
#define OPTIONS_OUTPUTS 1000
#define OPTIONS_INPUTS 1100
#define OPTIONS_PATTERNS 1200
#define OPTIONS_JOBS 1300

/* Rows for an option without a value and with one. LETTER is '\0' if it has none. */
#define OPTIONS_FLAG(name, letter, option, text)                                                   \
	{                                                                                          \
		name, letter, POPT_ARG_NONE, NULL, option, text, NULL                              \
	}
#define OPTIONS_VALUE(name, letter, option, text, what)                                            \
	{                                                                                          \
		name, letter, POPT_ARG_STRING, NULL, option, text, what                            \
	}

/* A row that takes in another table, under a heading. */
#define OPTIONS_GROUP(heading, table)                                                              \
	{                                                                                          \
		NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)(table), 0, heading, NULL              \
	}

struct options_spec {
	const char *usage; /* what follows the name: "[OPTION...] [FILE...]" */
	const char *about; /* what the command does, a line or a few */
	const char *notes; /* below the options, with its newlines; NULL: nothing */
	const struct poptOption *table;
	bool posix;     /* options end at the first argument */
	int usage_exit; /* for errors of use; 0: EXIT_STATUS_USAGE */
};

/* --help, which every command has besides its own table. */
extern const struct poptOption options_help_table[];

struct options {
	char *value;     /* of the option that TAKE was handed, until it returns; NULL: it has
	                    none. Who wants to keep it takes it: options_parse_value */
	int exit_status; /* set by the functions below, and by the command */

	const struct options_spec *spec;
	int option; /* that TAKE was handed */
	poptContext popt;
	struct poptOption table[3];
};

/* ARGV[0] is "subunit2 NAME"; ARGV and SPEC outlive OPTIONS. */
void options_begin(struct options *options, int argc, const char **argv,
                   const struct options_spec *spec);

/*
 * Hands every option, by its val, to TAKE, which returns 0, or what
 * options_refuse returned. False when help was given or an error told: the
 * command ends with exit_status then, and otherwise sets it itself.
 */
bool options_read(struct options *options,
                  int (*take)(void *context, struct options *options, int option), void *context);

/* The value, to be freed by the caller. */
char *options_parse_value(struct options *options);

/* The value into *TEXT, in place of what was there, which is freed. 0. */
int options_parse_text(struct options *options, const char **text);

/* Why TEXT is no string for a packet: "is empty", "is not valid UTF-8"; or NULL. */
const char *options_string_fault(const char *text);

/* The value as such a string: into *STRING, in place of what was there; or into
 * TAGS. 0, or what options_refuse_value returns. */
int options_parse_string(struct options *options, char **string);
int options_parse_tag(struct options *options, struct subunit2_tagset *tags);

/* Once options_read has returned true: the arguments that are not options, up to a
 * NULL; never NULL itself. They live until options_end. */
const char **options_arguments(struct options *options);

/* Reads the value as a number from LEAST to MOST (UINT64_MAX: without a limit). Returns 0, or
 * what options_refuse_value returns. */
int options_parse_number(struct options *options, uint64_t least, uint64_t most, uint64_t *number);

/* Sets *INDEX to the place of the value in WORDS, which ends with NULL and has fewer than 16
 * words. Returns 0; if the value is another word, refuses it with the list. */
int options_take_choice(struct options *options, const char *const *words, int *index);

/* Reads the value as a duration, in nanoseconds. Returns 0, or what options_refuse_value
 * returns. */
int options_take_duration(struct options *options, int64_t *ns);

/* The lines of the file that the value names, as string_list_read has them. When it cannot
 * be read: says it, sets exit_status to EXIT_STATUS_IO and returns a negative number. */
int options_read_list(struct options *options, struct string_list *lines);

/*
 * For what the command finds wrong itself: says it, sets exit_status and returns
 * a negative number. The first form is for the value of the option that TAKE
 * was handed: "--timeout=x: not a duration".
 */
int options_refuse_value(struct options *options, const char *reason);
int options_refuse(struct options *options, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void options_end(struct options *options);

#endif
