/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit-combine: runs the commands of a recipe, and merges their streams as mux does.
 * The ids of a command's tests get the prefix of that command. The variables $LISTOPT,
 * $IDLIST, $IDFILE and $IDOPTION in the words of a command are replaced by what it must
 * list or run.
 *
 * Exit status: 1 if a command did not exit with 0.
 */
#include "compat.h"
#include "env.h"
#include "exit_status.h"
#include "lost_input.h"
#include "memory.h"
#include "memory_file.h"
#include "message.h"
#include "mux_server.h"
#include "recipe.h"
#include "stream.h"
#include "tempfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	OPTION_LIST = OPTIONS_LONG,
	OPTION_LOAD_LIST,
};

static const struct poptOption table[] = {
	{"list", '\0', POPT_ARG_NONE, NULL, OPTION_LIST, "list tests, instead of running them",
         NULL},
	{"load-list", '\0', POPT_ARG_STRING, NULL, OPTION_LOAD_LIST,
         "run only the tests with the ids in this file, a line each", "FILE"},
	{"jobs", 'j', POPT_ARG_STRING, NULL, 'j',
         "run N commands at a time (default: 1; 0: all of them)", "N"},
	POPT_TABLEEND,
};

struct combine {
	struct subunit2_sink sink; /* from the commands to the outputs */
	struct subunit2_sink *next;
	struct recipe recipe;
	struct string_list ids;
	bool list, selected; /* ids were asked for */
	uint64_t jobs;

	size_t started; /* commands, from the first on */
	bool failed;
	int interrupted_by; /* the signal by which to end; 0: none */
	struct string_list id_files;
};

static int
compat_combine_parse_option(void *context, struct options *options, int option)
{
	struct combine *combine = context;
	switch (option) {
	case OPTION_LIST:
		combine->list = true;
		return 0;
	case 'j':
		return options_parse_number(options, 0, UINT64_MAX, &combine->jobs);
	default:
		combine->selected = true;
		return options_parse_list(options, &combine->ids);
	}
}

/*
 * The words of a command.
 */

struct variables {
	const char *list_option, *id_list, *id_file, *id_option;
};

/* If TEXT begins with "$" and the name of a variable, sets *LEN to the length of both and
 * returns the value. Otherwise returns NULL. */
static const char *
compat_combine_variable(const struct variables *variables, const char *text, size_t *len)
{
	const struct {
		const char *name, *value;
	} all[] = {
		{"$IDOPTION", variables->id_option},
		{"$IDFILE", variables->id_file},
		{"$IDLIST", variables->id_list},
		{"$LISTOPT", variables->list_option},
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		*len = strlen(all[i].name);
		if (strncmp(text, all[i].name, *len) == 0)
			return all[i].value;
	}
	return NULL;
}

/* Returns TEXT with its variables replaced, to be freed; NULL if it has no variables. */
static char *
compat_combine_expanded(const struct variables *variables, const char *text)
{
	char *out;
	size_t size, len;
	bool any = false;
	FILE *file = memory_file(&out, &size);
	while (*text) {
		const char *value =
			*text == '$' ? compat_combine_variable(variables, text, &len) : NULL;
		if (value)
			fputs(value, file), text += len, any = true;
		else
			putc(*text++, file);
	}
	fclose(file);
	if (any)
		return out;
	free(out);
	return NULL;
}

/* Adds WORD to WORDS. If it contains a variable, adds its value split at blanks. */
static void
compat_combine_add_word(struct string_list *words, const struct variables *variables,
                        const char *word)
{
	static const char blanks[] = " \t\n\r\v\f";
	char *text = compat_combine_expanded(variables, word), *rest;
	if (!text) {
		string_list_add(words, word);
		return;
	}
	for (char *part = strtok_r(text, blanks, &rest); part; part = strtok_r(NULL, blanks, &rest))
		string_list_add(words, part);
	free(text);
}

/*
 * The ids that a command must list or run.
 */

static void
compat_combine_choose_ids(const struct combine *combine, const struct recipe_command *command,
                          struct string_list *chosen)
{
	size_t len = strlen(command->prefix);
	for (size_t i = 0; i < combine->ids.count; i++)
		if (strncmp(combine->ids.items[i], command->prefix, len) == 0)
			string_list_add(chosen, combine->ids.items[i] + len);
}

