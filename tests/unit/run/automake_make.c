/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Commands that run make: where make changes to, whether it checks, and its makefile. */
#include "automake_make.h"
#include "check.h"
#include "messages.h"

#include "env.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORDS(...) ((char *const[]){__VA_ARGS__, NULL})

static char folder[] = "/tmp/subunit2-make-XXXXXX";

static void
check_is_make(void)
{
	CHECK(automake_make_is_make(WORDS("make")) && automake_make_is_make(WORDS("gmake", "-j")));
	CHECK(automake_make_is_make(WORDS("nice", "/usr/bin/make")));
	CHECK(!automake_make_is_make(WORDS("maker")) && !automake_make_is_make(WORDS("ake")));
	CHECK(!automake_make_is_make(WORDS("make/x")) && !automake_make_is_make(WORDS("sh")));
	CHECK(!automake_make_is_make((char *const[]){NULL}));
}

static void
check_is_check(void)
{
	CHECK(automake_make_is_check(WORDS("make", "check")));
	CHECK(automake_make_is_check(WORDS("make", "recheck")));
	CHECK(automake_make_is_check(WORDS("make", "distcheck")));
	CHECK(automake_make_is_check(WORDS("make", "installcheck")));
	CHECK(automake_make_is_check(WORDS("sh", "-c", "cd x && make check;")));
	CHECK(automake_make_is_check(WORDS("sh", "-c", "(make 'check')|cat")));
	CHECK(!automake_make_is_check(WORDS("make", "checks")));
	CHECK(!automake_make_is_check(WORDS("make", "chec")));
	CHECK(!automake_make_is_check(WORDS("make", "all", "x-check")));
	CHECK(!automake_make_is_check(WORDS("", " ;")));
}

/* Returns whether the make of ARGV changes to WANTED; NULL: it does not. */
static bool
changes_to(char *const *argv, const char *wanted)
{
	char *directory = automake_make_directory(argv);
	bool same = wanted ? directory && strcmp(directory, wanted) == 0 : !directory;
	if (!same)
		printf("# %s\n", directory ? directory : "NULL");
	free(directory);
	return same;
}

static void
check_directory(void)
{
	CHECK(changes_to(WORDS("make", "-C", "a"), "a"));
	CHECK(changes_to(WORDS("make", "-Ca"), "a") && changes_to(WORDS("make", "-kC", "a"), "a"));
	CHECK(changes_to(WORDS("make", "-kCa"), "a"));
	CHECK(changes_to(WORDS("make", "--directory=a"), "a"));
	CHECK(changes_to(WORDS("make", "--directory", "a"), "a"));
	CHECK(changes_to(WORDS("make", "-C", "a", "-C", "b"), "a/b"));
	CHECK(changes_to(WORDS("make", "-C", "a", "-C", "/b"), "/b"));
	CHECK(changes_to(WORDS("make", "check"), NULL));
	CHECK(changes_to(WORDS("make", "--directoryx", "a"), NULL));
	CHECK(changes_to(WORDS("make", "-j", "Ca"), NULL) && changes_to(WORDS("make", "-"), NULL));
	CHECK(changes_to(WORDS("make", "-fC", "a"), NULL) && changes_to(WORDS("make", "C"), NULL));
	CHECK(changes_to(WORDS("make", "-C"), NULL));
	CHECK_NAMED("options of another command do not count",
	            changes_to(WORDS("env", "-C", "a", "make", "check"), NULL) &&
	                    changes_to(WORDS("tar", "-C", "a"), NULL));
}

/* The makefile */

static void
write_makefile(const char *where, const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", folder, where);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%s/Makefile", folder, where);
	FILE *file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file) != 0)
		exit(99);
}

static struct string_list environment;
static char text[4096]; /* of the makefile */
static int makefile_fd;

static enum automake_make_driven
drive(const char *where, char *const *argv)
{
	char path[128];
	snprintf(path, sizeof(path), "%s%s%s", folder, *where ? "/" : "", where);
	enum automake_make_driven driven =
		automake_make_drive(&environment, argv, path, &makefile_fd);
	ssize_t len = pread(makefile_fd, text, sizeof(text) - 1, 0);
	text[len > 0 ? len : 0] = '\0';
	return driven;
}

static void
clear(void)
{
	string_list_clear(&environment);
	close(makefile_fd);
}

