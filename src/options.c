#include "options.h"

#include "command.h"
#include "memory.h"
#include "message.h"

#include <stdio.h>
#include <stdlib.h>

#define HELPED (-1)
#define VALUE_HELP 0x7fff

struct options {
	poptContext context;
	struct poptOption table[4];
	struct poptOption help[2];
};

static const char *const no_arguments[] = {NULL};

struct options *
options_new(int argc, const char **argv, const struct poptOption *table, const char *usage,
            int flags)
{
	struct options *options = memory_zeroed(1, sizeof(*options));
	options->help[0] = (struct poptOption){
		.longName = "help",
		.shortName = 'h',
		.val = VALUE_HELP,
		.descrip = "show this help",
	};
	options->table[0] = (struct poptOption){
		.argInfo = POPT_ARG_INCLUDE_TABLE,
		.arg = (void *)table,
		.descrip = "Options:",
	};
	options->table[1] = (struct poptOption){
		.argInfo = POPT_ARG_INCLUDE_TABLE,
		.arg = options->help,
		.descrip = "Help:",
	};
	options->context =
		poptGetContext(NULL, argc, argv, options->table,
	                       flags & OPTIONS_STOP_EARLY ? POPT_CONTEXT_POSIXMEHARDER : 0);
	poptSetOtherOptionHelp(options->context, usage);
	return options;
}

void
options_free(struct options *options)
{
	poptFreeContext(options->context);
	free(options);
}

int
options_next(struct options *options)
{
	int value = poptGetNextOpt(options->context);
	if (value == VALUE_HELP) {
		poptPrintHelp(options->context, stdout, 0);
		return HELPED;
	}
	if (value >= -1)
		return value > 0 ? value : 0;
	message("%s: %s", poptBadOption(options->context, POPT_BADOPTION_NOALIAS),
	        poptStrerror(value));
	return OPTIONS_WRONG;
}

char *
options_value(struct options *options)
{
	return poptGetOptArg(options->context);
}

const char **
options_arguments(struct options *options)
{
	const char **arguments = poptGetArgs(options->context);
	return arguments ? arguments : (const char **)no_arguments;
}

int
options_end(struct options *options, int result)
{
	options_free(options);
	return result == HELPED ? COMMAND_GOOD : COMMAND_USAGE;
}
