/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Scripts: their ids and the commands that run them. */
#include "script.h"
#include "check.h"
#include "count_fds.h"
#include "fault.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In place of libc's function: fails if the test asks for it. */
int
open(const char *path, int flags, ...)
{
	va_list args;
	va_start(args, flags);
	mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
	va_end(args);
	return fault_hits("open") ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

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
	CHECK(id_is(NULL, "t/a\xff", "t/a\\xff", "t/a\xff"));
	CHECK(id_is(NULL, "t/a\\xff", "t/a\\x5cxff", "t/a\\xff"));
	CHECK(id_is(NULL, "t/a\\\\x5cxf", "t/a\\\\x5cx5cxf", "t/a\\\\x5cxf"));
	CHECK(id_is(NULL, "t/\\a\\x0", "t/\\a\\x0", "t/\\a\\x0"));
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
	CHECK(id_is("/", "/none.t", "none.t", "/none.t"));
	CHECK(id_is("/tmq", "t/a.t", "t/a.t", "t/a.t"));
}

/* Returns true if the script ID, in the suite at ROOT, is the file PATH. */
static bool
path_is(const char *root, const char *id, const char *path)
{
	struct script_options options = {.root = root};
	struct script script;
	script_of_id(&script, &options, id);
	bool good = strcmp(script.id, id) == 0 && strcmp(script.path, path) == 0 && !script.problem;
	if (!good)
		printf("# %s: id %s, path %s\n", id, script.id, script.path);
	script_clear(&script);
	return good && !script.id && !script.path;
}

static void
check_paths(void)
{
	CHECK(path_is("/suite", "t/a.t", "/suite/t/a.t"));
	CHECK(path_is("/suite", "/t/a.t", "/t/a.t"));
	CHECK(path_is(NULL, "t//a.t", "t/a.t"));
	CHECK(path_is(NULL, "a.t", "./a.t"));
	file_with("t/\001a", "", 0644);
	file_with("t/\\x01\\xff", "", 0644);
	file_with("t/\x01\xff", "", 0644);
	file_with("t/\xf9\\x", "", 0644);
	CHECK_NAMED("an escape stands for a byte", path_is(NULL, "t/\\x01a", "t/\001a"));
	CHECK(path_is(NULL, "t/\\xf9\\x", "t/\xf9\\x"));
	CHECK_NAMED("an escape comes before a file of that very name",
	            path_is(NULL, "t/\\x01\\xff", "t/\x01\xff"));
	unlink("t/\x01\xff");
	CHECK(path_is(NULL, "t/\\x01\\xff", "t/\\x01\\xff"));
	CHECK_NAMED("an escaped backslash begins no escape",
	            path_is(NULL, "t/\\x5cx01\\x5cxff", "t/\\x01\\xff"));
	CHECK(path_is(NULL, "t/\\x02", "t/\\x02"));
	CHECK(path_is(NULL, "t/\\x1", "t/\\x1"));
	CHECK(path_is(NULL, "t/\\y01a", "t/\\y01a"));
	CHECK(path_is(NULL, "t/xx01a", "t/xx01a"));
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

/* Interpreters that are there, binaries, and files that cannot be opened. */
static void
check_files(const char *top)
{
	struct script_options options = {0};
	char line[300], words[512];
	int fds = count_fds();
	file_with("perl", "", 0755);
	file_with("perl5", "", 0644);
	snprintf(line, sizeof(line), "#!%s/perl -w\n", top);
	file_with("t/own", line, 0644);
	snprintf(words, sizeof(words), "%s/perl -w t/own", top);
	CHECK(run_by(&options, "t/own", words));
	snprintf(line, sizeof(line), "#!%s/perl5\n", top);
	file_with("t/own", line, 0644);
	CHECK(run_by(&options, "t/own", "perl t/own"));
	file_with("t/own", "#!t/../perl\n", 0644);
	CHECK_NAMED("a relative path is not that of perl", run_by(&options, "t/own", "perl t/own"));
	file_with("t/env", "#!/usr/bin/env\n", 0644);
	CHECK(run_by(&options, "t/env", "/usr/bin/env t/env"));
	memset(line, 'x', sizeof(line));
	memcpy(line, "#!/", 3);
	line[299] = '\0';
	file_with("t/long", line, 0755);
	snprintf(words, sizeof(words), "%.253s t/long", line + 2);
	CHECK_NAMED("the kernel's limit is that of the line", run_by(&options, "t/long", words));
	file_with("t/text.t", "1;\n", 0755);
	CHECK(run_by(&options, "t/text.t", "perl t/text.t"));
	file_with("t/empty.t", "", 0755);
	CHECK(run_by(&options, "t/empty.t", "perl t/empty.t"));
	FILE *file = fopen("t/empty.t", "w");
	putc('\0', file);
	fclose(file);
	CHECK_NAMED("an executable binary runs itself", run_by(&options, "t/empty.t", "t/empty.t"));
	chmod("t/empty.t", 0644);
	CHECK(run_by(&options, "t/empty.t", "perl t/empty.t"));
	fault_arm("open", EACCES, 0, 1);
	CHECK(run_by(&options, "t/empty.t", "!Permission denied"));
	fault_arm("open", EACCES, 0, 1);
	CHECK_NAMED("a program need not be readable", run_by(&options, "t/exec", "t/exec"));
	fault_disarm();
	CHECK(count_fds() == fds);
}

static bool
is_t(const char *first, const char *second, const char *third)
{
	char *argv[] = {(char *)first, (char *)second, (char *)third, NULL};
	return script_is_t(argv);
}

static void
check_endings(void)
{
	CHECK(script_has_ending("x.sh", ".sh") && !script_has_ending(".sh", ".sh") &&
	      !script_has_ending("x.sh ", ".sh") && !script_has_ending("h", ".sh"));
	CHECK(is_t("a.t", NULL, NULL) && is_t("t/a.t", "b", NULL));
	CHECK(!is_t("prog", "a.t", NULL) && !is_t("a.sh", NULL, NULL));
	CHECK(is_t("perl", "a.t", NULL) && is_t("/usr/bin/perl", "-w", "t/a.t"));
	CHECK(is_t("raku", "a.t", NULL) && is_t("env", "a.t", NULL));
	CHECK(!is_t("perl", "a.sh", "b.t") && !is_t("perl", "a.sh", NULL));
	CHECK(!is_t("perl", NULL, NULL) && !is_t("perl", "-w", NULL));
}

int
main(void)
{
	char top[] = "/tmp/script-XXXXXX", real[PATH_MAX];
	if (!mkdtemp(top) || chdir(top) < 0 || !realpath(".", real) || mkdir("t", 0755) < 0)
		return 1;
	check_ids(real);
	check_paths();
	check_commands();
	check_files(top);
	check_endings();
	char remove[64];
	snprintf(remove, sizeof(remove), "rm -r %s", top);
	return system(remove) ? 1 : check_done();
}
