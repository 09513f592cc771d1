/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Options: a thin layer over popt, with which every command reads its options in the same way.
 *
 * A command has a table of popt rows. Each row has a long name, arg NULL and a val, which is a
 * letter or a number from an enum that starts at OPTIONS_LONG. No row stores a value; the command
 * handles one option after the other:
 *
 *     static const struct poptOption table[] = {
 *             OPTIONS_VALUE("tag", 't', 't', "tag the test", "TAG"),
 *             OPTIONS_GROUP("Output:", output_options_table),
 *             POPT_TABLEEND,
 *     };
 *     ...
 *     options_begin(&options, argc, argv, &spec);
 *     if (options_read(&options, on_option, &status))
 *             ... options_arguments(&options) ...
 *     options_end(&options);
 *     return options.exit_status;
 *
 * This layer answers --help, and reports a wrong option in one line. It does not read the user's
 * popt aliases: pipelines must not vary.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "string_list.h"

#include <popt.h>
#include <stdbool.h>
#include <stdint.h>
#include <subunit2/tags.h>

#define OPTIONS_LONG 256 /* vals from here on are options without a letter */

/* The first vals of the tables that several commands share. */
#define OPTIONS_OUTPUTS 1000
#define OPTIONS_INPUTS 1100
#define OPTIONS_PATTERNS 1200
#define OPTIONS_JOBS 1300
#define OPTIONS_REMOTE 1400

/* Rows for an option without a value and with one. LETTER is '\0' if it has none. */
#define OPTIONS_FLAG(name, letter, option, text)                                                   \
	{                                                                                          \
		name, letter, POPT_ARG_NONE, NULL, option, text, NULL                              \
	}
#define OPTIONS_VALUE(name, letter, option, text, what)                                            \
	{                                                                                          \
		name, letter, POPT_ARG_STRING, NULL, option, text, what                            \
	}

/*
 * A row of type POPT_ARG_NONE | POPT_ARGFLAG_OPTIONAL is an option with or without a value. The
 * value follows "=" only: the next argument is never one.
 */

/* A row that includes another table, under a heading. */
#define OPTIONS_GROUP(heading, table)                                                              \
	{                                                                                          \
		NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)(table), 0, heading, NULL              \
	}

struct options_spec {
	const char *usage; /* the arguments: "[OPTION...] [FILE...]" */
	const char *about; /* the purpose of the command, in one or a few lines */
	const char *notes; /* printed below the options, with its newlines; or NULL */
	const struct poptOption *table;
	bool posix;     /* options end at the first argument */
	int usage_exit; /* after a usage error; 0: EXIT_STATUS_USAGE */
};

/* --help, which every command has in addition to its own table. */
extern const struct poptOption options_help_table[];

struct options {
	char *value;     /* of the option that PARSE is called with, valid in that call; NULL
	                    without a value. options_move_value passes it to the caller */
	int exit_status; /* set by the functions below, and by the command */

	const struct options_spec *spec;
	const char *name; /* argv[0] */
	int option;       /* the option that PARSE is called with */
	poptContext popt;
	struct poptOption table[3];
};

/* ARGV[0] is "subunit2 NAME". ARGV and SPEC must outlive OPTIONS. */
void options_begin(struct options *options, int argc, const char **argv,
                   const struct options_spec *spec);

/*
 * Calls PARSE with the val of each option. PARSE returns 0, or the result of options_refuse.
 * Returns false after help or an error message; the command then ends with exit_status. Otherwise
 * the command sets exit_status itself.
 */
bool options_read(struct options *options,
                  int (*parse)(void *context, struct options *options, int option), void *context);

/* Returns the value, which the caller frees, and removes it from OPTIONS. */
char *options_move_value(struct options *options);

/* Moves the value to *TEXT, and frees the old *TEXT. Returns 0. */
int options_parse_text(struct options *options, const char **text);

/* Returns NULL if TEXT can be a string of a packet, else why not: "is empty", "is not valid
 * UTF-8". */
const char *options_string_fault(const char *text);

/* Check the value as such a string, and move it to *STRING, of which the old one is freed, or add
 * it to TAGS. Return 0, or the result of options_refuse_value. */
int options_parse_string(struct options *options, char **string);
int options_parse_tag(struct options *options, struct subunit2_tagset *tags);

/* After options_read has returned true: returns the arguments that are not options, with a NULL at
 * the end; never NULL. Valid until options_end. */
const char **options_arguments(struct options *options);

/* Reads the value as a number from LEAST to MOST (UINT64_MAX: without a limit). Returns 0, or
 * the result of options_refuse_value. */
int options_parse_number(struct options *options, uint64_t least, uint64_t most, uint64_t *number);

/* Sets *INDEX to the place of the value in WORDS, which ends with NULL. Returns 0; if the
 * value is another word, refuses it with the list. */
int options_parse_choice(struct options *options, const char *const *words, int *index);

/* Sets *IS_ON to whether the value is ON. Returns 0; if it is neither OFF nor ON, the result of
 * options_refuse_value. */
int options_parse_either(struct options *options, const char *off, const char *on, bool *is_on);

/* Reads the value as a duration, in nanoseconds. Returns 0, or the result of
 * options_refuse_value. */
int options_parse_duration(struct options *options, int64_t *ns);

/* Reads the lines of the file that the value names, as string_list_read does. If that fails, prints
 * a message, sets exit_status to EXIT_STATUS_IO and returns a negative number. */
int options_parse_list(struct options *options, struct string_list *lines);

/*
 * Report a usage error, set exit_status and return a negative number. The first form is for the
 * value of the option that PARSE is called with: "--timeout=x: not a duration".
 */
int options_refuse_value(struct options *options, const char *reason);
int options_refuse(struct options *options, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void options_end(struct options *options);

#endif
