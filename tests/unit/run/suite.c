/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The suite: the scripts of a directory, and the search for ids. */
#include "suite.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	snprintf(command, sizeof(command), "rm -r %s", top);
	return system(command) != 0 ? 1 : check_done();
}
