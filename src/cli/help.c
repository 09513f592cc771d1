/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "help.h"

#include "memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_DEFAULT 80
#define COLUMNS_LEAST 20
#define COLUMNS_MOST 100
#define LEFT_MOST 30    /* columns for an option before its text */
#define BESIDE_LEAST 60 /* in fewer columns the text stands below its option */
#define BELOW_INDENT 8

unsigned
help_columns(void)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return COLUMNS_DEFAULT;
	return size.ws_col < COLUMNS_LEAST  ? COLUMNS_LEAST
	       : size.ws_col > COLUMNS_MOST ? COLUMNS_MOST
	                                    : size.ws_col;
}

void
help_print_text(FILE *file, const char *text, unsigned at, unsigned indent, unsigned columns)
{
	bool first = true; /* word of its line */
	while (*text) {
		unsigned len = (unsigned)strcspn(text, " \n");
		if (!first && at + 1 + len > columns) {
			fprintf(file, "\n%*s", (int)indent, "");
			at = indent;
			first = true;
		}
		if (!first)
			putc(' ', file);
		at += len + !first;
		first = false;
		fwrite(text, 1, len, file);
		text += len;
		if (*text == '\n' && text[1]) {
			putc('\n', file);
			at = 0;
			first = true;
		}
		text += *text != '\0';
	}
	putc('\n', file);
}

/* Returns "-t, --tag=TAG"; to be freed. */
static char *
help_option(const struct poptOption *option)
{
	bool optional = option->argInfo & POPT_ARGFLAG_OPTIONAL;
	char letter[] = "    ";
	if (option->shortName)
		snprintf(letter, sizeof(letter), "-%c%s", option->shortName,
		         option->longName ? ", " : "");
	return memory_format(
		"%s%s%s%s%s%s%s", letter, option->longName ? "--" : "",
		option->longName ? option->longName : "", optional && option->argDescrip ? "[" : "",
		option->argDescrip ? "=" : "", option->argDescrip ? option->argDescrip : "",
		optional && option->argDescrip ? "]" : "");
}

/* Prints NAME after two blanks. If it is wider than COLUMNS it is continued after a "|". */
static void
help_print_choices(const char *name, unsigned columns)
{
	unsigned at = (unsigned)strlen("  ");
	printf("  ");
	while (*name) {
		unsigned len = (unsigned)strcspn(name, "|");
		len += name[len] == '|';
		if (at + len > columns)
			printf("\n%*s", (int)(at = BELOW_INDENT + 2), "");
		fwrite(name, 1, len, stdout);
		at += len;
		name += len;
	}
}

static void
help_print_option(const struct poptOption *option, unsigned columns)
{
	char *name = help_option(option);
	unsigned at = (unsigned)strlen("  ") + (unsigned)strlen(name);
	bool beside = columns >= BESIDE_LEAST;
	unsigned indent = beside ? LEFT_MOST + 2 : BELOW_INDENT;
	help_print_choices(name, columns);
	free(name);
	if (!beside || at + 2 > indent) {
		putchar('\n');
		at = 0;
	}
	printf("%*s", (int)(indent - at), "");
	help_print_text(stdout, option->descrip, indent, indent, columns);
}

static bool
help_is_end(const struct poptOption *option)
{
	return !option->longName && !option->shortName && !option->argInfo;
}

static bool
help_is_table(const struct poptOption *option)
{
	return (option->argInfo & POPT_ARG_MASK) == POPT_ARG_INCLUDE_TABLE;
}

bool
help_begins_with_heading(const struct poptOption *table)
{
	return help_is_table(table) && table->descrip;
}

void
help_print_options(const struct poptOption *table, unsigned columns)
{
	for (const struct poptOption *option = table; !help_is_end(option); option++)
		if (!help_is_table(option) && option->descrip &&
		    !(option->argInfo & POPT_ARGFLAG_DOC_HIDDEN))
			help_print_option(option, columns);
	for (const struct poptOption *option = table; !help_is_end(option); option++) {
		if (!help_is_table(option))
			continue;
		if (option->descrip)
			printf("\n%s\n", option->descrip);
		help_print_options(option->arg, columns);
	}
}
