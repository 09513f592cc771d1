/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* The plan: scripts that are found, listed, or known from earlier runs, their order, and why others
 * are left out. */
#include "plan.h"
#include "check.h"
#include "count_fds.h"
#include "fault.h"
#include "messages.h"

#include <fcntl.h>
#include <poll.h>
#include <subunit2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct plan plan;
static struct plan_options options;
static struct script_options scripts;
static struct regex_filter ids;
static unsigned polls;

/* In place of libc's function: fails if the test asks for it. */
ssize_t
read(int fd, void *bytes, size_t len)
{
	return fault_hits("read") ? -1 : syscall(SYS_read, fd, bytes, len);
}

int
poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct timespec none = {0};
	polls += count == 1 && timeout_ms == -1;
	return (int)syscall(SYS_ppoll, fds, count, timeout_ms < 0 ? NULL : &none, NULL, 0);
}

static void
shell(const char *command)
{
	if (system(command) != 0)
		exit(99);
}

/* Options that choose all scripts. */
static void
reset(void)
{
	regex_filter_clear(&ids);
	options = (struct plan_options){.scripts = &scripts, .ids = &ids};
}

/* Makes the plan of PATHS, which blanks divide. */
static bool
make(const char *paths)
{
	char *copy = strdup(paths);
	const char *words[8] = {NULL};
	size_t count = 0;
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	bool made = plan_make(&plan, &options, words);
	free(copy);
	return made;
}

/* Returns true if the plan is the scripts EXPECTED, with subtests in brackets. */
static bool
holds(const char *expected)
{
	char text[1024] = "";
	for (size_t i = 0; i < plan.selection.count; i++) {
		const struct choice *choice = &plan.selection.choices[i];
		strcat(strcat(text, i ? " " : ""), plan.suite.scripts[choice->script].id);
		for (size_t j = 0; j < choice->subtests.count; j++)
			strcat(strcat(strcat(text, "["), choice->subtests.items[j]), "]");
	}
	if (strcmp(text, expected) != 0)
		printf("# plan: %s\n", text);
	return strcmp(text, expected) == 0;
}

/* Returns true if tests may be missing for the reasons LOST, a line each. */
static bool
lacks(const char *lost)
{
	char text[1024] = "";
	for (size_t i = 0; i < plan.lost.count; i++)
		strcat(strcat(text, plan.lost.items[i]), "\n");
	if (strcmp(text, lost) != 0)
		printf("# lost: %s\n", text);
	return strcmp(text, lost) == 0;
}

/* Returns true if PATHS give the scripts EXPECTED, without a message. */
static bool
gives(const char *paths, const char *expected)
{
	bool good = make(paths) && holds(expected) && lacks("") && messages_are("");
	plan_clear(&plan);
	return good;
}

static bool
explains(const char *paths, const char *expected)
{
	make(paths);
	plan_explain(&plan);
	bool good = messages_are(expected);
	plan_clear(&plan);
	return good;
}

static void
check_places(void)
{
	reset();
	CHECK(gives("", "t/1.t t/2.t t/3.t t/4.t tests/a.t"));
	CHECK(gives("tests t/3.t", "tests/a.t t/3.t"));
	options.recurse = true;
	CHECK(gives("tests", "tests/a.t tests/below/b.t"));
	CHECK(gives("", "t/1.t t/2.t t/3.t t/4.t tests/a.t tests/below/b.t"));
	options.asked_later = true;
	CHECK(gives("", ""));
	CHECK(gives("t/1.t", "t/1.t"));
	CHECK(make("tests t/1.t") && plan.places.count == 2 &&
	      !strcmp(plan.places.items[0], "tests") && !strcmp(plan.places.items[1], "t/1.t"));
	plan_clear(&plan);
	reset();
	options.only = "t/2.t::one";
	ids = (struct regex_filter){0};
	CHECK_NAMED("one test is all, even in a folder that was named",
	            gives("t", "t/2.t[t/2.t::one]"));
}

