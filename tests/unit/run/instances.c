/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Instances that are listed, and those that a command provides. */
#include "instances.h"
#include "check.h"
#include "fault.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int
pipe2(int ends[2], int flags)
{
	return fault_hits("pipe2") ? -1 : (int)syscall(SYS_pipe2, ends, flags);
}

static struct instances instances;
static char text[512];

/* The names and their slots; or the problem, which it frees. */
static const char *
describe(char *problem)
{
	size_t len = 0;
	text[0] = '\0';
	for (size_t i = 0; !problem && i < instances.names.count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s*%u ",
		                        instances.names.items[i], instances_slots(&instances, i));
	if (problem)
		snprintf(text, sizeof(text), "%s", problem);
	free(problem);
	return text;
}

static bool
lists(const char *list, const char *expected)
{
	instances = (struct instances){0};
	bool same = strcmp(describe(instances_list(&instances, list)), expected) == 0;
	if (!same)
		printf("# %s\n", text);
	instances_clear(&instances);
	return same && !instances.names.count && !instances.slots;
}

static void
check_lists(void)
{
	CHECK(lists("a", "a*1 ") && lists("a,b*4, c", "a*1 b*4 c*1 "));
	CHECK(lists("a*1024", "a*1024 ") && lists("a*b*2", "a*b*2 "));
	CHECK(lists("a*1", "a*1 "));
	static const char *const bad[] = {"a*0", "a*1025", "a*", "*3", "a*x", "a*-1"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text),
		         "instance %s: after * stands a number of slots, from 1 to 1024", bad[i]);
		char *expected = strdup(text);
		CHECK_NAMED(bad[i], lists(bad[i], expected));
		free(expected);
	}
	CHECK(lists("b,a/b*2", "instance a/b*2: a name is a segment of a routing code, and has no "
	                       "\"/\""));
	CHECK(lists("", "names no instance") && lists(", ,", "names no instance"));
	CHECK(lists("/usr", "Is a directory"));
	CHECK_NAMED("a list with a comma is no file", lists("/,/", "instance /: a name is a "
	                                                           "segment of a routing code, and "
	                                                           "has no \"/\""));
	char path[] = "/tmp/subunit2-instances-XXXXXX";
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, "# hosts\none\n\ntwo*3\n", 19) != 19)
		exit(99);
	close(fd);
	CHECK(lists(path, "one*1 two*3 "));
	unlink(path);
}

static void
check_counts(void)
{
	describe(instances_list(&instances, "a*2,b,c*3"));
	CHECK(instances_all_slots(&instances) == 6 && !instances_repeated(&instances));
	instances_clear(&instances);
	describe(instances_list(&instances, "a,b*2,c,b"));
	CHECK(strcmp(instances_repeated(&instances), "b") == 0);
	instances_clear(&instances);
	describe(instances_list(&instances, "a,a"));
	CHECK(strcmp(instances_repeated(&instances), "a") == 0);
	instances_clear(&instances);
	CHECK(instances_all_slots(&instances) == 0 && !instances_repeated(&instances));
	string_list_add(&instances.names, "local");
	CHECK_NAMED("without slots, each has one", instances_all_slots(&instances) == 1);
	instances_clear(&instances);
}

static bool
provides(const char *command, const char *expected, int expected_signo)
{
	int signo = -1;
	instances = (struct instances){0};
	bool same = strcmp(describe(instances_provision(&instances, command, NULL, 3, &signo)),
	                   expected) == 0;
	if (!same)
		printf("# %s\n", text);
	char *problem = instances_end(&instances);
	return same && signo == expected_signo && !problem && !instances.names.count;
}

static void
check_provision(void)
{
	CHECK(provides("printf 'a b*2\\tc\\r\\nd'", "a*1 b*2 c*1 d*1 ", 0));
	CHECK(provides("echo $INSTANCE_COUNT:${INSTANCE_COUNT}x$INSTANCE_COUNT", "3:x3*1 ", 0));
	CHECK(provides("exit 4", "exit 4: exit status 4", 0));
	CHECK(provides("echo a; exit 4", "echo a; exit 4: exit status 4", 0));
	CHECK(provides("kill -9 $$", "kill -9 $$: died of signal 9", 0));
	CHECK(provides(":", ":: printed no instance", 0));
	fault_arm("pipe2", EMFILE, 0, 9);
	CHECK(provides("echo a", "echo a: Too many open files", 0));
	fault_disarm();
	CHECK(provides("echo a*0", "instance a*0: after * stands a number of slots, from 1 to 1024",
	               0));
	CHECK(provides("kill -TERM $PPID; exec sleep 1000",
	               "kill -TERM $PPID; exec sleep 1000: died of signal 15", SIGTERM));
}

/* Provides NAMES, and ends them by DISPOSE. */
static const char *
end_with(const char *names, const char *dispose)
{
	int signo;
	instances = (struct instances){0};
	free(instances_provision(&instances, names, dispose, 1, &signo));
	char *problem = instances_end(&instances);
	snprintf(text, sizeof(text), "%s", problem ? problem : "");
	free(problem);
	return text;
}

static void
check_end(void)
{
	CHECK(strcmp(end_with("echo a b", "[ \"$INSTANCE_IDS\" = 'a b' ]"), "") == 0);
	CHECK_NAMED("names are quoted for the shell",
	            strcmp(end_with("echo '$(c)'", "set -- $INSTANCE_IDS; [ $1 = \"\\$(c)\" ]"),
	                   "") == 0);
	CHECK(strcmp(end_with("echo a", "exit 5"), "exit 5: exit status 5") == 0);
	CHECK(strcmp(end_with("echo a; exit 1", "exit 6"), "exit 6: exit status 6") == 0);
	CHECK_NAMED("no command runs for no instance", strcmp(end_with(":", "exit 7"), "") == 0);
	CHECK(!instances.names.count && !instances.slots);
}

int
main(void)
{
	signal(SIGTERM, SIG_DFL);
	check_lists();
	check_counts();
	check_provision();
	check_end();
	return check_done();
}
