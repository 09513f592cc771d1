/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "pattern_options.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

enum {
	OPTION_MATCH = OPTIONS_PATTERNS,
	OPTION_EXCLUDE,
};

const struct poptOption pattern_options_table[] = {
	{"match", '\0', POPT_ARG_STRING, NULL, OPTION_MATCH,
         "only tests whose id this matches (PCRE); repeatable", "REGEX"},
	{"exclude", '\0', POPT_ARG_STRING, NULL, OPTION_EXCLUDE,
         "not the tests whose id this matches; repeatable", "REGEX"},
	POPT_TABLEEND,
};

int
pattern_options_parse(struct regex_list *patterns, struct options *options)
{
	char reason[REGEX_REASON_SIZE];
	if (!regex_list_add(patterns, options->value, reason))
		return options_refuse_value(options, reason);
	return 0;
}

int
pattern_options_parse_filter(struct regex_filter *filter, struct options *options, int option)
{
	return pattern_options_parse(option == OPTION_MATCH ? &filter->match : &filter->exclude,
	                             options);
}

/* Returns true for the "=" of "(?=" and "(?<=", before which no expression can end. */
static bool
pattern_options_is_lookaround(const char *text, const char *equals)
{
	static const char *const starts[] = {"(?", "(?<"};
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		size_t len = strlen(starts[i]);
		if ((size_t)(equals - text) >= len && memcmp(equals - len, starts[i], len) == 0)
			return true;
	}
	return false;
}

/* Ends the expression before its "=" and unescapes "\\=" in it. Returns the text after the "=",
 * or NULL if there is no "=". */
static char *
pattern_options_split_renaming(char *text)
{
	char *to = text;
	for (char *from = text; *from; from++) {
		if (*from == '=' && !pattern_options_is_lookaround(text, to)) {
			*to = '\0';
			return from + 1;
		}
		if (*from == '\\' && from[1] == '=')
			from++;
		else if (*from == '\\' && from[1])
			*to++ = *from++;
		*to++ = *from;
	}
	return NULL;
}

int
pattern_options_parse_renaming(struct renamings *renamings, struct options *options)
{
	char reason[REGEX_REASON_SIZE];
	char *regex = memory_copy(options->value), *text = pattern_options_split_renaming(regex);
	int result = 0;
	if (!text)
		result = options_refuse_value(options, "not REGEX=TEXT");
	else if (!*regex)
		result = options_refuse_value(options, "the expression is empty");
	else if (!renamings_add(renamings, regex, text, reason))
		result = options_refuse_value(options, reason);
	free(regex);
	return result;
}
