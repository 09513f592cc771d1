/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "automake_overrides.h"

#include "automake_makefile.h"
#include "base_name.h"
#include "buffer.h"
#include "memory.h"
#include "shell_quote.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t"
#define DEPTH_MAX 4 /* variables in the value of a variable */
#define WORDS_MAX 64

/* The words of a driver's value. */
struct automake_overrides_words {
	char *words[WORDS_MAX];
	size_t count;
};

static void
automake_overrides_split(struct automake_overrides_words *split, const char *text)
{
	split->count = 0;
	for (text += strspn(text, BLANKS); *text && split->count < WORDS_MAX;
	     text += strspn(text, BLANKS)) {
		const char *end = automake_makefile_word_end(text);
		split->words[split->count++] = memory_copy_len(text, (size_t)(end - text));
		text = end;
	}
}

static void
automake_overrides_clear(struct automake_overrides_words *split)
{
	while (split->count)
		free(split->words[--split->count]);
}

/* Returns the format that the driver in WORD judges, as --from has it, or NULL if it is not one
 * of automake's. */
static const char *
automake_overrides_format(const char *word)
{
	static const struct {
		const char *driver, *format;
	} drivers[] = {
		{"test-driver", "text"},
		{"tap-driver.sh", "tap"},
		{"tap-driver.pl", "tap"},
		{"tap-driver", "tap"},
	};
	const char *name = base_name(word);
	size_t len = strcspn(name, "'\"");
	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
		if (strlen(drivers[i].driver) == len && strncmp(drivers[i].driver, name, len) == 0)
			return drivers[i].format;
	return NULL;
}

/* Returns true if WORD runs a script: "$(SHELL)", "${PERL}", "/bin/sh". */
static bool
automake_overrides_is_interpreter(const char *word)
{
	static const char *const names[] = {"sh", "bash", "dash", "ksh", "zsh", "perl"};
	size_t len = strlen(word);
	if (word[0] == '$' && len > 3) {
		bool shell = strstr(word, "SHELL") || strstr(word, "PERL") || strstr(word, "BASH");
		return shell && automake_makefile_word_end(word) == word + len;
	}
	const char *name = base_name(word);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Returns how many of the words before the driver, the word at INDEX, stay: not its
 * interpreter with the options of that. */
static size_t
automake_overrides_prefix(const struct automake_overrides_words *split, size_t index)
{
	size_t first = index;
	while (first && split->words[first - 1][0] == '-')
		first--;
	if (first && automake_overrides_is_interpreter(split->words[first - 1]))
		return first - 1;
	return index;
}

/* Returns true if this program's driver has all of the options in TEXT. Words without "--" are
 * values of options, or variables. */
static bool
automake_overrides_has_options(const char *text)
{
	static const char *const known[] = {"--merge",       "--no-merge",
	                                    "--comments",    "--no-comments",
	                                    "--ignore-exit", "--diagnostic-string"};
	for (text += strspn(text, BLANKS); *text; text += strspn(text, BLANKS)) {
		size_t len = (size_t)(automake_makefile_word_end(text) - text),
		       name = strcspn(text, "= \t");
		bool found = strncmp(text, "--", 2) != 0;
		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
			if (strlen(known[i]) == name && strncmp(known[i], text, name) == 0)
				found = true;
		if (!found)
			return false;
		text += len;
	}
	return true;
}

/* Returns true if this program's driver has the options that the Makefile gives to the driver
 * of the variable NAME. */
static bool
automake_overrides_has_flags(const struct automake_makefile *makefile, const char *name)
{
	bool known = true;
	for (int of_user = 0; of_user < 2; of_user++) {
		char *flags = memory_format("%s%s_FLAGS", of_user ? "" : "AM_", name);
		const char *value = automake_makefile_value(makefile, flags, strlen(flags));
		known = known && (!value || automake_overrides_has_options(value));
		free(flags);
	}
	return known;
}

/* Returns the value that takes the place of TEXT; to be freed. NULL if the driver in TEXT is
 * not one of automake's. */
static char *
automake_overrides_replace(const struct automake_overrides *overrides, const char *text)
{
	struct automake_overrides_words split;
	struct buffer out = {0};
	const char *format = NULL;
	size_t index = 0;
	automake_overrides_split(&split, text);
	while (index < split.count && !(format = automake_overrides_format(split.words[index])))
		index++;
	for (size_t i = index + 1; i < split.count; i++)
		if (!automake_overrides_has_options(split.words[i]))
			format = NULL;
	size_t kept = format ? automake_overrides_prefix(&split, index) : 0;
	for (size_t i = 0; i < kept; i++) {
		buffer_add(&out, subunit2_view_of(split.words[i]));
		buffer_add(&out, SUBUNIT2_LITERAL(" "));
	}
	char *own = format ? memory_format("%s --from=%s", overrides->program, format) : NULL;
	if (own)
		buffer_add(&out, subunit2_view_of(own));
	for (size_t i = index + 1; own && i < split.count; i++) {
		buffer_add(&out, SUBUNIT2_LITERAL(" "));
		buffer_add(&out, subunit2_view_of(split.words[i]));
	}
	buffer_add_char(&out, '\0');
	automake_overrides_clear(&split);
	if (!own)
		buffer_clear(&out);
	free(own);
	return out.data;
}

/* Writes an override, unless the user has set the variable for make. */
static void
automake_overrides_write(struct automake_overrides *overrides, const char *name, const char *value)
{
	fprintf(overrides->out,
	        "ifeq ($(filter command override,$(origin %s)),)\noverride %s = %s\nendif\n", name,
	        name, value);
	overrides->drivers++;
}

static void
automake_overrides_write_driver(struct automake_overrides *overrides,
                                const struct automake_makefile *makefile, const char *folder,
                                const struct automake_variable *variable)
{
	char *text = memory_copy(variable->value), *value = NULL;
	int depths = automake_overrides_has_flags(makefile, variable->name) ? DEPTH_MAX : 0;
	for (int depth = 0; depth < depths; depth++) {
		value = automake_overrides_replace(overrides, text);
		char *next = value ? NULL : automake_makefile_expand(makefile, text);
		bool same = next && strcmp(next, text) == 0;
		free(text);
		text = next;
		if (value || same)
			break;
	}
	free(text);
	if (!value) {
		overrides->on_other(overrides->context, folder, variable->name, variable->value);
		value = memory_format("%s --around -- %s", overrides->program, variable->value);
	}
	automake_overrides_write(overrides, variable->name, value);
	free(value);
}

/* Returns the end of the assignments, "A=b", that TEXT begins with. */
static const char *
automake_overrides_skip_assignments(const char *text)
{
	for (;;) {
		text += strspn(text, BLANKS);
		const char *end = automake_makefile_word_end(text);
		size_t name = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		                           "0123456789_");
		if (!name || text + name >= end || text[name] != '=')
			return text;
		text = end;
	}
}