/* A name of a program that is no script. */
static void
check_hint(void)
{
	static const char hint[] =
		"tool is no script here; to run a command, use: subunit2 wrap -- tool\n";
	char *path = strdup(getenv("PATH"));
	reset();
	setenv("PATH", "none:bin:more/bin", 1);
	CHECK(make("tool") && messages_are(hint));
	plan_clear(&plan);
	setenv("PATH", "more/bin", 1);
	CHECK(make("tool") && messages_are(hint));
	plan_clear(&plan);
	CHECK_NAMED("a program is one only with its execute bit", gives("data", "data"));
	CHECK_NAMED("an empty name is no program",
	            plan_make(&plan, &options, (const char *[]){"", NULL}) && messages_are(""));
	plan_clear(&plan);
	CHECK(gives("./tool", "tool"));
	CHECK(gives("no-tool", "no-tool"));
	fclose(fopen("tool", "w"));
	CHECK_NAMED("a script that is there needs no hint", gives("tool", "tool"));
	unlink("tool");
	unsetenv("PATH");
	CHECK(gives("tool", "tool"));
	setenv("PATH", path, 1);
	free(path);
}

/* Standard input is the file PATH. */
static void
use_stdin(const char *path)
{
	int fd = open(path, O_RDONLY);
	dup2(fd, STDIN_FILENO);
	close(fd);
}

static void
check_lists(void)
{
	int fds = count_fds();
	reset();
	options.load_list = "list";
	shell("printf 't/3.t\\nt/1.t::x\\n' >list");
	CHECK(gives("t", "t/3.t t/1.t[t/1.t::x]"));
	options.keeps_order = true;
	CHECK(gives("t", "t/1.t[t/1.t::x] t/3.t"));
	options.keeps_order = false;
	use_stdin("list");
	options.load_list = "-";
	CHECK(gives("t", "t/3.t t/1.t[t/1.t::x]"));
	CHECK_NAMED("standard input stays open", fcntl(STDIN_FILENO, F_GETFD) >= 0);
	options.load_list = "/dev/null";
	CHECK(gives("t", ""));
	options.load_list = "no-list";
	CHECK(!make("t") && lacks("no-list: No such file or directory\n") &&
	      messages_are("no-list: No such file or directory\n"));
	plan_clear(&plan);
	CHECK_NAMED("each file is closed", count_fds() == fds);
}

static void
check_long_lists(void)
{
	reset();
	options.load_list = "long";
	shell("for i in $(seq 1000); do printf 't/%05d.t\\n' $i; done >long");
	CHECK(make("t") && plan.selection.count == 1000 && plan.suite.count == 1004);
	plan_clear(&plan);
	shell("head -c 4096 long >exact");
	options.load_list = "exact";
	CHECK_NAMED("a list may be as long as the first piece",
	            make("t") && plan.selection.count == 410);
	plan_clear(&plan);
	options.load_list = "two-pieces";
	shell("cp list two-pieces && head -c 4090 /dev/zero | tr '\\0' '\\n' >>two-pieces && "
	      "printf x >>two-pieces");
	CHECK_NAMED("the last piece may be a byte", gives("t", "t/3.t t/1.t[t/1.t::x] x"));
}

static void
check_failing_reads(void)
{
	reset();
	options.load_list = "list";
	fault_arm("read", EINTR, 0, 2);
	CHECK(gives("t", "t/3.t t/1.t[t/1.t::x]") && fault_disarm() == 2 && polls == 0);
	fault_arm("read", EAGAIN, 0, 2);
	CHECK(gives("t", "t/3.t t/1.t[t/1.t::x]") && fault_disarm() == 2 && polls == 2);
	fault_arm("read", EIO, 0, 1);
	CHECK(!make("t") && lacks("list: Input/output error\n") &&
	      messages_are("list: Input/output error\n"));
	plan_clear(&plan);
	fault_arm("read", EIO, 1, 1);
	CHECK_NAMED("half a list is none", !make("t") && lacks("list: Input/output error\n") &&
	                                           messages_are("list: Input/output error\n"));
	fault_disarm();
	plan_clear(&plan);
}

