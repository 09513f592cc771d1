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
executor_parse(struct executor *executor, const char *template, bool worker)
{
	*executor = (struct executor){.worker = worker};
	const char *problem = shell_quote_split(template, &executor->words);
	bool reached = false;
	for (size_t i = 0; i < executor->words.count; i++)
		reached = reached || strcmp(executor->words.items[i], ARGV_WORD) == 0 ||
		          strstr(executor->words.items[i], SHELL_WORD);
	if (problem)
		return problem;
	return reached || worker ? NULL : "has neither {argv} as a word nor {shell}";
}

void
executor_clear(struct executor *executor)
{
	string_list_clear(&executor->words);
}

static void
executor_add_duration(struct string_list *remote, const char *option, int64_t ns)
{
	if (ns > 0)
		string_list_add_owned(remote, memory_format("%s=%lldms", option,
		                                            (long long)((ns + EVENT_LOOP_MS - 1) /
		                                                        EVENT_LOOP_MS)));
}

static void
executor_add_rules(struct string_list *remote, const struct job_options *job)
{
	executor_add_duration(remote, "--timeout", job->process.timeout_ns);
	executor_add_duration(remote, "--no-output-timeout", job->process.silence_ns);
	executor_add_duration(remote, "--grace", job->process.grace_ns);
	executor_add_duration(remote, "--leak-timeout", job->process.leak_ns);
	string_list_add(remote, job->rules.leaked_fails               ? "--leaked=fail"
	                        : job->process.leaked == PROCESS_KILL ? "--leaked=kill"
	                                                              : "--leaked=keep");
	if (job->rules.skip_exit == OUTCOME_NO_SKIP)
		string_list_add(remote, "--skip-exit=none");
	else
		string_list_add_owned(remote,
		                      memory_format("--skip-exit=%d", job->rules.skip_exit));
	if (job->rules.expect_fail)
		string_list_add(remote, "--expect-fail");
	if (job->stdin_stream)
		string_list_add(remote, "--stdin=subunit");
	if (job->strict)
		string_list_add(remote, "--strict");
	if (job->from)
		string_list_add_owned(remote,
		                      memory_format("--from=%s", capture_format_names[job->from]));
}

void
executor_remote(struct string_list *remote, const struct executor_values *values,
                const struct job_options *job, const struct executor_place *place,
                char *const *script)
{
	static const char *const wrap[] = {"subunit2", "wrap", "--die-on-stdin-eof",
	                                   "--exit=stream", "--to=subunit"};
	for (size_t i = 0; i < sizeof(wrap) / sizeof(*wrap); i++)
		string_list_add(remote, wrap[i]);
	string_list_add_owned(remote, memory_format("--cwd=%s", place->cwd));
	string_list_add(remote, "--env=HARNESS_ACTIVE=1");
	string_list_add_owned(remote, memory_format("--env=SUBUNIT2_SLOT=%u", values->slot));
	string_list_add_owned(remote, memory_format("--env=SUBUNIT2_ATTEMPT=%u", values->attempt));
	if (place->perl5lib)
		string_list_add_owned(remote, memory_format("--env=PERL5LIB=%s", place->perl5lib));
	executor_add_rules(remote, job);
	string_list_add(remote, "-i");
	string_list_add(remote, values->id);
	string_list_add(remote, "--");
	string_list_add_all(remote, script);
}

/* Returns the value of the braces at TEXT, to be freed, and sets their length; NULL: they are
 * text. */
static char *
executor_value(const struct executor *executor, const char *text,
               const struct executor_values *values, size_t *len)
{
	static const char *const names[] = {"{id}", "{slot}", "{attempt}", "{instance}", "{slots}"};
	size_t which = executor->worker ? 3 : 0, end = executor->worker ? 5 : 4;
	while (which < end && strncmp(text, names[which], strlen(names[which])) != 0)
		which++;
	if (which == end)
		return NULL;
	*len = strlen(names[which]);
	switch (which) {
	case 0:
		return memory_copy(values->id);
	case 1:
		return memory_format("%u", values->slot);
	case 2:
		return memory_format("%u", values->attempt);
	case 3:
		return memory_copy(values->instance ? values->instance : "");
	default:
		return memory_format("%u", values->slots);
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
		char *quoted = shell_quote_words((const char *const[]){value, NULL});
		free(value);
		return quoted;
	}
	if ((whole || executor_is_plain(value)) && (for_shell || at > 0 || *value != '-'))
		return value;
	free(value);
	return NULL;
}

/* Writes WORD with its values. Returns NULL, or an error message, to be freed. */
static char *
executor_put_word(const struct executor *executor, FILE *out, const char *word,
                  const struct executor_values *values, const char *shell)
{
	for (size_t at = 0, len; word[at]; at += len) {
		char *value = executor_value(executor, word + at, values, &len);
		if (value) {
			value = executor_fit(value, word, at, len);
			if (!value)
				return memory_format("--%s: cannot put %.*s into \"%s\": a "
				                     "character of it has a meaning there",
				                     executor->worker ? "worker" : "executor",
				                     (int)len, word + at, word);
			fputs(value, out);
			free(value);
		} else if (shell && strncmp(word + at, SHELL_WORD, strlen(SHELL_WORD)) == 0) {
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
                const struct string_list *remote, struct string_list *argv)
{
	char *shell = remote ? shell_quote_words((const char *const *)remote->items) : NULL;
	char *problem = NULL;
	for (size_t i = 0; i < executor->words.count && !problem; i++) {
		const char *word = executor->words.items[i];
		char *text = NULL;
		size_t size = 0;
		if (remote && strcmp(word, ARGV_WORD) == 0) {
			string_list_add_all(argv, remote->items);
			continue;
		}
		FILE *out = memory_file(&text, &size);
		problem = executor_put_word(executor, out, word, values, shell);
		fclose(out);
		string_list_add_owned(argv, text);
	}
	free(shell);
	return problem;
}
