/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Scripts: their ids and the commands that run them. */
#include "script.h"
#include "check.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
file_with(const char *path, const char *content, mode_t mode)
{
	FILE *file = fopen(path, "w");
	fputs(content, file);
	fclose(file);
	chmod(path, mode);
}

static bool
id_is(const char *root, const char *path, const char *id, const char *run_path)
{
	struct script_options options = {.root = root};
	struct script script;
	script_of_path(&script, &options, path);
	bool good = strcmp(script.id, id) == 0 && strcmp(script.path, run_path) == 0;
	if (!good)
		printf("# %s: id %s, path %s\n", path, script.id, script.path);
	script_clear(&script);
	return good;
}

/* Whether PATH is run by WORDS, blank-separated; or, with "!" first, by nothing
 * and for that reason. */
static bool
run_by(struct script_options *options, const char *path, const char *words)
{
	struct script script;
	struct string_list argv = {0};
	char joined[512] = "";
	script_of_path(&script, options, path);
	char *problem = script_command(&script, options, &argv);
	if (problem)
		snprintf(joined, sizeof(joined), "!%s", problem);
	for (size_t i = 0; i < argv.count; i++)
		snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined), "%s%s",
		         i ? " " : "", argv.items[i]);
	bool good = strcmp(joined, words) == 0;
	if (!good)
		printf("# %s: %s\n", path, joined);
	free(problem);
	string_list_clear(&argv);
	script_clear(&script);
	return good;
}

static void
check_ids(const char *top)
{
	char inside[PATH_MAX + sizeof("/t/a.t")];
	CHECK(id_is(NULL, "t/a.t", "t/a.t", "t/a.t"));
	CHECK(id_is(NULL, "./t//.//a.t", "t/a.t", "t/a.t"));
	CHECK(id_is(NULL, "a", "a", "./a"));
	CHECK(id_is(NULL, "/x//y/./z", "/x/y/z", "/x/y/z"));
	CHECK(id_is(top, "./t/a.t", "t/a.t", "t/a.t"));
	CHECK(id_is(top, "t/../t/a.t", "t/a.t", "t/../t/a.t"));
	CHECK(id_is("/nowhere", "t/a.t", "t/a.t", "t/a.t"));
	CHECK(id_is(top, "missing/a.t", "missing/a.t", "missing/a.t"));
	snprintf(inside, sizeof(inside), "%s/t", top);
	CHECK(id_is(inside, "t/a.t", "a.t", "t/a.t"));
	snprintf(inside, sizeof(inside), "%s/t/a.t", top);
	CHECK(id_is(top, inside, "t/a.t", inside));
	CHECK(id_is("/", "t/a.t", inside + 1, "t/a.t"));

	struct script_options options = {.root = "/suite"};
	struct script script;
	script_of_id(&script, &options, "t/a.t");
	CHECK(strcmp(script.id, "t/a.t") == 0 && strcmp(script.path, "/suite/t/a.t") == 0);
	script_clear(&script);
}

static void
check_commands(void)
{
	struct script_options options = {0};
	file_with("t/perl", "#!perl -T -w\n", 0644);
	file_with("t/perl5", "#!/no/such/bin/perl5.36.0 -w\r\n", 0644);
	file_with("t/envperl", "#! /usr/bin/env perl\n", 0755);
	file_with("t/sh", "#!/bin/sh  -e -u \n", 0644);
	file_with("t/python", "#!/usr/bin/env python3\n", 0755);
	file_with("t/a.t", "use Test::More;\n", 0644);
	file_with("t/a.bats", "@test x { true; }\n", 0644);
	file_with("t/a.sh", "true\n", 0644);
	file_with("t/plain", "true\n", 0644);
	file_with("t/exec", "true\n", 0755);
	CHECK(run_by(&options, "t/perl", "perl -T -w t/perl"));
	CHECK(run_by(&options, "t/perl5", "perl -w t/perl5"));
	CHECK(run_by(&options, "t/envperl", "perl t/envperl"));
	CHECK(run_by(&options, "t/sh", "/bin/sh -e -u t/sh"));
	CHECK(run_by(&options, "t/python", "/usr/bin/env python3 t/python"));
	CHECK(run_by(&options, "t/a.t", "perl t/a.t"));
	CHECK(run_by(&options, "t/a.bats", "bats --tap --timing t/a.bats"));
	CHECK(run_by(&options, "t/a.sh", "sh t/a.sh"));
	CHECK(run_by(&options, "t/exec", "t/exec"));
	CHECK(run_by(&options, "t/plain", "!not executable, and it has no #! line"));
	CHECK(run_by(&options, "t", "!Is a directory"));
	CHECK(run_by(&options, "t/none", "!No such file or directory"));
	CHECK(run_by(&options, "/dev/null", "!not a regular file"));

	string_list_add(&options.libraries, "lib");
	CHECK(run_by(&options, "t/perl", "perl -T -w -Ilib t/perl"));
	CHECK(run_by(&options, "t/a.t", "perl -Ilib t/a.t"));
	CHECK(run_by(&options, "t/sh", "/bin/sh -e -u t/sh"));
	options.interpreter = "node --flag 'a b'";
	CHECK(run_by(&options, "t/plain", "node --flag a b t/plain"));
	options.interpreter = "";
	CHECK(run_by(&options, "t/plain", "!-e '': is empty"));
	string_list_clear(&options.libraries);
}

int
main(void)
{
	char top[] = "/tmp/script-XXXXXX", real[PATH_MAX];
	if (!mkdtemp(top) || chdir(top) < 0 || !realpath(".", real) || mkdir("t", 0755) < 0)
		return 1;
	check_ids(real);
	check_commands();
	char remove[64];
	snprintf(remove, sizeof(remove), "rm -r %s", top);
	return system(remove) ? 1 : check_done();
}
