/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_make.h"

#include "memory.h"

#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the makefiles say. */
struct found {
	struct string_list drivers; /* names of variables */
	char *environment;          /* TESTS_ENVIRONMENT's value, the first that is; NULL: none */
	bool serial;                /* a harness that knows no drivers */
};

/* The value behind "NAME =" at the start of LINE, when NAME ends with ENDING;
 * *LEN is the name's length then. NULL otherwise. */
static const char *
automake_make_assigned_value(const char *line, const char *ending, size_t *len)
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
automake_make_read_line(struct found *found, const char *line)
{
	size_t len;
	const char *value = automake_make_assigned_value(line, "LOG_DRIVER", &len);
	if (value) {
		char *name = memory_copy_len(line, len);
		if (!string_list_has(&found->drivers, name))
			string_list_add(&found->drivers, name);
		free(name);
	}
	value = automake_make_assigned_value(line, "TESTS_ENVIRONMENT", &len);
	if (value && len == strlen("TESTS_ENVIRONMENT") && !found->environment)
		found->environment = memory_copy_len(value, strcspn(value, "\r\n"));
	found->serial = found->serial || strncmp(line, "check-TESTS:", 12) == 0;
}

static void
automake_make_read_makefile(struct found *found, const char *path)
{
	char *line = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");
	while (file && getline(&line, &size, file) >= 0)
		automake_make_read_line(found, line);
	free(line);
	if (file)
		fclose(file);
}

static void
automake_make_read_makefiles(struct found *found, const char *folder)
{
	char *paths[] = {(char *)folder, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	for (FTSENT *entry; tree && (entry = fts_read(tree));)
		if (entry->fts_info == FTS_F && strcmp(entry->fts_name, "Makefile") == 0)
			automake_make_read_makefile(found, entry->fts_path);
	if (tree)
		fts_close(tree);
}

/* The word of ARGV that runs make: "make" of "nice make -j8 check", "gmake" of "env A=1 gmake";
 * -1 where none is called so. */
static long
automake_make_find_make(char *const *argv)
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
automake_make_is_make(char *const *argv)
{
	return automake_make_find_make(argv) >= 0;
}

/* Returns the directory that WORD, or NEXT after it, gives with -C or --directory. */
static const char *
automake_make_make_check_directory_of(const char *word, const char *next)
{
	static const char name[] = "--directory";
	if (strcmp(word, "-C") == 0 || strcmp(word, name) == 0)
		return next;
	if (strncmp(word, "-C", 2) == 0)
		return word + 2;
	size_t len = strlen(name);
	return strncmp(word, name, len) == 0 && word[len] == '=' ? word + len + 1 : NULL;
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
		const char *directory = automake_make_make_check_directory_of(*word, word[1]);
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
automake_make_drive(struct string_list *out, char *const *argv, const char *folder,
                    const char *driver, const char *wrapper)
{
	struct found found = {0};
	automake_make_read_makefiles(&found, folder);
	bool any = found.drivers.count || found.serial;
	size_t make = (size_t)automake_make_find_make(argv);
	for (size_t i = 0; i <= make; i++)
		string_list_add(out, argv[i]);
	for (size_t i = 0; i < found.drivers.count; i++)
		string_list_add_owned(out, memory_format("%s=%s", found.drivers.items[i], driver));
	if (any && !found.drivers.count) {
		const char *before = found.environment ? found.environment : "";
		string_list_add_owned(out, memory_format("TESTS_ENVIRONMENT=%s%s%s", before,
		                                         *before ? " " : "", wrapper));
	}
	string_list_add_all(out, argv + make + 1);
	string_list_clear(&found.drivers);
	free(found.environment);
	return any;
}