static void
check_patterns(void)
{
	char reason[REGEX_REASON_SIZE];
	reset();
	regex_list_add(&ids.match, "t/[12]", reason);
	CHECK(gives("t", "t/1.t t/2.t"));
	regex_list_add(&ids.match, "t/3", reason);
	regex_list_add(&ids.exclude, "2|9", reason);
	regex_list_add(&ids.exclude, "[13]", reason);
	CHECK(gives("t", ""));
	CHECK(make("t") && plan.unmatched == 1 && plan.excluded[0] == 1 && plan.excluded[1] == 2);
	plan_clear(&plan);
	CHECK(explains("t", "there is no test to run\n"
	                    "1 test was left out by --match=t/[12] --match=t/3\n"
	                    "1 test was left out by --exclude=2|9\n"
	                    "2 tests were left out by --exclude=[13]\n"));
	reset();
	regex_list_add(&ids.match, "x", reason);
	regex_list_add(&ids.exclude, "x", reason);
	CHECK(explains("t", "there is no test to run\n4 tests were left out by --match=x\n"));
}

static void
check_explanations(void)
{
	reset();
	CHECK(explains("t", ""));
	CHECK(explains("empty more",
	               "there is no test to run: looked for *.t, *.bats, and *.sh and "
	               "test* with the execute bit, in empty, more\n"
	               "more/bin: left out: a folder in a folder needs -r\n"));
	CHECK(explains("tests", "tests/run.sh: left out: no execute bit\n"
	                        "tests/below: left out: a folder in a folder needs -r\n"));
	CHECK(make("") && chdir("empty") == 0);
	plan_clear(&plan);
	CHECK(explains("", "there is no test to run: no script was named, and there is no folder t "
	                   "or tests\n") &&
	      chdir("..") == 0);
	CHECK(chdir("usual") == 0);
	CHECK(explains("",
	               "there is no test to run: looked for *.t, *.bats, and *.sh and test* with "
	               "the execute bit, in t\n"));
	CHECK(chdir("..") == 0);
	options.load_list = "/dev/null";
	CHECK(explains("t", "there is no test to run: /dev/null names none\n"));
	options.load_list = "one";
	shell("printf 't/1.t\\n' >one");
	CHECK_NAMED("if a test is left, folders do not matter", explains("t more", ""));
	reset();
	options.shard = 1;
	options.shards = 2;
	CHECK(explains("t/1.t", "there is no test to run\n1 test is in other shards\n") !=
	      explains("t/2.t", "there is no test to run\n1 test is in other shards\n"));
}

/* Adds the start of a test to FILE at the second START, and its end unless STATUS is NONE. */
static void
add_test(FILE *file, const char *id, int start, int end, enum subunit2_status status)
{
	struct subunit2_event event = {
		.test_id = subunit2_view_of(id),
		.status = SUBUNIT2_STATUS_INPROGRESS,
		.runnable = true,
		.has_timestamp = true,
		.timestamp.sec = start,
	};
	char bytes[256];
	size_t len;
	for (int i = 0; i < 2 && event.status != SUBUNIT2_STATUS_NONE; i++) {
		if (subunit2_packet_encode(&event, bytes, sizeof(bytes), &len, NULL) !=
		    SUBUNIT2_E_OK)
			exit(98);
		fwrite(bytes, 1, len, file);
		event.status = status;
		event.timestamp.sec = end;
	}
}

/* t/2.t took 1 s, t/4.t 3 s, t/3.t 9 s; t/1.t is new. t/2.t and t/3.t are bad. */
static void
write_run(const char *path)
{
	FILE *file = fopen(path, "w");
	add_test(file, "t/2.t", 10, 11, SUBUNIT2_STATUS_FAIL);
	add_test(file, "t/4.t", 11, 14, SUBUNIT2_STATUS_SUCCESS);
	add_test(file, "t/3.t", 14, 23, SUBUNIT2_STATUS_UXSUCCESS);
	fclose(file);
}

