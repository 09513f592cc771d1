/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "suite.h"

#include "memory.h"
#include "message.h"
#include "shebang.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uthash.h>

struct suite_id {
	UT_hash_handle hh;
	size_t index;
	char id[];
};

long
suite_find(const struct suite *suite, const char *id, size_t len)
{
	struct suite_id *ids = suite->ids, *found;
	HASH_FIND(hh, ids, id, len, found);
	return found ? (long)found->index : -1;
}

static void
suite_add_unless_known(struct suite *suite, struct script script)
{
	size_t len = strlen(script.id);
	if (suite_find(suite, script.id, len) >= 0) {
		script_clear(&script);
		return;
	}
	suite->scripts =
		memory_grow(suite->scripts, &suite->size, suite->count + 1, sizeof(script));
	struct suite_id *entry = memory_zeroed(1, sizeof(*entry) + len + 1), *ids = suite->ids;
	memcpy(entry->id, script.id, len);
	entry->index = suite->count;
	HASH_ADD_KEYPTR(hh, ids, entry->id, len, entry);
	suite->ids = ids;
	suite->scripts[suite->count++] = script;
}

/* Returns true if a file named NAME is a script; permissions do not count. */
static bool
suite_is_script_name(const char *name)
{
	return script_has_ending(name, ".t") || script_has_ending(name, ".bats");
}

/* Returns true if a file named NAME is an editor's backup. */
static bool
suite_is_backup(const char *name)
{
	return script_has_ending(name, "~") || script_has_ending(name, ".bak") ||
	       script_has_ending(name, ".orig");
}

/* Returns whether a directory's file NAME at PATH is one of its scripts. */
static bool
suite_is_script(const char *name, const char *path)
{
	if (suite_is_backup(name))
		return false;
	return suite_is_script_name(name) ||
	       ((script_has_ending(name, ".sh") || strncmp(name, "test", 4) == 0) &&
	        access(path, X_OK) == 0);
}

/* Returns whether the file NAME at PATH lacks only the execute bit to be a script. */
static bool
suite_lacks_execute_bit(const char *name, const char *path)
{
	struct shebang shebang;
	bool named =
		!suite_is_backup(name) && (script_has_ending(name, ".sh") ||
	                                   (strncmp(name, "test", 4) == 0 && !strchr(name, '.')));
	return named && shebang_read(&shebang, path) && *shebang.line;
}

static int
suite_is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Returns whether the directory at PATH holds a script, not counting directories in it. */
static bool
suite_directory_has_script(const char *path)
{
	bool found = false;
	struct dirent *entry;
	DIR *directory = opendir(path);
	while (directory && !found && (entry = readdir(directory))) {
		char *below = memory_format("%s/%s", path, entry->d_name);
		found = suite_is_visible(entry) && suite_is_script(entry->d_name, below);
		free(below);
	}
	if (directory)
		closedir(directory);
	return found;
}

static int
suite_compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Adds the script at PATH. ERRNUM, if it is not 0, is why it cannot be run. */
static void
suite_add_file(struct suite *suite, const struct script_options *options, const char *path,
               int errnum)
{
	struct script script;
	script_of_path(&script, options, path);
	if (errnum)
		script.problem = memory_copy(strerror(errnum));
	suite->found++;
	suite_add_unless_known(suite, script);
}

static void suite_add_directory(struct suite *suite, const struct script_options *options,
                                const char *directory, bool recurse);

/* Adds what the entry NAME of a directory stands for, if anything. A script that cannot be looked
 * at is added, to fail when it is run; another entry may have been one, which a message says. */
static void
suite_add_entry(struct suite *suite, const struct script_options *options, const char *path,
                const char *name, bool recurse)
{
	struct stat about, link;
	bool there = lstat(path, &link) == 0 && stat(path, &about) == 0;
	if (!there && suite_is_script_name(name))
		suite_add_file(suite, options, path, errno);
	else if (!there)
		message("%s: %s", path, strerror(errno));
	/* Links to directories could go round in circles. */
	else if (S_ISDIR(link.st_mode) && recurse)
		suite_add_directory(suite, options, path, recurse);
	else if (S_ISDIR(about.st_mode))
		string_list_add(suite_directory_has_script(path) ? &suite->unsearched_with_scripts
		                                                 : &suite->unsearched,
		                path);
	else if (S_ISREG(about.st_mode) && suite_is_script(name, path))
		suite_add_file(suite, options, path, 0);
	else if (S_ISREG(about.st_mode) && suite_lacks_execute_bit(name, path))
		string_list_add(&suite->not_executable, path);
}

/* Adds the scripts in DIRECTORY. If it cannot be read, adds it itself, to fail when it is run. */
static void
suite_add_directory(struct suite *suite, const struct script_options *options,
                    const char *directory, bool recurse)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, suite_is_visible, suite_compare_names);
	if (count < 0)
		suite_add_file(suite, options, directory, errno);
	for (int i = 0; i < count; i++) {
		char *path = memory_format("%s/%s", directory, entries[i]->d_name);
		suite_add_entry(suite, options, path, entries[i]->d_name, recurse);
		free(path);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

bool
suite_add_path(struct suite *suite, const struct script_options *options, const char *path,
               bool recurse)
{
	struct stat about;
	size_t found = suite->found;
	bool there = stat(path, &about) == 0;
	if (there && S_ISDIR(about.st_mode))
		suite_add_directory(suite, options, path, recurse);
	else
		/* A script that does not exist says so when it is run. */
		suite_add_file(suite, options, path, there || errno == ENOENT ? 0 : errno);
	return suite->found > found;
}

void
suite_add_id(struct suite *suite, const struct script_options *options, const char *id)
{
	struct script script;
	script_of_id(&script, options, id);
	suite_add_unless_known(suite, script);
}

void
suite_clear(struct suite *suite)
{
	struct suite_id *ids = suite->ids, *entry, *next;
	HASH_ITER(hh, ids, entry, next)
	{
		HASH_DEL(ids, entry);
		free(entry);
	}
	for (size_t i = 0; i < suite->count; i++)
		script_clear(&suite->scripts[i]);
	free(suite->scripts);
	string_list_clear(&suite->not_executable);
	string_list_clear(&suite->unsearched);
	string_list_clear(&suite->unsearched_with_scripts);
	*suite = (struct suite){0};
}
