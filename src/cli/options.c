/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "options.h"

#include "buffer.h"
#include "duration.h"
#include "exit_status.h"
#include "help.h"
#include "memory.h"
#include "message.h"
#include "number.h"
#include "suggest.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <subunit2/utf8.h>

#define OPTION_HELP 'h'

const struct poptOption options_help_table[] = {
	{"help", 'h', POPT_ARG_NONE, NULL, OPTION_HELP, "show this help", NULL},
	POPT_TABLEEND,
};

void
options_begin(struct options *options, int argc, const char **argv, const struct options_spec *spec)
{
	*options = (struct options){
		.spec = spec,
		.name = argv[0],
		.table = {OPTIONS_GROUP(NULL, spec->table),
	                  OPTIONS_GROUP("Help:", options_help_table), POPT_TABLEEND},
	};
	unsigned flags = spec->posix ? POPT_CONTEXT_POSIXMEHARDER : 0;
	options->popt = memory_have(poptGetContext(NULL, argc, argv, options->table, flags));
}

/* Flushes after help: a full disk must not look like success. */
static int
options_show_help(struct options *options)
{
	const struct options_spec *spec = options->spec;
	unsigned columns = help_columns();
	char *usage = memory_format("Usage: %s %s", options->name, spec->usage);
	help_print_text(stdout, usage, 0, (unsigned)strlen("Usage: "), columns);
	help_print_text(stdout, spec->about, 0, 0, columns);
	if (!help_begins_with_heading(spec->table))
		putchar('\n');
	help_print_options(options->table, columns);
	if (spec->notes) {
		putchar('\n');
		help_print_text(stdout, spec->notes, 0, 0, columns);
	}
	free(usage);
	options->exit_status = EXIT_STATUS_GOOD;
	return -1;
}

static int
options_set_usage_exit(struct options *options)
{
	options->exit_status =
		options->spec->usage_exit ? options->spec->usage_exit : EXIT_STATUS_USAGE;
	return -1;
}

/* Returns the row with VAL in TABLE or a table that it includes. */
static const struct poptOption *
options_find_row(const struct poptOption *table, int val)
{
	for (; table->longName || table->shortName || table->argInfo; table++) {
		const struct poptOption *row = table;
		if ((table->argInfo & POPT_ARG_MASK) == POPT_ARG_INCLUDE_TABLE)
			row = options_find_row(table->arg, val);
		if (row && row->val == val)
			return row;
	}
	return NULL;
}

/* Returns the row in TABLE, or in a table that it includes, whose value is optional and whose name
 * is the LEN bytes at NAME; NULL if there is no such row. */
static const struct poptOption *
options_find_optional(const struct poptOption *table, const char *name, size_t len)
{
	for (; table->longName || table->shortName || table->argInfo; table++) {
		const struct poptOption *row = table;
		if ((table->argInfo & POPT_ARG_MASK) == POPT_ARG_INCLUDE_TABLE)
			row = options_find_optional(table->arg, name, len);
		else if (!(table->argInfo & POPT_ARGFLAG_OPTIONAL) ||
		         strlen(table->longName) != len || memcmp(table->longName, name, len) != 0)
			row = NULL;
		if (row)
			return row;
	}
	return NULL;
}

/* Handles TEXT, "--NAME=VALUE", which popt refused since it knows NAME as a flag. Returns the val
 * of its row if the value is optional, else 0. */
static int
options_find_optional_val(struct options *options, const char *text)
{
	size_t len = strlen("--") + strcspn(text + strlen("--"), "=");
	const struct poptOption *row = options_find_optional(
		options->spec->table, text + strlen("--"), len - strlen("--"));
	if (!row || text[len] != '=')
		return 0;
	options->value = memory_copy(text + len + 1);
	return row->val;
}

/* Tries each long option of TABLE. */
static void
options_suggest(const struct poptOption *table, struct suggest *suggest)
{
	for (; table->longName || table->shortName || table->argInfo; table++) {
		if ((table->argInfo & POPT_ARG_MASK) == POPT_ARG_INCLUDE_TABLE)
			options_suggest(table->arg, suggest);
		else if (table->longName)
			suggest_try(suggest, table->longName);
	}
}

/* Refuses the option TEXT, in which popt found the error FAULT. */
static int
options_refuse_option(struct options *options, const char *text, int fault)
{
	struct suggest suggest;
	const char *name = text + strspn(text, "-");
	char *word = memory_copy_len(name, strcspn(name, "="));
	suggest_init(&suggest, word);
	if (fault == POPT_ERROR_BADOPT)
		options_suggest(options->table, &suggest);
	if (suggest.nearest)
		message("%s: %s; did you mean --%s?", text, poptStrerror(fault), suggest.nearest);
	else
		message("%s: %s", text, poptStrerror(fault));
	free(word);
	return options_set_usage_exit(options);
}