static void
check_rerun(void)
{
	reset();
	write_run("run");
	options.rerun = "run";
	CHECK(gives("t", "t/2.t t/3.t"));
	FILE *file = fopen("run", "a");
	add_test(file, "t/1.t::x", 30, 0, SUBUNIT2_STATUS_NONE);
	add_test(file, "subunit.input", 30, 31, SUBUNIT2_STATUS_FAIL);
	fclose(file);
	CHECK(make("t") && holds("t/2.t t/3.t t/1.t[t/1.t::x]") &&
	      lacks("run: the stream is damaged, and tests may be missing\n") &&
	      messages_are("run: the stream is damaged, and tests may be missing\n"));
	plan_clear(&plan);
	shell("mkdir -p runs && cp run runs/0");
	write_run("runs/1");
	options.rerun = "runs";
	CHECK_NAMED("the last run of a folder decides",
	            make("t") && holds("t/2.t t/3.t t/1.t[t/1.t::x]") && lacks(""));
	messages_are("");
	plan_clear(&plan);
	options.rerun = "list";
	CHECK_NAMED("a text is no run",
	            !make("t") &&
	                    lacks("list: cannot be read to its end, and tests may be missing\n"));
	messages_are("");
	plan_clear(&plan);
	options.rerun = "none";
	CHECK(!make("t") && lacks("none: cannot be read to its end, and tests may be missing\n") &&
	      messages_are("none: No such file or directory\n"));
	plan_clear(&plan);
	options.rerun = "empty";
	CHECK(!make("t") && lacks("empty: cannot be read to its end, and tests may be missing\n"));
	messages_are("");
	plan_clear(&plan);
	shell("mkdir -p half && cp runs/1 half/0 && ln -s gone half/1.subunit");
	options.rerun = "half";
	CHECK(make("t") && holds("t/2.t t/3.t") &&
	      lacks("half: cannot be read to its end, and tests may be missing\n"));
	plan_clear(&plan);
	messages_are("");
}

static void
check_orders(void)
{
	reset();
	write_run("run");
	options.times = "run";
	CHECK(gives("t", "t/3.t t/1.t t/4.t t/2.t"));
	CHECK(make("t") && plan.selection.choices[0].expected_ns == 9000000000 &&
	      plan.selection.choices[0].longest_ns == 9000000000 &&
	      plan.selection.choices[0].failed && plan.selection.choices[1].expected_ns == -1 &&
	      plan.selection.choices[1].longest_ns == -1 && !plan.selection.choices[1].failed);
	plan_clear(&plan);
	options.order = PLAN_FAILED_FIRST;
	CHECK(gives("t", "t/3.t t/2.t t/1.t t/4.t"));
	options.order = PLAN_LISTED;
	CHECK(gives("t", "t/1.t t/2.t t/3.t t/4.t"));
	options.order = PLAN_SLOW_FIRST;
	options.shuffle = true;
	options.seed = 5;
	CHECK(make("t") && plan.selection.count == 4 && !holds("t/3.t t/1.t t/4.t t/2.t"));
	plan_clear(&plan);
	options.shuffle = false;
	options.shards = 2;
	options.shard = 1;
	CHECK(gives("t", "t/3.t"));
	CHECK(make("t") && plan.elsewhere == 3);
	plan_clear(&plan);
	options.shard = 2;
	CHECK(gives("t", "t/4.t t/1.t t/2.t"));
	reset();
	options.order = PLAN_FAILED_FIRST;
	CHECK_NAMED("without times the order is that of the suite",
	            gives("t/2.t t/1.t", "t/2.t t/1.t"));
	options.times = "none";
	CHECK(!make("t") && lacks("none: cannot be read to its end, and tests may be missing\n"));
	messages_are("");
	plan_clear(&plan);
}

int
main(void)
{
	char top[] = "/tmp/plan-XXXXXX", command[64];
	if (!mkdtemp(top) || chdir(top) < 0)
		return 1;
	shell("mkdir -p t tests/below usual/t empty bin more/bin && touch t/1.t t/2.t t/3.t t/4.t "
	      "tests/a.t "
	      "tests/below/b.t bin/data && printf '#!/bin/sh\\n' >bin/tool && "
	      "cp bin/tool tests/run.sh && chmod +x bin/tool && cp bin/tool more/bin");
	messages_begin();
	check_places();
	check_hint();
	check_lists();
	check_long_lists();
	check_failing_reads();
	check_patterns();
	check_explanations();
	check_rerun();
	check_orders();
	regex_filter_clear(&ids);
	snprintf(command, sizeof(command), "rm -r %s", top);
	return system(command) != 0 ? 1 : check_done();
}
