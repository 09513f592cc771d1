/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "compat.h"
#include "memory.h"

#include <string.h>

/* The long option that a possibly abbreviated name stands for. */
struct found {
	const struct poptOption *row; /* NULL: no option begins with the name */
	bool exact;                   /* the name is not abbreviated */
	bool several;                 /* the abbreviation is ambiguous */
};

static void
compat_arguments_find(struct found *found, const struct poptOption *table, const char *text,
                      size_t len)
{
	for (; table->longName || table->shortName || table->argInfo; table++) {
		if ((table->argInfo & POPT_ARG_MASK) == POPT_ARG_INCLUDE_TABLE) {
			compat_arguments_find(found, table->arg, text, len);
			continue;
		}
		if (!table->longName || strncmp(table->longName, text, len) != 0)
			continue;
		bool exact = table->longName[len] == '\0';
		found->several = !exact && !found->exact && found->row;
		if (exact || !found->exact)
			found->row = table;
		found->exact = found->exact || exact;
	}
}

static const struct poptOption *
compat_arguments_short_row(const struct poptOption *table, char letter)
{
	for (; table->longName || table->shortName || table->argInfo; table++) {
		const struct poptOption *row = table;
		if ((table->argInfo & POPT_ARG_MASK) == POPT_ARG_INCLUDE_TABLE)
			row = compat_arguments_short_row(table->arg, letter);
		if (row && row->shortName == letter)
			return row;
	}
	return NULL;
}

static bool
compat_arguments_takes_value(const struct poptOption *row)
{
	return (row->argInfo & POPT_ARG_MASK) != POPT_ARG_NONE;
}

/* Returns the first letter in ARGUMENT, a group of short options, that takes a value.
 * Returns NULL if no letter does, or an unknown letter comes first. */
static const char *
compat_arguments_letter_with_value(const char *argument, const struct poptOption *table)
{
	for (const char *letter = argument + 1; *letter; letter++) {
		const struct poptOption *row = compat_arguments_short_row(table, *letter);
		if (!row || compat_arguments_takes_value(row))
			return row ? letter : NULL;
	}
	return NULL;
}

/* Adds ARGUMENT, a group of short options. Returns the number of following arguments that
 * are its value: 0 or 1. A value within the group is added as an argument of its own,
 * because popt would remove a "=" from its beginning. */
static size_t
compat_arguments_add_short(struct string_list *to, const char *argument,
                           const struct poptOption *table)
{
	const char *letter = compat_arguments_letter_with_value(argument, table);
	if (!letter || !letter[1]) {
		string_list_add(to, argument);
		return letter ? 1 : 0;
	}
	string_list_add_owned(to, memory_copy_len(argument, (size_t)(letter + 1 - argument)));
	string_list_add(to, letter + 1);
	return 0;
}

/* Adds ARGUMENT, a long option, in full. Returns the same. */
static size_t
compat_arguments_add_long(struct string_list *to, const char *argument,
                          const struct poptOption *table)
{
	struct found found = {0};
	size_t len = strcspn(argument + 2, "=");
	const char *value = argument + 2 + len;
	compat_arguments_find(&found, table, argument + 2, len);
	if (!found.row || found.several) {
		string_list_add(to, argument);
		return 0;
	}
	string_list_add_owned(to, memory_format("--%s%s", found.row->longName, value));
	return compat_arguments_takes_value(found.row) && !*value;
}

static bool
compat_arguments_takes_two(const char *argument, const struct poptOption *table)
{
	struct found found = {0};
	compat_arguments_find(&found, table, argument + 2, strcspn(argument + 2, "="));
	return found.row && compat_arguments_takes_value(found.row) &&
	       strchr(found.row->argDescrip, ' ');
}

/* Calls options_begin with ARGV in the form that popt reads. The options point into
 * ARGUMENTS, which the caller clears after them. */
static void
compat_arguments_begin(struct options *options, struct string_list *arguments, int argc,
                       const char **argv, const struct options_spec *spec)
{
	const struct poptOption table[] = {OPTIONS_GROUP(NULL, spec->table),
	                                   OPTIONS_GROUP(NULL, options_help_table), POPT_TABLEEND};
	string_list_add(arguments, argv[0]);
	for (int i = 1; i < argc; i++) {
		const char *argument = argv[i];
		if (strcmp(argument, "--") == 0 || argument[0] != '-' || argument[1] == '\0') {
			bool rest = argument[0] == '-' && argument[1] == '-';
			string_list_add(arguments, argument);
			while (rest && ++i < argc)
				string_list_add(arguments, argv[i]);
			continue;
		}
		bool is_long = argument[1] == '-';
		size_t values = is_long ? compat_arguments_add_long(arguments, argument, table)
		                        : compat_arguments_add_short(arguments, argument, table);
		const char *again = arguments->items[arguments->count - 1];
		if (values && i + 1 < argc)
			string_list_add(arguments, argv[++i]);
		if (is_long && compat_arguments_takes_two(again, table)) {
			string_list_add_owned(arguments,
			                      memory_copy_len(again, strcspn(again, "=")));
			if (i + 1 < argc)
				string_list_add(arguments, argv[++i]);
		}
	}
	options_begin(options, (int)arguments->count, (const char **)arguments->items, spec);
}

int
compat_main(const struct compat_tool *tool, void *context, int argc, const char **argv)
{
	struct options options;
	struct string_list arguments = {0};
	compat_arguments_begin(&options, &arguments, argc, argv, &tool->spec);
	if (options_read(&options, tool->take, context) &&
	    (!tool->check || tool->check(context, &options) == 0))
		options.exit_status = tool->run(context, options_arguments(&options));
	options_end(&options);
	string_list_clear(&arguments);
	return options.exit_status;
}