/* Returns the items of LIST, separated by BETWEEN; to be freed. */
static char *
compat_combine_joined(const struct string_list *list, char between)
{
	char *text;
	size_t len;
	FILE *file = memory_file(&text, &len);
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			putc(between, file);
		fputs(list->items[i], file);
	}
	fclose(file);
	return text;
}

/* Writes IDS to a temporary file, one on each line, which is removed at the end. Returns
 * its path. If it cannot be written, prints a message and returns NULL. */
static const char *
compat_combine_write_ids(struct combine *combine, const struct string_list *ids)
{
	char *path = memory_format("%s/subunit-combine-XXXXXX", tempfile_folder());
	char *text = compat_combine_joined(ids, '\n');
	int fd = mkstemp(path);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool good = file && fprintf(file, "%s\n", text) >= 0;
	good = file && fclose(file) == 0 && good;
	free(text);
	if (!good)
		message("%s: %s", path, strerror(errno));
	if (fd < 0) {
		free(path);
		return NULL;
	}
	string_list_add_owned(&combine->id_files, path);
	return good ? path : NULL;
}

/* Starts COMMAND in its folder, with its environment, and with the values of VARIABLES in
 * its words. INDEX becomes its route. */
static void
compat_combine_run_command(struct mux_inputs *mux_inputs, size_t index,
                           const struct recipe_command *command, const struct variables *variables)
{
	struct string_list argv = {0}, env = {0};
	char route[24];
	for (size_t i = 0; i < command->argv.count; i++)
		compat_combine_add_word(&argv, variables, command->argv.items[i]);
	if (!argv.count)
		string_list_add(&argv, ""); /* all words were empty variables: fails to start */
	env_begin(&env);
	for (size_t i = 0; i < command->env.count; i++)
		env_set(&env, command->env.items[i]);
	snprintf(route, sizeof(route), "%zu", index);
	const struct mux_command_options options = {
		.argv = argv.items, .envp = env.items, .cwd = command->cwd};
	mux_inputs_run_command(mux_inputs, route, &options);
	string_list_clear(&argv);
	string_list_clear(&env);
}

/* Starts command INDEX, unless ids were selected and it has none of them. */
static void
compat_combine_start(struct combine *combine, size_t index, struct mux_inputs *mux_inputs)
{
	const struct recipe_command *command = &combine->recipe.commands[index];
	struct string_list chosen = {0};
	compat_combine_choose_ids(combine, command, &chosen);
	const char *id_file = chosen.count ? compat_combine_write_ids(combine, &chosen) : "";
	char *id_list = compat_combine_joined(&chosen, ' ');
	if (!id_file) {
		combine->failed = true;
	} else if (!combine->selected || chosen.count) {
		struct variables variables = {"", id_list, id_file, ""};
		char *id_option = combine->selected
		                          ? compat_combine_expanded(&variables, command->id_option)
		                          : NULL;
		variables.list_option = combine->list ? command->list_option : "";
		variables.id_option = id_option           ? id_option
		                      : combine->selected ? command->id_option
		                                          : "";
		compat_combine_run_command(mux_inputs, index, command, &variables);
		free(id_option);
	}
	free(id_list);
	string_list_clear(&chosen);
}

static void
compat_combine_start_more(void *context, struct mux_inputs *mux_inputs)
{
	struct combine *combine = context;
	while (combine->started < combine->recipe.count &&
	       (!combine->jobs || mux_inputs_count(mux_inputs) < combine->jobs))
		compat_combine_start(combine, combine->started++, mux_inputs);
}

/*
 * The events of the commands. The first segment of their route is the index of the
 * command.
 */

