/*
 * The options of one command, over popt. A command has a table of its own:
 *
 *     options = options_new(argc, argv, table, "[FILE...]", 0);
 *     while ((value = options_next(options)) > 0)
 *         switch (value) ...
 *     if (value < 0)
 *         return options_end(options, value);
 *     files = options_arguments(options);
 *     ...
 *     options_free(options);
 *
 * The table needs no rows for -h and --help: they are added, print the table and
 * end the command. A wrong option is told in one line. popt's aliases of the
 * user are not read, so that pipelines do not vary.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <popt.h>

/* options_new: options end at the first argument, as for a command in front of
 * another command. */
#define OPTIONS_STOP_EARLY 1

struct options;

/*
 * ARGV[0] is "subunit2 NAME". TABLE's strings, ARGV and USAGE, which stands
 * behind the name in help, outlive the options. Rows of TABLE with an argument
 * are POPT_ARG_STRING with a value other than 0 and no variable: their argument
 * is read with options_value.
 */
struct options *options_new(int argc, const char **argv, const struct poptOption *table,
                            const char *usage, int flags);
void options_free(struct options *options);

/* The value of the next option that has one; 0 at the end of the options;
 * negative when the command ends here. */
int options_next(struct options *options);

/* What the option just seen was given; to be freed. */
char *options_value(struct options *options);

/* The arguments behind the options, ended by NULL; live as long as the options. */
const char **options_arguments(struct options *options);

/* Frees OPTIONS and returns the exit status that a negative result of
 * options_next, or a wrong argument (OPTIONS_WRONG), stands for. */
#define OPTIONS_WRONG (-2)
int options_end(struct options *options, int result);

#endif
