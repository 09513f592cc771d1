/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/* Templates of executors: where a value may stand, and the command that runs there. */
#include "executor.h"
#include "check.h"

#include "job_options.h"

#include <stdlib.h>
#include <string.h>

static char text[8192]; /* the words of a list, each in brackets; or a problem */

static const char *
join(const struct string_list *list)
{
	size_t len = 0;
	text[0] = '\0';
	for (size_t i = 0; i < list->count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "[%s]", list->items[i]);
	return text;
}

/* Expands TEMPLATE. Returns the words, or "refused". */
static const char *
expand(const char *template, bool worker, const struct executor_values *values)
{
	struct executor executor;
	struct string_list remote = {0}, argv = {0};
	string_list_add(&remote, "run");
	string_list_add(&remote, "it's");
	const char *problem = executor_parse(&executor, template, worker);
	char *refused =
		problem ? NULL : executor_expand(&executor, values, worker ? NULL : &remote, &argv);
	join(&argv);
	if (refused)
		snprintf(text, sizeof(text), "%s", refused);
	free(refused);
	string_list_clear(&remote);
	string_list_clear(&argv);
	executor_clear(&executor);
	return problem ? problem : text;
}

static struct executor_values
values_of(const char *id)
{
	return (struct executor_values){
		.id = id, .instance = "host", .slot = 3, .attempt = 2, .slots = 5};
}

static bool
becomes(const char *template, const char *id, const char *expected)
{
	const struct executor_values values = values_of(id);
	const char *got = expand(template, false, &values);
	bool same = strcmp(got, expected) == 0;
	if (!same)
		printf("# %s\n", got);
	return same;
}

static bool
is_refused(const char *template, const char *id)
{
	const struct executor_values values = values_of(id);
	return strncmp(expand(template, false, &values), "--executor: cannot put {id} into \"",
	               34) == 0;
}

static void
check_templates(void)
{
	static const char neither[] = "has neither {argv} as a word nor {shell}";
	CHECK(becomes("ssh {argv}", "t", "[ssh][run][it's]"));
	CHECK(becomes("ssh {shell}", "t", "[ssh][run 'it'\\''s']"));
	CHECK(becomes("ssh 'a {shell} b' c", "t", "[ssh][a run 'it'\\''s' b][c]"));
	CHECK(becomes("ssh", "t", neither) && becomes("x{argv}", "t", neither));
	CHECK(becomes("a {argv} {argv}", "t", "[a][run][it's][run][it's]"));
	CHECK(becomes("{id} {slot} {attempt} {instance} {slots} {other} {argv}", "t",
	              "[t][3][2][host][{slots}][{other}][run][it's]"));
	CHECK(becomes("-i{id}.{slot}.{attempt}.{instance} {argv}", "t",
	              "[-it.3.2.host][run][it's]"));
	CHECK(becomes("{shell}{id}", "t", "[run 'it'\\''s't]"));
	struct executor_values values = values_of("t");
	values.instance = NULL;
	CHECK(strcmp(expand("{argv} -{instance}-", false, &values), "[run][it's][--]") == 0);
}

static void
check_values(void)
{
	static const char plain[] = "AZaz09._/@:+-";
	CHECK(becomes("x{id} {argv}", plain, "[xAZaz09._/@:+-][run][it's]"));
	CHECK_NAMED("a word of its own holds any value",
	            becomes("{id} {argv}", "a b$(c)", "[a b$(c)][run][it's]"));
	CHECK_NAMED("unless it may be an option", is_refused("{id} {argv}", "-rf"));
	CHECK(is_refused("{id}x {argv}", "-rf"));
	CHECK(becomes("x{id} {argv}", "-rf", "[x-rf][run][it's]"));
	CHECK(is_refused("x{id} {argv}", "a b") && is_refused("{id}x {argv}", "$(c)"));
	CHECK(is_refused("x{id}x {argv}", "a~"));
	CHECK_NAMED("beside {shell}, a value is quoted",
	            becomes("'echo {id}; {shell}'", "$(c)", "[echo '$(c)'; run 'it'\\''s']"));
	CHECK(becomes("'{id} {shell}'", "-rf", "[-rf run 'it'\\''s']"));
	CHECK(becomes("'echo \"a\" {id}; {shell}'", "$(c)", "[echo \"a\" '$(c)'; run 'it'\\''s']"));
	CHECK(becomes("'echo \\\\{id}; {shell}'", "t", "[echo \\\\t; run 'it'\\''s']"));
	CHECK(becomes("'echo \\\\\\\\ {id}; {shell}'", "a b",
	              "[echo \\\\\\\\ 'a b'; run 'it'\\''s']"));
	CHECK_NAMED("within quotes of the word, only plain values can stand",
	            is_refused("'echo \"{id}\"; {shell}'", "a b") &&
	                    is_refused("'echo `{id}`; {shell}'", "a b") &&
	                    is_refused("'echo \\{id}; {shell}'", "a b") &&
	                    is_refused("\"echo '{id}'; {shell}\"", "a b") &&
	                    is_refused("'echo \"\\\"{id}\"; {shell}'", "a b"));
	CHECK(is_refused("\"'{id}' {shell}\"", "a b"));
	CHECK(becomes("'echo \"{id}\"; {shell}'", "ab", "[echo \"ab\"; run 'it'\\''s']"));
	CHECK(is_refused("\"echo '\\\\{id}'; {shell}\"", "a b"));
}

