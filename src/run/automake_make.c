/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_make.h"

#include "memory.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the makefiles say. */
struct found {
	struct strings drivers; /* names of variables */
	char *environment;      /* TESTS_ENVIRONMENT's value, the first that is; NULL: none */
	bool serial;            /* a harness that knows no drivers */
};

/* The value behind "NAME =" at the start of LINE, when NAME ends with ENDING;
 * *LEN is the name's length then. NULL otherwise. */
static const char *
assigned(const char *line, const char *ending, size_t *len)
{
	size_t tail = strlen(ending);
	*len = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	if (*len < tail || strncmp(line + *len - tail, ending, tail) != 0)
		return NULL;
	const char *rest = line + *len + strspn(line + *len, " \t");
	if (*rest != '=')
		return NULL;
	return rest + 1 + strspn(rest + 1, " \t");
}

static void
read_line(struct found *found, const char *line)
{
	size_t len;
	const char *value = assigned(line, "LOG_DRIVER", &len);
	if (value) {
		char *name = memory_copy_len(line, len);
		if (!strings_has(&found->drivers, name))
			strings_add(&found->drivers, name);
		free(name);
	}
	value = assigned(line, "TESTS_ENVIRONMENT", &len);
	if (value && len == strlen("TESTS_ENVIRONMENT") && !found->environment)
		found->environment = memory_copy_len(value, strcspn(value, "\r\n"));
	found->serial = found->serial || strncmp(line, "check-TESTS:", 12) == 0;
}

static void
read_makefile(struct found *found, const char *path)
{
	char *line = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");
	while (file && getline(&line, &size, file) >= 0)
		read_line(found, line);
	free(line);
	if (file)
		fclose(file);
}

static void
read_makefiles(struct found *found, const char *folder)
{
	char *paths[] = {(char *)folder, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	for (FTSENT *entry; tree && (entry = fts_read(tree));)
		if (entry->fts_info == FTS_F && strcmp(entry->fts_name, "Makefile") == 0)
			read_makefile(found, entry->fts_path);
	if (tree)
		fts_close(tree);
}

/* The word of ARGV that runs make: "make" of "nice make -j8 check", "gmake" of "env A=1 gmake";
 * -1 where none is called so. */
static long
find_make(char *const *argv)
{
	for (size_t i = 0; argv[i]; i++) {
		const char *slash = strrchr(argv[i], '/'), *name = slash ? slash + 1 : argv[i];
		size_t len = strlen(name);
		if (len >= 4 && strcmp(name + len - 4, "make") == 0)
			return (long)i;
	}
	return -1;
}

bool
make_check_is_make(char *const *argv)
{
	return find_make(argv) >= 0;
}

/* Returns the directory that WORD, or NEXT after it, gives with -C or --directory. */
static const char *
make_check_directory_of(const char *word, const char *next)
{
	static const char name[] = "--directory";
	if (strcmp(word, "-C") == 0 || strcmp(word, name) == 0)
		return next;
	if (strncmp(word, "-C", 2) == 0)
		return word + 2;
	size_t len = strlen(name);
	return strncmp(word, name, len) == 0 && word[len] == '=' ? word + len + 1 : NULL;
}

char *
make_check_directory(char *const *argv)
{
	long make = find_make(argv);
	char *all = NULL;
	for (char *const *word = argv + make; make >= 0 && *word; word++) {
		const char *directory = make_check_directory_of(*word, word[1]);
		if (!directory)
			continue;
		/* Each counts from the one before. */
		char *longer = all && *directory != '/' ? memory_format("%s/%s", all, directory)
		                                        : memory_copy(directory);
		free(all);
		all = longer;
	}
	return all;
}

bool
make_check_drive(struct strings *out, char *const *argv, const char *folder, const char *driver,
                 const char *wrapper)
{
	struct found found = {0};
	read_makefiles(&found, folder);
	bool any = found.drivers.count || found.serial;
	size_t make = (size_t)find_make(argv);
	for (size_t i = 0; i <= make; i++)
		strings_add(out, argv[i]);
	for (size_t i = 0; i < found.drivers.count; i++)
		strings_take(out, memory_format("%s=%s", found.drivers.items[i], driver));
	if (any && !found.drivers.count) {
		const char *before = found.environment ? found.environment : "";
		strings_take(out, memory_format("TESTS_ENVIRONMENT=%s%s%s", before,
		                                *before ? " " : "", wrapper));
	}
	strings_add_all(out, argv + make + 1);
	strings_clear(&found.drivers);
	free(found.environment);
	return any;
}
