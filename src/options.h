/*
 * Options: a thin layer over popt, so that every command takes its own in the
 * same way.
 *
 * A command has a table of popt rows. Each has arg NULL and a val of its own:
 * a letter, or a number from an enum that starts at OPTIONS_LONG. No row stores
 * anything; the command asks for one option after the other:
 *
 *     static const struct poptOption table[] = {
 *             {"tag", 't', POPT_ARG_STRING, NULL, 't', "tag the test", "TAG"},
 *             OPTIONS_GROUP("Output:", outputs_table),
 *             POPT_TABLEEND,
 *     };
 *     ...
 *     options_begin(&options, argc, argv, &spec);
 *     while ((option = options_next(&options)) > 0)
 *             if (option == 't')
 *                     strings_add(&tags, options.value);
 *     if (option < 0)
 *             status = options.exit_status;
 *     ...
 *     options_end(&options);
 *
 * --help is answered here, and what is wrong with an option is said here, in
 * one line. No user's popt aliases are read: pipelines must not vary.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <popt.h>
#include <stdbool.h>

#define OPTIONS_LONG 256 /* vals from here on are options without a letter */

/* Where the vals of the tables that several commands share begin. */
#define OPTIONS_OUTPUTS 1000
#define OPTIONS_INPUTS 1100
#define OPTIONS_PATTERNS 1200

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
	int usage_exit; /* for errors of use; 0: COMMAND_USAGE */
};

struct options {
	char *value;     /* of the option that options_next returned, until its next call; NULL:
	                    it takes none. Who wants to keep it takes it: options_take_value */
	int exit_status; /* once a function below has returned a negative number */

	const struct options_spec *spec;
	poptContext popt;
	struct poptOption table[3];
};

/* ARGV[0] is "subunit2 NAME"; ARGV and SPEC outlive OPTIONS. */
void options_begin(struct options *options, int argc, const char **argv,
                   const struct options_spec *spec);

/* The next option's val; 0: there are no more; negative: help was given or an error told, and
 * the command ends with exit_status. */
int options_next(struct options *options);

/* The value, to be freed by the caller. */
char *options_take_value(struct options *options);

/* Once options_next has returned 0: the arguments that are not options, up to a
 * NULL; never NULL itself. They live until options_end. */
const char **options_arguments(struct options *options);

/*
 * For what the command finds wrong itself: says it, sets exit_status and returns
 * a negative number. The first form is for the value of the option that
 * options_next returned last: "--timeout=x: not a duration".
 */
int options_refuse_value(struct options *options, const char *reason);
int options_refuse(struct options *options, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void options_end(struct options *options);

#endif
