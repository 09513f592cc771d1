/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_make.h"

#include "automake_overrides.h"
#include "base_name.h"
#include "env.h"
#include "memory.h"
#include "message.h"
#include "tempfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Returns the index of the word of ARGV that runs make, as "make" in "nice make -j8 check" and
 * "gmake" in "env A=1 gmake", or -1. */
static long
automake_make_find_make(char *const *argv)
{
	for (size_t i = 0; argv[i]; i++) {
		const char *name = base_name(argv[i]);
		size_t len = strlen(name);
		if (len >= 4 && strcmp(name + len - 4, "make") == 0)
			return (long)i;
	}
	return -1;
}

bool
automake_make_is_make(char *const *argv)
{
	return automake_make_find_make(argv) >= 0;
}

/* Returns the directory that WORD, or NEXT after it, gives with -C or --directory, or NULL. */
static const char *
automake_make_directory_option(const char *word, const char *next)
{
	static const char name[] = "--directory", flags[] = "bBdeikLmnpqrRsStvw";
	size_t len = strlen(name);
	if (strncmp(word, name, len) == 0)
		return word[len] == '=' ? word + len + 1 : word[len] ? NULL : next;
	if (*word != '-')
		return NULL;
	/* "-C DIR", "-CDIR", "-kC DIR" */
	word += 1 + strspn(word + 1, flags);
	if (*word != 'C')
		return NULL;
	return word[1] ? word + 1 : next;
}

bool
automake_make_is_check(char *const *argv)
{
	static const char *const targets[] = {"check", "recheck", "distcheck", "installcheck"};
	static const char between[] = " \t\n;&|()'\"";
	for (; *argv; argv++)
		for (const char *word = *argv; *word; word += strspn(word, between)) {
			size_t len = strcspn(word, between);
			for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
				if (len == strlen(targets[i]) && memcmp(word, targets[i], len) == 0)
					return true;
			word += len;
		}
	return false;
}

char *
automake_make_directory(char *const *argv)
{
	long make = automake_make_find_make(argv);
	char *all = NULL;
	for (char *const *word = argv + make; make >= 0 && *word; word++) {
		const char *directory = automake_make_directory_option(*word, word[1]);
		if (!directory)
			continue;
		/* Each is relative to the one before. */
		char *longer = all && *directory != '/' ? memory_format("%s/%s", all, directory)
		                                        : memory_copy(directory);
		free(all);
		all = longer;
	}
	return all;
}

/* Returns the path of this program; to be freed. */
static char *
automake_make_program(void)
{
	static const char deleted[] = " (deleted)";
	char *path = realpath("/proc/self/exe", NULL);
	size_t len = path ? strlen(path) : 0, tail = strlen(deleted);
	if (path && (len < tail || strcmp(path + len - tail, deleted) != 0))
		return path;
	free(path);
	return memory_copy("subunit2");
}

static void
automake_make_on_other(void *context, const char *folder, const char *name, const char *value)
{
	(void)context;
	message("%s: %s is not automake's, and is run unchanged: %s", folder, name, value);
}

/* Returns the real path of the directory into which the make of ARGV changes, if that does not
 * lie in FOLDER; to be freed. NULL otherwise. */
static char *
automake_make_outside(char *const *argv, const char *folder)
{
	char *directory = automake_make_directory(argv);
	if (!directory)
		return NULL;
	char *path = *directory == '/' ? memory_copy(directory)
	                               : memory_format("%s/%s", folder, directory);
	char *real = realpath(path, NULL);
	size_t len = strlen(folder);
	free(path);
	free(directory);
	if (!real || strncmp(real, folder, len) != 0 || (real[len] && real[len] != '/'))
		return real;
	free(real);
	return NULL;
}

/* Writes the makefile for the Makefiles below FOLDER. Returns the number of variables that it
 * overrides. */
static size_t
automake_make_write(FILE *out, const char *self, const char *folder)
{
	char *program = automake_make_program();
	char *command =
		automake_overrides_quote((const char *[]){program, "automake-driver", NULL});
	struct automake_overrides overrides = {
		.out = out,
		.program = command,
		.on_other = automake_make_on_other,
	};
	/* make looks for rules to update each makefile; this one has nothing to do. */
	fprintf(out, "%s: ;\n", self);
	automake_overrides_add(&overrides, folder);
	free(command);
	free(program);
	return overrides.drivers;
}

enum automake_make_driven
automake_make_drive(struct string_list *environment, char *const *argv, const char *folder, int *fd)
{
	*fd = tempfile_open();
	FILE *out = *fd < 0 ? NULL : fdopen(dup(*fd), "w");
	if (!out)
		return AUTOMAKE_MAKE_FAILED;
	/* The temporary file has no name: every process below this one can open it so. */
	char *self = memory_format("/proc/%ld/fd/%d", (long)getpid(), *fd);
	const char *others = env_get(environment, "MAKEFILES");
	char *all = memory_format("%s%s%s", self, others ? " " : "", others ? others : "");
	char *outside = automake_make_outside(argv, folder);
	const char *root = outside ? outside : folder;
	size_t count = automake_make_write(out, self, root);
	env_format(environment, "MAKEFILES", "%s", all);
	env_format(environment, "SUBUNIT2_MAKEFILE", "%s", self);
	env_format(environment, "SUBUNIT2_ROOT", "%s", root);
	free(outside);
	free(all);
	free(self);
	bool written = !ferror(out);
	if (fclose(out) != 0 || !written)
		return AUTOMAKE_MAKE_FAILED;
	return count ? AUTOMAKE_MAKE_DRIVEN : AUTOMAKE_MAKE_NO_MAKEFILE;
}