static void
check_workers(void)
{
	struct executor_values values = values_of("t");
	CHECK(strcmp(expand("ssh {instance} -j{slots} {id} {slot} {argv}", true, &values),
	             "[ssh][host][-j5][{id}][{slot}][{argv}]") == 0);
	CHECK(strcmp(expand("ssh {shell}", true, &values), "[ssh][{shell}]") == 0);
	values.instance = "-o";
	CHECK(strncmp(expand("ssh {instance}", true, &values),
	              "--worker: cannot put {instance} into \"{instance}\"", 49) == 0);
}

/* The remote command of JOB, without its first words, which are always the same. */
static const char *
remote_of(const struct job_options *job, const char *perl5lib)
{
	static const char first[] = "[subunit2][wrap][--die-on-stdin-eof][--exit=stream]"
				    "[--to=subunit][--cwd=/there][--env=HARNESS_ACTIVE=1]"
				    "[--env=SUBUNIT2_SLOT=3][--env=SUBUNIT2_ATTEMPT=2]";
	static char *script[] = {(char *)"sh", (char *)"t.sh", NULL};
	const struct executor_values values = values_of("t");
	const struct executor_place place = {.cwd = "/there", .perl5lib = perl5lib};
	struct string_list remote = {0};
	executor_remote(&remote, &values, job, &place, script);
	join(&remote);
	string_list_clear(&remote);
	return strncmp(text, first, sizeof(first) - 1) == 0 ? text + sizeof(first) - 1 : text;
}

static void
check_remote(void)
{
	struct job_options job = {.rules.skip_exit = OUTCOME_NO_SKIP,
	                          .process.leaked = PROCESS_KEEP};
	CHECK(strcmp(remote_of(&job, NULL),
	             "[--leaked=keep][--skip-exit=none][-i][t][--][sh][t.sh]") == 0);
	job.process.leaked = PROCESS_KILL;
	job.rules.skip_exit = 77;
	CHECK(strcmp(remote_of(&job, "/lib"),
	             "[--env=PERL5LIB=/lib][--leaked=kill][--skip-exit=77][-i][t][--][sh][t.sh]") ==
	      0);
	job.rules.leaked_fails = job.rules.expect_fail = job.strict = job.stdin_stream = true;
	job.from = CAPTURE_FORMAT_TAP;
	CHECK(strcmp(remote_of(&job, NULL),
	             "[--leaked=fail][--skip-exit=77][--expect-fail][--stdin=subunit][--strict]"
	             "[--from=tap][-i][t][--][sh][t.sh]") == 0);
	job = (struct job_options){.rules.skip_exit = 0};
	job.process.timeout_ns = 1;
	job.process.silence_ns = EVENT_LOOP_MS;
	job.process.grace_ns = EVENT_LOOP_MS + 1;
	job.process.leak_ns = 2 * EVENT_LOOP_S;
	CHECK_NAMED("times are rounded up",
	            strcmp(remote_of(&job, NULL),
	                   "[--timeout=1ms][--no-output-timeout=1ms][--grace=2ms]"
	                   "[--leak-timeout=2000ms][--leaked=keep][--skip-exit=0][-i][t][--][sh]"
	                   "[t.sh]") == 0);
}

int
main(void)
{
	check_templates();
	check_values();
	check_workers();
	check_remote();
	return check_done();
}
