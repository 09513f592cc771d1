/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_overrides.h"

#include "check.h"
#include "memory_file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/overrides-XXXXXX";
static unsigned others;

static void
on_other(void *context, const char *where, const char *name, const char *value)
{
	(void)context, (void)where, (void)name, (void)value;
	others++;
}

/* Returns the makefile for a folder whose Makefile has TEXT; to be freed. */
static char *
overrides_for(const char *text)
{
	char path[64], *made = NULL;
	size_t len = 0;
	snprintf(path, sizeof(path), "%s/Makefile", folder);
	FILE *file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
	struct automake_overrides overrides = {
		.out = memory_file(&made, &len),
		.program = "DRIVE",
		.on_other = on_other,
	};
	others = 0;
	automake_overrides_add(&overrides, folder);
	fclose(overrides.out);
	return made;
}

/* The value by which each Makefile's variable is overridden, and whether its driver is unknown. */
static const struct {
	const char *makefile, *override;
	unsigned others;
} cases[] = {
	{"LOG_DRIVER = $(SHELL) $(top_srcdir)/build-aux/test-driver\n",
         "LOG_DRIVER = DRIVE --from=text", 0},
	{"TAP_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \\\n\t$(srcdir)/tap-driver.sh "
         "--merge\n",
         "TAP_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' DRIVE --from=tap --merge", 0},
	{"T_LOG_DRIVER = $(PERL) -w '$(srcdir)/tap-driver.pl' --comments --ignore-exit # old\n",
         "T_LOG_DRIVER = DRIVE --from=tap --comments --ignore-exit", 0},
	{"LOG_DRIVER = timeout 60 ../test-driver\n", "LOG_DRIVER = timeout 60 DRIVE --from=text",
         0},
	{"LOG_DRIVER = $(srcdir)/run test-driver\n", "LOG_DRIVER = $(srcdir)/run DRIVE --from=text",
         0},
	{"LOG_DRIVER = A=1 /bin/bash -e ./test-driver\n", "LOG_DRIVER = A=1 DRIVE --from=text", 0},
	{"D = $(SHELL) $(X)/tap-driver.sh\nX = ..\nLOG_DRIVER = $(D) --merge\n",
         "LOG_DRIVER = DRIVE --from=tap --merge", 0},
	{"LOG_DRIVER = sh a/test-driver\nLOG_DRIVER = sh b/tap-driver.sh\n",
         "LOG_DRIVER = DRIVE --from=tap", 0},
	{"LOG_DRIVER = sh a/tap-driver.sh\nLOG_DRIVER += --merge\n",
         "LOG_DRIVER = DRIVE --from=tap --merge", 0},
	{"SCM_LOG_DRIVER = $(GUILE) $(srcdir)/test-driver.scm\n",
         "SCM_LOG_DRIVER = DRIVE --around -- $(GUILE) $(srcdir)/test-driver.scm", 1},
	{"LOG_DRIVER = sh tap-driver.sh --own-word\n",
         "LOG_DRIVER = DRIVE --around -- sh tap-driver.sh --own-word", 1},
	{"LOG_DRIVER = sh tap-driver.sh\nAM_LOG_DRIVER_FLAGS = --comments --diagnostic-string "
         "'//'\n",
         "LOG_DRIVER = DRIVE --from=tap\n", 0},
	{"LOG_DRIVER = sh tap-driver.sh\nAM_LOG_DRIVER_FLAGS = --comments --own-option\n",
         "LOG_DRIVER = DRIVE --around -- sh tap-driver.sh\n", 1},
	{"check-TESTS: $(TESTS)\n",
         "TESTS_ENVIRONMENT =  DRIVE --serial --test-name=\"$$tst\" "
         "--xfail-tests='$(XFAIL_TESTS)' -- \n",
         0},
	{"check-TESTS:\nTESTS_ENVIRONMENT = A=1 \\\n  B='2 3' \\\n C=$(D)\n",
         "TESTS_ENVIRONMENT = A=1  B='2 3'  C=$(D) DRIVE --serial ", 0},
	{"check-TESTS:\nTESTS_ENVIRONMENT = . ./env; A=1 $(VARS) $(SHELL) -x\n",
         "--xfail-tests='$(XFAIL_TESTS)' -- env $(VARS) $(SHELL) -x\n", 0},
	{"check-TESTS:\nTESTS_ENVIRONMENT = cd x && A=\"$${A:-a b}\" valgrind\n",
         "TESTS_ENVIRONMENT = cd x && A=\"$${A:-a b}\"  DRIVE --serial ", 0},
	{"check-TESTS:\nTESTS_ENVIRONMENT = test -d x || A=1 y\n",
         "TESTS_ENVIRONMENT = test -d x || A=1  DRIVE --serial ", 0},
	/* The parallel harness has a driver, and keeps its environment. */
	{"check-TESTS:\nTESTS_ENVIRONMENT = A=1\nLOG_DRIVER = sh test-driver\n",
         "LOG_DRIVER = DRIVE --from=text", 0},
};

/* Only files with the name Makefile are read. */
static void
check_other_files(void)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/Makefile.in", folder);
	FILE *file = fopen(path, "w");
	fputs("LOG_DRIVER = sh test-driver\n", file);
	fclose(file);
	char *made = overrides_for("A = 1\n");
	CHECK(strstr(made, "LOG_DRIVER") == NULL);
	free(made);
	unlink(path);
}

int
main(void)
{
	char quoted[] = "'/a b/$$x\\#y' automake-driver", path[64];
	if (!mkdtemp(folder))
		return 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *made = overrides_for(cases[i].makefile);
		if (!CHECK_NAMED(cases[i].makefile, strstr(made, cases[i].override) != NULL))
			printf("# %s\n", strchr(made, '\n') + 1);
		CHECK(others == cases[i].others);
		CHECK(strstr(made, folder) != NULL);
		free(made);
	}
	char *made =
		overrides_for("check-TESTS:\nTESTS_ENVIRONMENT = A=1\nLOG_DRIVER = test-driver\n");
	CHECK(strstr(made, "TESTS_ENVIRONMENT") == NULL);
	CHECK(strstr(made, "ifeq ($(filter command override,$(origin LOG_DRIVER)),)\n") != NULL);
	free(made);
	made = overrides_for("LOG_COMPILER = sh\nMY_DRIVER = x\n");
	CHECK(strstr(made, "override ") == NULL);
	free(made);
	check_other_files();
	made = automake_overrides_quote((const char *[]){"/a b/$x#y", "automake-driver", NULL});
	CHECK(strcmp(made, quoted) == 0);
	free(made);
	snprintf(path, sizeof(path), "%s/Makefile", folder);
	unlink(path);
	rmdir(folder);
	return check_done();
}
