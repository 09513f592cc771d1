/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * The makefile by which `wrap --automake` puts its test driver in the place of those that the
 * Makefiles name.
 *
 * GNU make reads it before every Makefile, since MAKEFILES names it. For each folder it
 * overrides the variables *_LOG_DRIVER of that folder, and for a folder with the serial harness
 * TESTS_ENVIRONMENT. In other folders, such as those of checks that tests run, it does nothing;
 * neither does it change a variable that is set on make's command line.
 */
#ifndef AUTOMAKE_OVERRIDES_H
#define AUTOMAKE_OVERRIDES_H

#include <stdbool.h>
#include <stdio.h>

struct automake_overrides {
	FILE *out;           /* gets the makefile */
	const char *program; /* the driver's program and command, as text for a Makefile */
	size_t drivers;      /* variables that were overridden */
	/* Called for a driver that is neither test-driver nor tap-driver, with its FOLDER, the
	 * NAME of the variable and its VALUE. */
	void (*on_other)(void *context, const char *folder, const char *name, const char *value);
	void *context;
};

/* Adds the overrides for all Makefiles below FOLDER, an absolute path. */
void automake_overrides_add(struct automake_overrides *overrides, const char *folder);

/* Returns WORDS, up to NULL, quoted for a shell that make runs; to be freed. */
char *automake_overrides_quote(const char *const *words);

#endif