static bool
has(const char *name, const char *wanted)
{
	const char *value = env_get(&environment, name);
	return value && strcmp(value, wanted) == 0;
}

static void
check_drive(void)
{
	char self[64], wanted[160];
	write_makefile("a", "LOG_DRIVER = sh test-driver\n");
	write_makefile("b", "X = 1\n");
	CHECK(drive("a", WORDS("make", "check")) == AUTOMAKE_MAKE_DRIVEN);
	snprintf(self, sizeof(self), "/proc/%ld/fd/%d", (long)getpid(), makefile_fd);
	snprintf(wanted, sizeof(wanted), "%s: ;\n", self);
	CHECK(strncmp(text, wanted, strlen(wanted)) == 0);
	CHECK(strstr(text, "override LOG_DRIVER = /") && strstr(text, " automake-driver --from="));
	CHECK(has("MAKEFILES", self) && has("SUBUNIT2_MAKEFILE", self));
	snprintf(wanted, sizeof(wanted), "%s/a", folder);
	CHECK(has("SUBUNIT2_ROOT", wanted) && fcntl(makefile_fd, F_GETFD) & FD_CLOEXEC);
	clear();
	env_set(&environment, "MAKEFILES=x y");
	CHECK(drive("b", WORDS("make", "check")) == AUTOMAKE_MAKE_NO_MAKEFILE);
	snprintf(wanted, sizeof(wanted), "/proc/%ld/fd/%d x y", (long)getpid(), makefile_fd);
	CHECK(has("MAKEFILES", wanted) && !strstr(text, "override"));
	clear();
	CHECK(messages_are(""));
}

/* A make that changes into another folder is driven there. */
static void
check_outside(void)
{
	char wanted[160], absolute[160];
	CHECK(drive("b", WORDS("make", "-C", "../a")) == AUTOMAKE_MAKE_DRIVEN);
	snprintf(wanted, sizeof(wanted), "%s/a", folder);
	CHECK(has("SUBUNIT2_ROOT", wanted));
	clear();
	snprintf(absolute, sizeof(absolute), "-C%s/a", folder);
	CHECK(drive("b", WORDS("make", absolute)) == AUTOMAKE_MAKE_DRIVEN);
	CHECK(has("SUBUNIT2_ROOT", wanted));
	clear();
	write_makefile("ab", "LOG_DRIVER = sh test-driver\n");
	CHECK(drive("a", WORDS("make", "-C", "../ab")) == AUTOMAKE_MAKE_DRIVEN);
	snprintf(wanted, sizeof(wanted), "%s/ab", folder);
	CHECK_NAMED("a longer name is another folder", has("SUBUNIT2_ROOT", wanted));
	clear();
	CHECK(drive("", WORDS("make", "-C", "a")) == AUTOMAKE_MAKE_DRIVEN);
	CHECK_NAMED("within the folder, ids begin there", has("SUBUNIT2_ROOT", folder));
	clear();
	CHECK(drive("a", WORDS("make", "-C", "nonexistent")) == AUTOMAKE_MAKE_DRIVEN);
	snprintf(wanted, sizeof(wanted), "%s/a", folder);
	CHECK(has("SUBUNIT2_ROOT", wanted));
	clear();
	CHECK(messages_are(""));
}

static void
check_others(void)
{
	write_makefile("a", "LOG_DRIVER = own-driver\n");
	CHECK(drive("a", WORDS("make", "check")) == AUTOMAKE_MAKE_DRIVEN);
	char wanted[160];
	snprintf(wanted, sizeof(wanted),
	         "%s/a: LOG_DRIVER is not automake's, and is run unchanged: own-driver\n", folder);
	CHECK(messages_are(wanted));
	clear();
	setenv("TMPDIR", "/nonexistent", 1);
	CHECK(drive("a", WORDS("make", "check")) == AUTOMAKE_MAKE_FAILED && makefile_fd < 0);
	string_list_clear(&environment);
	unsetenv("TMPDIR");
}

int
main(void)
{
	static const char *const names[] = {"a", "b", "ab"};
	char path[128];
	messages_begin();
	if (!mkdtemp(folder))
		return 99;
	check_is_make();
	check_is_check();
	check_directory();
	check_drive();
	check_outside();
	check_others();
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s/Makefile", folder, names[i]);
		unlink(path);
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		rmdir(path);
	}
	rmdir(folder);
	return check_done();
}