/* Reports a command that failed or could not be run; EVENT says why. */
static void
compat_combine_report_lost(struct combine *combine, const struct subunit2_event *event,
                           size_t command)
{
	combine->failed = true;
	if (!subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")))
		return;
	/* The reason begins with the route. */
	struct subunit2_view why = event->file_bytes;
	const char *colon = memmem(why.data, why.len, ": ", 2);
	size_t len = colon ? (size_t)(colon + 2 - why.data) : 0;
	message("%s: %.*s", combine->recipe.commands[command].argv.items[0], (int)(why.len - len),
	        why.data + len);
}

static enum subunit2_result
compat_combine_event(struct subunit2_sink *sink, const struct subunit2_event *event,
                     struct subunit2_error *error)
{
	struct combine *combine = (struct combine *)sink;
	struct subunit2_view route = event->route_code;
	const char *slash = memchr(route.data, '/', route.len);
	size_t command = strtoul(route.data, NULL, 10);
	const char *prefix = combine->recipe.commands[command].prefix;
	struct subunit2_event changed = *event;
	if (!slash && lost_input_is(event)) {
		compat_combine_report_lost(combine, event, command);
		return SUBUNIT2_E_OK;
	}
	changed.packet = SUBUNIT2_ABSENT;
	changed.route_code = SUBUNIT2_ABSENT;
	if (slash)
		changed.route_code = (struct subunit2_view){
			slash + 1, route.len - (size_t)(slash + 1 - route.data)};
	if (!*prefix || !subunit2_view_present(event->test_id))
		return subunit2_sink_event(combine->next, &changed, error);
	char *id = memory_format("%s%.*s", prefix, (int)event->test_id.len, event->test_id.data);
	changed.test_id = subunit2_view_of(id);
	enum subunit2_result result = subunit2_sink_event(combine->next, &changed, error);
	free(id);
	return result;
}

static enum subunit2_result
compat_combine_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct combine *)sink)->next, error);
}

static int
compat_combine_run_commands(struct combine *combine, struct outputs *outputs)
{
	struct mux_server server;
	const struct mux_server_options options = {
		.from = format_named(SUBUNIT2_LITERAL("subunit")),
		.sink = &combine->sink,
		.outputs = outputs,
		.refill = compat_combine_start_more,
		.context = combine,
	};
	if (!mux_server_begin(&server, &options)) {
		message("cannot start: %s", strerror(errno));
		return EXIT_STATUS_IO;
	}
	mux_server_run(&server);
	combine->interrupted_by = server.interrupted_by;
	mux_server_end(&server);
	return combine->failed ? EXIT_STATUS_BAD : EXIT_STATUS_GOOD;
}

static int
compat_combine_check(void *context, struct options *options)
{
	(void)context;
	return *options_arguments(options)
	               ? 0
	               : options_refuse(options, "missing argument: the file of commands");
}

/* Runs the recipe that the first of ARGUMENTS names; the others are ids. */
static int
compat_combine_run(void *context, const char *const *arguments)
{
	struct combine *combine = context;
	string_list_add_all(&combine->ids, (char *const *)(arguments + 1));
	combine->selected = combine->selected || arguments[1];
	if (!recipe_read(&combine->recipe, arguments[0]))
		return EXIT_STATUS_IO;
	struct outputs *outputs = stream_stdout("subunit", NULL);
	if (!outputs)
		return EXIT_STATUS_IO;
	combine->sink = (struct subunit2_sink){compat_combine_event, compat_combine_finish, NULL};
	combine->next = outputs_sink(outputs);
	int status = compat_combine_run_commands(combine, outputs);
	subunit2_sink_finish(&combine->sink, NULL);
	for (size_t i = 0; i < combine->id_files.count; i++)
		unlink(combine->id_files.items[i]);
	return stream_close(outputs, status);
}

int
compat_combine(int argc, const char **argv)
{
	static const struct compat_tool tool = {
		.spec.usage = "[OPTION...] RECIPE [ID...]",
		.spec.about = "Runs the commands of a YAML file, and merges their streams.",
		.spec.table = table,
		.take = compat_combine_parse_option,
		.check = compat_combine_check,
		.run = compat_combine_run,
	};
	struct combine combine = {.jobs = 1};
	int status = compat_main(&tool, &combine, argc, argv);
	string_list_clear(&combine.ids);
	string_list_clear(&combine.id_files);
	recipe_clear(&combine.recipe);
	if (combine.interrupted_by)
		signals_die(combine.interrupted_by);
	return status;
}
