/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit-combine: mux, over the commands of a recipe. Each command's tests get its
 * prefix; it is told what to list or to run by what stands for $LISTOPT, $IDLIST,
 * $IDFILE and $IDOPTION in its words.
 *
 * Exit status: 1 when a command did not exit with 0.
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
         "run so many commands at once (default: 1; 0: all of them)", "N"},
	POPT_TABLEEND,
};

struct combine {
	struct subunit2_sink sink; /* between the lanes and the outputs */
	struct subunit2_sink *next;
	struct recipe recipe;
	struct strings ids;
	bool list, selected; /* ids were asked for */
	uint64_t jobs;

	size_t started; /* commands, from the first on */
	bool failed;
	int interrupted_by; /* a signal to die of; 0: none */
	struct strings id_files;
};

static int
take(void *context, struct options *options, int option)
{
	struct combine *combine = context;
	switch (option) {
	case OPTION_LIST:
		combine->list = true;
		return 0;
	case 'j':
		return options_take_number(options, 0, UINT64_MAX, &combine->jobs);
	default:
		combine->selected = true;
		return options_read_list(options, &combine->ids);
	}
}

/*
 * The words of a command.
 */

struct variables {
	const char *list_option, *id_list, *id_file, *id_option;
};

/* The value of the variable that TEXT begins with, behind its "$"; NULL: none. */
static const char *
variable(const struct variables *variables, const char *text, size_t *len)
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

