/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The suite: the scripts of a directory, and the search for ids. */
#include "suite.h"
#include "check.h"
#include "count_fds.h"
#include "fault.h"
#include "messages.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In place of libc's function: fails if the test asks for it. */
int
scandir(const char *restrict path, struct dirent ***restrict entries,
        int (*keep)(const struct dirent *),
        int (*compare)(const struct dirent **, const struct dirent **))
{
	int (*real)(const char *, struct dirent ***, int (*)(const struct dirent *),
	            int (*)(const struct dirent **, const struct dirent **));
	return fault_find("scandir", &real) ? -1 : real(path, entries, keep, compare);
}

static bool
gives(const char *path, bool recurse, const char *ids)
{
	struct suite suite = {0};
	struct script_options options = {0};
	char joined[512] = "";
	suite_add_path(&suite, &options, path, recurse);
	suite_add_path(&suite, &options, path, recurse);
	for (size_t i = 0; i < suite.count; i++) {
		strcat(joined, i ? " " : "");
		strcat(joined, suite.scripts[i].id);
	}
	suite_clear(&suite);
	if (strcmp(joined, ids) != 0)
		printf("# %s\n", joined);
	return strcmp(joined, ids) == 0;
}

static void
check_find(void)
{
	struct suite suite = {0};
	struct script_options options = {0};
	char id[32];
	bool all = true;
	for (int i = 0; i < 1000; i++) {
		snprintf(id, sizeof(id), "t/%d.t", i);
		suite_add_id(&suite, &options, id);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(id, sizeof(id), "t/%d.t::sub", i);
		all = all && suite_find(&suite, id, strlen(id) - 5) == i;
	}
	CHECK_NAMED("each of a thousand ids is found", all);
	CHECK(suite_find(&suite, "t/1", 3) == -1);
	CHECK(suite_find(&suite, "", 0) == -1);
	suite_clear(&suite);
	CHECK(!suite.scripts && !suite.count);
}

/* Returns true if the list is TEXT, divided by blanks, in any order. */
static bool
lists(const struct string_list *list, const char *text)
{
	char joined[512] = "";
	for (size_t i = 0; i < list->count; i++)
		strcat(strcat(joined, i ? " " : ""), list->items[i]);
	if (strcmp(joined, text) != 0)
		printf("# %s\n", joined);
	return strcmp(joined, text) == 0;
}

/* Entries of a folder that are no scripts, and why. */
static void
check_left_out(void)
{
	struct suite suite = {0};
	struct script_options options = {0};
	int fds = count_fds();
	CHECK(system("mkdir -p u/with u/without u/hidden u/empty && cd u && "
	             "printf '#!/bin/sh\\n' >c.sh && cp c.sh test_it && cp c.sh test.txt && "
	             "cp c.sh other && printf x >testx && printf '#' >short.sh && touch empty.sh "
	             "&& "
	             "cp c.sh test.bak && cp c.sh test.orig && cp c.sh test~ && "
	             "chmod +x test.bak test.orig test~ && mkfifo pipe.t test.pipe && "
	             "touch with/x.t with/y without/test hidden/.x.t && ln -s with link") == 0);
	suite_add_path(&suite, &options, "u", false);
	CHECK(suite.count == 0 && lists(&suite.not_executable, "u/c.sh u/test_it") &&
	      lists(&suite.unsearched_with_scripts, "u/link u/with") &&
	      lists(&suite.unsearched, "u/empty u/hidden u/without"));
	suite_clear(&suite);
	CHECK(gives("u/empty", false, ""));
	CHECK(gives("u", true, "u/with/x.t"));
	CHECK_NAMED("each file is closed", count_fds() == fds && messages_are(""));
}

/* Returns true if PATH gives one script, ID, which cannot be run because of PROBLEM, and the
 * message EXPECTED. */
static bool
fails(const char *path, const char *id, const char *problem, const char *expected)
{
	struct suite suite = {0};
	struct script_options options = {0};
	suite_add_path(&suite, &options, path, false);
	bool good = suite.count == 1 && strcmp(suite.scripts[0].id, id) == 0 &&
	            (problem ? suite.scripts[0].problem &&
	                               strcmp(suite.scripts[0].problem, problem) == 0
	                     : !suite.scripts[0].problem);
	if (suite.count > 0 && !good)
		printf("# %s: %s\n", suite.scripts[0].id, suite.scripts[0].problem);
	suite_clear(&suite);
	return messages_are(expected) && good;
}

static void
check_problems(void)
{
	CHECK(fails("t/plain", "t/plain", NULL, ""));
	CHECK(fails("t/none", "t/none", NULL, ""));
	CHECK(fails("t/plain/x", "t/plain/x", "Not a directory", ""));
	CHECK(system("mkdir v && ln -s none v/gone.t && ln -s none v/gone") == 0);
	CHECK(fails("v", "v/gone.t", "No such file or directory",
	            "v/gone: No such file or directory\n"));
	CHECK(system("mkdir w && touch w/a.t") == 0 && fails("w", "w/a.t", NULL, ""));
	fault_arm("scandir", EMFILE, 0, 1);
	CHECK_NAMED("a folder that cannot be read fails",
	            fails("w", "w", "Too many open files", "") && fault_disarm() == 1);
}

int
main(void)
{
	char top[] = "/tmp/suite-XXXXXX", command[1024];
	if (!mkdtemp(top))
		return 1;
	snprintf(command, sizeof(command),
	         "cd %s && mkdir -p t/sub t/.hidden && touch t/b.t t/a.t t/c.bats t/plain t/d.sh "
	         "t/test_no t/b.t~ t/.x.t t/sub/s.t t/.hidden/h.t && echo x >t/run.sh && "
	         "cp t/run.sh t/test-it && chmod +x t/run.sh t/test-it t/plain && ln -s .. t/up",
	         top);
	if (system(command) != 0 || chdir(top) < 0)
		return 1;
	CHECK(gives("t", false, "t/a.t t/b.t t/c.bats t/run.sh t/test-it"));
	CHECK(gives("./t/", true, "t/a.t t/b.t t/c.bats t/run.sh t/sub/s.t t/test-it"));
	CHECK(gives("t/plain", false, "t/plain"));
	CHECK(gives("t/none", false, "t/none"));
	check_find();
	messages_begin();
	check_left_out();
	check_problems();
	snprintf(command, sizeof(command), "rm -r %s", top);
	return system(command) != 0 ? 1 : check_done();
}
