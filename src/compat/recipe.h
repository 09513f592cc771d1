/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A recipe: the YAML file that subunit-combine reads.
 *
 *     commands:
 *       - prefix: "python/"
 *         argv: ["python", "-m", "subunit.run", "$LISTOPT", "$IDOPTION"]
 *         list_option: "--list"
 *         id_option: "--load-list $IDFILE"
 *         cwd: "src"
 *         env: {LANG: C}
 *
 * A mapping may merge other mappings, with YAML's "<<".
 */
#ifndef RECIPE_H
#define RECIPE_H

#include "string_list.h"

struct recipe_command {
	char *prefix; /* never NULL */
	struct string_list argv;
	char *cwd;                     /* NULL: the current folder */
	struct string_list env;        /* "NAME=VALUE" */
	char *list_option, *id_option; /* never NULL */
};

struct recipe {
	struct recipe_command *commands;
	size_t count;
};

/* Reads the file PATH into RECIPE, which is to be cleared with recipe_clear in any case.
 * If the file cannot be read or is not a recipe, prints a message and returns false. */
bool recipe_read(struct recipe *recipe, const char *path);
void recipe_clear(struct recipe *recipe);

#endif