/* Returns the val of the next option, 0 after the last one, or a negative number to end the
 * command. */
static int
options_next_option(struct options *options)
{
	int option = poptGetNextOpt(options->popt);
	if (option == -1)
		return 0;
	if (option == OPTION_HELP)
		return options_show_help(options);
	if (option < 0) {
		const char *text = poptBadOption(options->popt, POPT_BADOPTION_NOALIAS);
		int optional = option == POPT_ERROR_UNWANTEDARG
		                       ? options_find_optional_val(options, text)
		                       : 0;
		return optional ? optional : options_refuse_option(options, text, option);
	}
	options->value = poptGetOptArg(options->popt);
	return option;
}

bool
options_read(struct options *options,
             int (*parse)(void *context, struct options *options, int option), void *context)
{
	int option, result = 0;
	while (result == 0 && (option = options_next_option(options)) != 0) {
		options->option = option;
		result = option < 0 ? option : parse(context, options, option);
		free(options->value);
		options->value = NULL;
	}
	return result == 0;
}

char *
options_move_value(struct options *options)
{
	char *value = options->value;
	options->value = NULL;
	return value;
}

int
options_parse_text(struct options *options, const char **text)
{
	free((char *)*text);
	*text = options_move_value(options);
	return 0;
}

const char *
options_string_fault(const char *text)
{
	if (!*text)
		return "is empty";
	return subunit2_utf8_is_string(subunit2_view_of(text)) ? NULL : "is not valid UTF-8";
}

int
options_parse_string(struct options *options, char **string)
{
	const char *fault = options_string_fault(options->value);
	if (fault)
		return options_refuse_value(options, fault);
	free(*string);
	*string = options_move_value(options);
	return 0;
}

int
options_parse_number(struct options *options, uint64_t least, uint64_t most, uint64_t *number)
{
	char reason[80];
	if (number_parse_range(options->value, least, most, number))
		return 0;
	int len = snprintf(reason, sizeof(reason), "not a number from %" PRIu64, least);
	if (most < UINT64_MAX)
		snprintf(reason + len, sizeof(reason) - (size_t)len, " to %" PRIu64, most);
	return options_refuse_value(options, reason);
}

/* Sets REASON to "not one, two or three". */
static void
options_list_words(struct buffer *reason, const char *const *words)
{
	buffer_add(reason, SUBUNIT2_LITERAL("not "));
	for (size_t i = 0; words[i]; i++) {
		if (i > 0)
			buffer_add(reason, words[i + 1] ? SUBUNIT2_LITERAL(", ")
			                                : SUBUNIT2_LITERAL(" or "));
		buffer_add(reason, subunit2_view_of(words[i]));
	}
	buffer_add_char(reason, '\0');
}

int
options_parse_choice(struct options *options, const char *const *words, int *index)
{
	struct buffer reason = {0};
	for (int i = 0; words[i]; i++) {
		if (strcmp(options->value, words[i]) == 0) {
			*index = i;
			return 0;
		}
	}
	options_list_words(&reason, words);
	int result = options_refuse_value(options, reason.data);
	buffer_clear(&reason);
	return result;
}

int
options_parse_either(struct options *options, const char *off, const char *on, bool *is_on)
{
	const char *const words[] = {off, on, NULL};
	int index = 0, result = options_parse_choice(options, words, &index);
	*is_on = index == 1;
	return result;
}

int
options_parse_duration(struct options *options, int64_t *ns)
{
	return duration_read(options->value, ns)
	               ? 0
	               : options_refuse_value(options, "not a duration (500ms, 30s, 5m, 1h)");
}

int
options_parse_tag(struct options *options, struct subunit2_tagset *tags)
{
	struct subunit2_error error;
	const char *fault = options_string_fault(options->value);
	if (!fault && subunit2_tagset_add(tags, subunit2_view_of(options->value), &error) < 0)
		fault = error.message;
	return fault ? options_refuse_value(options, fault) : 0;
}

const char **
options_arguments(struct options *options)
{
	static const char *none[] = {NULL};
	const char **arguments = poptGetArgs(options->popt);
	return arguments ? arguments : none;
}

int
options_refuse_value(struct options *options, const char *reason)
{
	const struct poptOption *row = options_find_row(options->spec->table, options->option);
	return options_refuse(options, "--%s=%s: %s", row->longName, options->value, reason);
}

int
options_refuse(struct options *options, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = memory_format_args(format, args);
	va_end(args);
	message("%s", text);
	free(text);
	return options_set_usage_exit(options);
}

int
options_parse_list(struct options *options, struct string_list *lines)
{
	int errnum = string_list_read(lines, options->value);
	if (!errnum)
		return 0;
	message("%s: %s", options->value, strerror(errnum));
	options->exit_status = EXIT_STATUS_IO;
	return -1;
}

void
options_end(struct options *options)
{
	free(options->value);
	poptFreeContext(options->popt);
}
