/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Help for a terminal of any width.
 */
#ifndef HELP_H
#define HELP_H

#include <popt.h>
#include <stdbool.h>
#include <stdio.h>

/* Returns the columns of standard output if it is a terminal, else 80; at least 20 and at most
 * 100, as longer lines are hard to read. */
unsigned help_columns(void);

/* Prints TEXT to FILE in lines of at most COLUMNS. Each line of TEXT begins a new line;
 * lines that continue one begin with INDENT blanks. The first is printed after AT columns of other
 * text. */
void help_print_text(FILE *file, const char *text, unsigned at, unsigned indent, unsigned columns);

/* Returns whether help_print_options begins with an empty line and a heading for TABLE. */
bool help_begins_with_heading(const struct poptOption *table);

/* Prints the options of TABLE and of the tables that it includes, under their headings. */
void help_print_options(const struct poptOption *table, unsigned columns);

#endif