/* Returns the part of TEXT, shell commands, that follows the last ";", "&&" or "||". */
static const char *
automake_overrides_last_command(const char *text)
{
	const char *last = text;
	while (*text) {
		const char *end = automake_makefile_word_end(text);
		if (end > text &&
		    (end[-1] == ';' || strncmp(text, "&&", (size_t)(end - text)) == 0 ||
		     strncmp(text, "||", (size_t)(end - text)) == 0))
			last = end;
		text = end + strspn(end, BLANKS);
	}
	return last;
}

/* Overrides TESTS_ENVIRONMENT, which precedes each test of the serial harness: assignments,
 * shell commands, and words that run the test, such as "$(SHELL)". */
static void
automake_overrides_write_serial(struct automake_overrides *overrides,
                                const struct automake_makefile *makefile)
{
	static const char name[] = "TESTS_ENVIRONMENT";
	const char *before = automake_makefile_value(makefile, name, strlen(name));
	before = before ? before : "";
	const char *rest =
		automake_overrides_skip_assignments(automake_overrides_last_command(before));
	/* env: the rest may be a variable with more assignments. */
	char *value = memory_format("%.*s %s --serial --test-name=\"$$tst\" "
	                            "--xfail-tests='$(XFAIL_TESTS)' -- %s%s",
	                            (int)(rest - before), before, overrides->program,
	                            *rest ? "env " : "", rest);
	automake_overrides_write(overrides, name, value);
	free(value);
}

static void
automake_overrides_add_makefile(struct automake_overrides *overrides, const char *path)
{
	struct automake_makefile makefile;
	size_t before = overrides->drivers, len = (size_t)(strrchr(path, '/') - path);
	char *folder = memory_copy_len(path, len);
	/* Nothing quotes these characters in a condition. */
	if (strpbrk(folder, "$#\"\\\n")) {
		free(folder);
		return;
	}
	automake_makefile_read(&makefile, path);
	fprintf(overrides->out, "ifeq \"$(CURDIR)\" \"%s\"\n", folder);
	for (size_t i = 0; i < makefile.count; i++)
		if (automake_makefile_is_driver(makefile.variables[i].name))
			automake_overrides_write_driver(overrides, &makefile, folder,
			                                &makefile.variables[i]);
	if (overrides->drivers == before && makefile.check_rule)
		automake_overrides_write_serial(overrides, &makefile);
	fputs("endif\n", overrides->out);
	automake_makefile_clear(&makefile);
	free(folder);
}

void
automake_overrides_add(struct automake_overrides *overrides, const char *folder)
{
	char *paths[] = {(char *)folder, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	for (FTSENT *entry; tree && (entry = fts_read(tree));)
		if (entry->fts_info == FTS_F && strcmp(entry->fts_name, "Makefile") == 0)
			automake_overrides_add_makefile(overrides, entry->fts_path);
	if (tree)
		fts_close(tree);
}

char *
automake_overrides_quote(const char *const *words)
{
	char *line = shell_quote_words(words);
	struct buffer out = {0};
	for (const char *c = line; *c; c++) {
		if (*c == '$')
			buffer_add_char(&out, '$');
		if (*c == '#')
			buffer_add(&out, SUBUNIT2_LITERAL("\\"));
		buffer_add_char(&out, *c);
	}
	buffer_add_char(&out, '\0');
	free(line);
	return out.data;
}