/* TEXT with its variables replaced, to be freed; NULL: it has none. */
static char *
expanded(const struct variables *variables, const char *text)
{
	char *out;
	size_t size, len;
	bool any = false;
	FILE *file = memory_file(&out, &size);
	while (*text) {
		const char *value = *text == '$' ? variable(variables, text, &len) : NULL;
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

/* A word that holds a variable is split at blanks when it has its value. */
static void
add_word(struct strings *words, const struct variables *variables, const char *word)
{
	static const char blanks[] = " \t\n\r\v\f";
	char *text = expanded(variables, word), *rest;
	if (!text) {
		strings_add(words, word);
		return;
	}
	for (char *part = strtok_r(text, blanks, &rest); part; part = strtok_r(NULL, blanks, &rest))
		strings_add(words, part);
	free(text);
}

/*
 * The ids that a command is given.
 */

static void
choose_ids(const struct combine *combine, const struct recipe_command *command,
           struct strings *chosen)
{
	size_t len = strlen(command->prefix);
	for (size_t i = 0; i < combine->ids.count; i++)
		if (strncmp(combine->ids.items[i], command->prefix, len) == 0)
			strings_add(chosen, combine->ids.items[i] + len);
}

/* LIST with BETWEEN between; to be freed. */
static char *
joined(const struct strings *list, char between)
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

/* A file with the ids, a line each, that is removed at the end. NULL, after a
 * message, when it cannot be written. */
static const char *
write_ids(struct combine *combine, const struct strings *ids)
{
	char *path = memory_format("%s/subunit-combine-XXXXXX", temporary_folder());
	char *text = joined(ids, '\n');
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
	strings_take(&combine->id_files, path);
	return good ? path : NULL;
}

/* With its variables in its words, in its folder and with its environment. */
static void
run_command(struct lanes *lanes, size_t index, const struct recipe_command *command,
            const struct variables *variables)
{
	struct strings argv = {0}, env = {0};
	char route[24];
	for (size_t i = 0; i < command->argv.count; i++)
		add_word(&argv, variables, command->argv.items[i]);
	if (!argv.count)
		strings_add(&argv, ""); /* its words were variables: there is no such program */
	environment_begin(&env);
	for (size_t i = 0; i < command->env.count; i++)
		environment_set(&env, command->env.items[i]);
	snprintf(route, sizeof(route), "%zu", index);
	lanes_run_command(lanes, route,
	                  &(struct lane_command){argv.items, env.items, command->cwd});
	strings_clear(&argv);
	strings_clear(&env);
}

/* Starts the command, unless it has none of the ids. */
static void
start(struct combine *combine, size_t index, struct lanes *lanes)
{
	const struct recipe_command *command = &combine->recipe.commands[index];
	struct strings chosen = {0};
	choose_ids(combine, command, &chosen);
	const char *id_file = chosen.count ? write_ids(combine, &chosen) : "";
	char *id_list = joined(&chosen, ' ');
	if (!id_file) {
		combine->failed = true;
	} else if (!combine->selected || chosen.count) {
		struct variables variables = {"", id_list, id_file, ""};
		char *id_option =
			combine->selected ? expanded(&variables, command->id_option) : NULL;
		variables.list_option = combine->list ? command->list_option : "";
		variables.id_option = id_option           ? id_option
		                      : combine->selected ? command->id_option
		                                          : "";
		run_command(lanes, index, command, &variables);
		free(id_option);
	}
	free(id_list);
	strings_clear(&chosen);
}

static void
refill(void *context, struct lanes *lanes)
{
	struct combine *combine = context;
	while (combine->started < combine->recipe.count &&
	       (!combine->jobs || lanes_count(lanes) < combine->jobs))
		start(combine, combine->started++, lanes);
}

/*
 * What the commands say: the lane's route is the number of its command.
 */

/* The input that was lost is a command that failed, or could not be run. */
static void
tell_lost(struct combine *combine, const struct subunit2_event *event, size_t command)
{
	combine->failed = true;
	if (!subunit2_view_equal(event->file_name, SUBUNIT2_LITERAL("reason")))
		return;
	/* It begins with the lane's route. */
	struct subunit2_view why = event->file_bytes;
	const char *behind = memmem(why.data, why.len, ": ", 2);
	size_t len = behind ? (size_t)(behind + 2 - why.data) : 0;
	message("%s: %.*s", combine->recipe.commands[command].argv.items[0], (int)(why.len - len),
	        why.data + len);
}

static int
combine_event(struct subunit2_sink *sink, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	struct combine *combine = (struct combine *)sink;
	struct subunit2_view route = event->route_code;
	const char *slash = memchr(route.data, '/', route.len);
	size_t command = strtoul(route.data, NULL, 10);
	const char *prefix = combine->recipe.commands[command].prefix;
	struct subunit2_event changed = *event;
	if (!slash && lost_input_is(event)) {
		tell_lost(combine, event, command);
		return SUBUNIT2_OK;
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
	int result = subunit2_sink_event(combine->next, &changed, error);
	free(id);
	return result;
}

static int
combine_finish(struct subunit2_sink *sink, struct subunit2_error *error)
{
	return subunit2_sink_finish(((struct combine *)sink)->next, error);
}

static int
run_commands(struct combine *combine, struct outputs *outputs)
{
	struct merge merge;
	const struct merge_options options = {
		.from = format_named(SUBUNIT2_LITERAL("subunit")),
		.sink = &combine->sink,
		.outputs = outputs,
		.refill = refill,
		.context = combine,
	};
	if (!merge_begin(&merge, &options)) {
		message("cannot begin: %s", strerror(errno));
		return COMMAND_IO;
	}
	merge_run(&merge);
	combine->interrupted_by = merge.interrupted_by;
	merge_end(&merge);
	return combine->failed ? COMMAND_BAD : COMMAND_GOOD;
}

static int
check(void *context, struct options *options)
{
	(void)context;
	return *options_arguments(options)
	               ? 0
	               : options_refuse(options, "a file of commands is needed");
}

/* The first argument is the recipe, the others are ids. */
static int
run(void *context, const char *const *arguments)
{
	struct combine *combine = context;
	strings_add_all(&combine->ids, (char *const *)(arguments + 1));
	combine->selected = combine->selected || arguments[1];
	if (!recipe_read(&combine->recipe, arguments[0]))
		return COMMAND_IO;
	struct outputs *outputs = stream_stdout("subunit", NULL);
	if (!outputs)
		return COMMAND_IO;
	combine->sink = (struct subunit2_sink){combine_event, combine_finish, NULL};
	combine->next = outputs_sink(outputs);
	int status = run_commands(combine, outputs);
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
		.take = take,
		.check = check,
		.run = run,
	};
	struct combine combine = {.jobs = 1};
	int status = compat_main(&tool, &combine, argc, argv);
	strings_clear(&combine.ids);
	strings_clear(&combine.id_files);
	recipe_clear(&combine.recipe);
	if (combine.interrupted_by)
		signals_die(combine.interrupted_by);
	return status;
}
