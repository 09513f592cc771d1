/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * Options in one string, with blanks between them, as a command reads them. A program that includes
 * this defines `option_reader`.
 */
#ifndef OPTION_SAYS_H
#define OPTION_SAYS_H

#include "messages.h"
#include "options.h"

#define OPTION_WORDS_MAX 16

static const struct option_reader {
	const struct poptOption *table;
	void (*begin)(void); /* sets the defaults */
	int (*take)(void *context, struct options *options, int option);
	int (*complete)(void *context, struct options *options); /* after the last one; or NULL */
	void *context;
} option_reader;

/* Reads LINE into options that have begun. Returns whether it is refused and the messages are
 * WANTED; "": it is accepted. */
static inline bool
begun_says(const char *line, const char *wanted)
{
	const struct option_reader *reader = &option_reader;
	const struct options_spec spec = {.usage = "", .about = "", .table = reader->table};
	const char *argv[OPTION_WORDS_MAX + 1] = {"test"};
	struct options options;
	int argc = 1;
	char *words = strdup(line), *rest = words;
	for (char *word; argc < OPTION_WORDS_MAX && (word = strsep(&rest, " "));)
		if (*word)
			argv[argc++] = word;
	options_begin(&options, argc, argv, &spec);
	bool refused = !options_read(&options, reader->take, reader->context) ||
	               (reader->complete && reader->complete(reader->context, &options) != 0);
	bool failed = options.exit_status != 0;
	options_end(&options);
	free(words);
	const char *messages = messages_take();
	if (strcmp(messages, wanted) == 0 && refused == (*wanted != '\0') && failed == refused)
		return true;
	printf("# %s: %s%s\n", line, refused ? "" : "accepted: ", messages);
	return false;
}

/* Reads LINE after the defaults. Returns whether it is refused with WANTED; "": it is accepted. */
static inline bool
says(const char *line, const char *wanted)
{
	option_reader.begin();
	return begun_says(line, wanted);
}

static inline bool
accepts(const char *line)
{
	return says(line, "");
}

/* Returns whether the value of an option is WANTED. */
static inline bool
holds(const char *value, const char *wanted)
{
	return value && strcmp(value, wanted) == 0;
}

#endif
