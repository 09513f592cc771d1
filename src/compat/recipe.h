/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * A recipe: the YAML file of subunit-combine.
 *
 *     commands:
 *       - prefix: "python/"
 *         argv: ["python", "-m", "subunit.run", "$LISTOPT", "$IDOPTION"]
 *         list_option: "--list"
 *         id_option: "--load-list $IDFILE"
 *         cwd: "src"
 *         env: {LANG: C}
 *
 * Mappings may merge in others, with "<<".
 */
#ifndef RECIPE_H
#define RECIPE_H

#include "string_list.h"

struct recipe_command {
	char *prefix; /* never NULL */
	struct string_list argv;
	char *cwd;                     /* NULL: ours */
	struct string_list env;        /* "NAME=VALUE" */
	char *list_option, *id_option; /* never NULL */
};

struct recipe {
	struct recipe_command *commands;
	size_t count;
};

/* Reads the file at PATH. False, after a message, when it cannot be read or is no recipe. */
bool recipe_read(struct recipe *recipe, const char *path);
void recipe_clear(struct recipe *recipe);

#endif
