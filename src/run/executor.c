#include "executor.h"

#include "memory.h"
#include "shell_quote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGV_WORD "{argv}"
#define SHELL_WORD "{shell}"

const char *
executor_parse(struct executor *executor, const char *template)
{
	*executor = (struct executor){0};
	const char *problem = quote_split(template, &executor->words);
	bool reached = false;
	for (size_t i = 0; i < executor->words.count; i++)
		reached = reached || strcmp(executor->words.items[i], ARGV_WORD) == 0 ||
		          strstr(executor->words.items[i], SHELL_WORD);
	if (problem)
		return problem;
	return reached ? NULL : "has neither {argv} as a word nor {shell}";
}

void
executor_clear(struct executor *executor)
{
	strings_clear(&executor->words);
}

static void
add_duration(struct strings *remote, const char *option, int64_t ns)
{
	if (ns > 0)
		strings_take(remote, memory_format("%s=%lldms", option,
		                                   (long long)((ns + LOOP_MS - 1) / LOOP_MS)));
}

static void
add_rules(struct strings *remote, const struct job_options *job)
{
	add_duration(remote, "--timeout", job->process.timeout_ns);
	add_duration(remote, "--grace", job->process.grace_ns);
	add_duration(remote, "--leak-timeout", job->process.leak_ns);
	strings_add(remote, job->rules.leaked_fails               ? "--leaked=fail"
	                    : job->process.leaked == PROCESS_KILL ? "--leaked=kill"
	                                                          : "--leaked=keep");
	if (job->rules.skip_exit == OUTCOME_NO_SKIP)
		strings_add(remote, "--skip-exit=none");
	else
		strings_take(remote, memory_format("--skip-exit=%d", job->rules.skip_exit));
	if (job->rules.expect_fail)
		strings_add(remote, "--expect-fail");
	if (job->strict)
		strings_add(remote, "--strict");
	if (job->from)
		strings_take(remote, memory_format("--from=%s", capture_format_name(job->from)));
}

void
executor_remote(struct strings *remote, const struct executor_values *values,
                const struct job_options *job, const struct executor_place *place,
                char *const *script)
{
	static const char *const wrap[] = {"subunit2", "wrap", "--die-on-stdin-eof",
	                                   "--exit=stream", "--to=subunit"};
	for (size_t i = 0; i < sizeof(wrap) / sizeof(*wrap); i++)
		strings_add(remote, wrap[i]);
	strings_take(remote, memory_format("--cwd=%s", place->cwd));
	strings_add(remote, "--env=HARNESS_ACTIVE=1");
	strings_take(remote, memory_format("--env=SUBUNIT2_SLOT=%u", values->slot));
	strings_take(remote, memory_format("--env=SUBUNIT2_ATTEMPT=%u", values->attempt));
	if (place->perl5lib)
		strings_take(remote, memory_format("--env=PERL5LIB=%s", place->perl5lib));
	add_rules(remote, job);
	strings_add(remote, "-i");
	strings_add(remote, values->id);
	strings_add(remote, "--");
	strings_add_all(remote, script);
}

/* What the braces at TEXT stand for, to be freed, and their length; NULL: nothing. */
static char *
value_at(const char *text, const struct executor_values *values, const struct strings *remote,
         size_t *len)
{
	static const char *const names[] = {"{id}", "{slot}", "{instance}", "{attempt}",
	                                    SHELL_WORD};
	size_t which = 0, count = sizeof(names) / sizeof(*names);
	while (which < count && strncmp(text, names[which], strlen(names[which])) != 0)
		which++;
	if (which == count)
		return NULL;
	*len = strlen(names[which]);
	switch (which) {
	case 0:
		return memory_copy(values->id);
	case 1:
		return memory_format("%u", values->slot);
	case 2:
		return memory_copy(values->instance ? values->instance : "");
	case 3:
		return memory_format("%u", values->attempt);
	default:
		return quote_words((const char *const *)remote->items);
	}
}

static char *
expand(const char *word, const struct executor_values *values, const struct strings *remote)
{
	char *text = NULL;
	size_t size = 0, len = 0;
	FILE *out = memory_have(open_memstream(&text, &size));
	for (; *word; word += len) {
		char *value = value_at(word, values, remote, &len);
		if (!value)
			len = 1;
		if (value)
			fputs(value, out);
		else
			putc(*word, out);
		free(value);
	}
	fclose(out);
	return text;
}

void
executor_expand(const struct executor *executor, const struct executor_values *values,
                const struct strings *remote, struct strings *argv)
{
	for (size_t i = 0; i < executor->words.count; i++) {
		const char *word = executor->words.items[i];
		if (strcmp(word, ARGV_WORD) == 0)
			strings_add_all(argv, remote->items);
		else
			strings_take(argv, expand(word, values, remote));
	}
}
