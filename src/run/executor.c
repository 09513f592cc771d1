/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "executor.h"

#include "memory.h"
#include "memory_file.h"
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

/* Returns what the braces at TEXT stand for, to be freed, and sets their length; NULL:
 * they are text. */
static char *
executor_value(const char *text, const struct executor_values *values, size_t *len)
{
	static const char *const names[] = {"{id}", "{slot}", "{instance}", "{attempt}"};
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
	default:
		return memory_format("%u", values->attempt);
	}
}

/* Returns true if VALUE means itself to every shell, wherever it stands. */
static bool
executor_is_plain(const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789._/@:+-";
	return value[strspn(value, plain)] == '\0';
}

/* Returns true if a shell that has read the LEN bytes of WORD is inside of no quotes, and
 * the last is no backslash. */
static bool
executor_is_unquoted(const char *word, size_t len)
{
	bool escaped = false;
	char quote = '\0';
	for (size_t i = 0; i < len; i++) {
		if (escaped)
			escaped = false;
		else if (word[i] == '\\' && quote != '\'')
			escaped = true;
		else if (quote ? word[i] == quote : strchr("'\"`", word[i]) != NULL)
			quote = quote ? '\0' : word[i];
	}
	return !escaped && !quote;
}

/* Returns VALUE, or it for a shell if WORD, in which it stands at AT, holds {shell}; frees
 * it if it returns another string. NULL: it cannot stand there. */
static char *
executor_fit(char *value, const char *word, size_t at, size_t len)
{
	bool whole = at == 0 && word[len] == '\0';
	bool for_shell = strstr(word, SHELL_WORD);
	if (for_shell && !executor_is_plain(value) && executor_is_unquoted(word, at)) {
		char *quoted = quote_words((const char *const[]){value, NULL});
		free(value);
		return quoted;
	}
	if ((whole || executor_is_plain(value)) && (for_shell || at > 0 || *value != '-'))
		return value;
	free(value);
	return NULL;
}

/* Writes WORD with its values. Returns NULL, or what is wrong, to be freed. */
static char *
executor_put_word(FILE *out, const char *word, const struct executor_values *values,
                  const char *shell)
{
	for (size_t at = 0, len; word[at]; at += len) {
		char *value = executor_value(word + at, values, &len);
		if (value) {
			value = executor_fit(value, word, at, len);
			if (!value)
				return memory_format("--executor: cannot put %.*s into \"%s\": a "
				                     "character of it has a meaning there",
				                     (int)len, word + at, word);
			fputs(value, out);
			free(value);
		} else if (strncmp(word + at, SHELL_WORD, strlen(SHELL_WORD)) == 0) {
			len = strlen(SHELL_WORD);
			fputs(shell, out);
		} else {
			len = 1;
			putc(word[at], out);
		}
	}
	return NULL;
}

char *
executor_expand(const struct executor *executor, const struct executor_values *values,
                const struct strings *remote, struct strings *argv)
{
	char *shell = quote_words((const char *const *)remote->items), *problem = NULL;
	for (size_t i = 0; i < executor->words.count && !problem; i++) {
		const char *word = executor->words.items[i];
		char *text = NULL;
		size_t size = 0;
		if (strcmp(word, ARGV_WORD) == 0) {
			strings_add_all(argv, remote->items);
			continue;
		}
		FILE *out = memory_file(&text, &size);
		problem = executor_put_word(out, word, values, shell);
		fclose(out);
		strings_take(argv, text);
	}
	free(shell);
	return problem;
}
