/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2 mux: merges live streams into one, each under a routing code of its own.
 *
 * Exit status: 0 if all was read and written, also if tests failed; 2 usage; 3 if a file could not
 * be read, an address could not be used, or an output could not be written. If a signal ends it
 * before all inputs have ended, it writes the events that have arrived, and ends by that signal;
 * while it listens, a signal is the normal end, and the status is 0.
 */
#include "base_name.h"
#include "command.h"
#include "exit_status.h"
#include "inputs.h"
#include "listener.h"
#include "memory.h"
#include "message.h"
#include "mux_server.h"
#include "mux_stdin.h"
#include "path_labels.h"
#include "pipeline.h"
#include "rlimits.h"
#include "route_names.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

/* Descriptors besides those of inputs: the program's own, and those of a command while it is
 * started. */
#define OWN_FDS 32
#define COMMAND_FDS 3

enum {
	OPTION_LISTEN = OPTIONS_LONG,
	OPTION_CONNECTIONS,
	OPTION_COMMAND,
	OPTION_FAIL_FAST,
	OPTION_PREFIX,
	OPTION_STDIN,
	OPTION_CLOCK,
};

static const struct poptOption inflow_table[] = {
	{"listen", '\0', POPT_ARG_STRING, NULL, OPTION_LISTEN,
         "read a stream from each connection; repeatable", "[unix:]PATH|[HOST]:PORT"},
	{"connections", '\0', POPT_ARG_STRING, NULL, OPTION_CONNECTIONS,
         "stop listening after N connections", "N"},
	{"command", '\0', POPT_ARG_STRING, NULL, OPTION_COMMAND,
         "run COMMAND with sh and read its output; repeatable", "COMMAND"},
	{"fail-fast", '\0', POPT_ARG_NONE, NULL, OPTION_FAIL_FAST,
         "stop at the first failure, and end the commands", NULL},
	OPTIONS_VALUE("clock", '\0', OPTION_CLOCK,
                      "keep the times of live inputs, or shift them by the offset of their clocks",
                      "keep|shift"),
	OPTIONS_FLAG("prefix", '\0', OPTION_PREFIX,
                     "put the routing code of an input before its ids"),
	OPTIONS_VALUE("stdin", '\0', OPTION_STDIN,
                      "pass packets on standard input to the commands (default: none)",
                      "none|subunit"),
	{"tag", 't', POPT_ARG_STRING, NULL, 't', "tag every test; repeatable", "TAG"},
	POPT_TABLEEND,
};

static const struct poptOption table[] = {
	OPTIONS_GROUP(NULL, inflow_table),
	OPTIONS_GROUP("Input:", inputs_table),
	OPTIONS_GROUP("Output:", output_options_table),
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [[ROUTE=]FILE...]",
	.about = "Merges live streams into one, each under a routing code of its own.",
	.table = table,
};

struct mux {
	struct inputs_options inputs;
	struct output_options outputs;
	struct string_list addresses, commands;
	struct subunit2_tagset tags;
	uint64_t connections; /* 0: no limit */
	bool fail_fast, prefix, stdin_stream, shift_clocks;

	struct string_list routes; /* all routing codes that are in use */
	struct string_list command_routes;
	struct string_list files;
	size_t named_routes;      /* of files, which may be equal */
	const char **file_routes; /* of each file, in routes; NULL: not chosen yet */
};

static void
mux_clear(struct mux *mux)
{
	output_options_clear(&mux->outputs);
	string_list_clear(&mux->addresses);
	string_list_clear(&mux->commands);
	subunit2_tagset_clear(&mux->tags);
	string_list_clear(&mux->routes);
	string_list_clear(&mux->command_routes);
	string_list_clear(&mux->files);
	free(mux->file_routes);
}

static int
mux_parse_address(struct mux *mux, struct options *options)
{
	const char *fault = listener_fault(options->value);
	if (fault)
		return options_refuse_value(options, fault);
	string_list_add(&mux->addresses, options->value);
	return 0;
}

static int
mux_parse_option(void *context, struct options *options, int option)
{
	struct mux *mux = context;
	switch (option) {
	case OPTION_LISTEN:
		return mux_parse_address(mux, options);
	case OPTION_CONNECTIONS:
		return options_parse_number(options, 1, UINT64_MAX, &mux->connections);
	case OPTION_COMMAND:
		string_list_add(&mux->commands, options->value);
		return 0;
	case OPTION_STDIN:
		return options_parse_either(options, "none", "subunit", &mux->stdin_stream);
	case OPTION_CLOCK:
		return options_parse_either(options, "keep", "shift", &mux->shift_clocks);
	case OPTION_PREFIX:
		mux->prefix = true;
		return 0;
	case OPTION_FAIL_FAST:
		mux->fail_fast = true;
		return 0;
	case 't':
		return options_parse_tag(options, &mux->tags);
	default:
		return option >= OPTIONS_INPUTS
		               ? inputs_parse_option(&mux->inputs, options, option)
		               : output_options_parse(&mux->outputs, options, option);
	}
}

/* Adds ROUTE=FILE, or FILE, whose route mux_route_files chooses. Returns false after a message. */
static bool
mux_add_file(struct mux *mux, struct options *options, const char *argument)
{
	const char *equals = strchr(argument, '=');
	const char *path = equals ? equals + 1 : argument;
	struct subunit2_view route = {argument, equals ? (size_t)(equals - argument) : 0};
	const char *fault = NULL;
	if (equals && !route.len)
		fault = "no routing code stands before the =";
	else if (!*path)
		fault = "no file is named";
	else if (!subunit2_utf8_is_string(route))
		fault = "the routing code is not valid UTF-8";
	else if (strcmp(path, "-") == 0 && string_list_has(&mux->files, path))
		fault = "standard input can be read only once";
	if (fault) {
		options_refuse(options, "%s: %s", argument, fault);
		return false;
	}
	size_t index = mux->files.count;
	string_list_add(&mux->files, path);
	mux->file_routes = memory_resize(mux->file_routes, mux->files.count, sizeof(char *));
	mux->file_routes[index] = NULL;
	if (equals) {
		string_list_add_owned(&mux->routes, memory_copy_len(route.data, route.len));
		mux->file_routes[index] = mux->routes.items[mux->routes.count - 1];
		mux->named_routes++;
	}
	return true;
}

/* Chooses the route of each file that has none: the shortest part of its path that differs from
 * those of the others. */
static void
mux_route_files(struct mux *mux)
{
	struct string_list paths = {0}, labels = {0};
	size_t label = 0;
	for (size_t i = 0; i < mux->files.count; i++) {
		bool is_stdin = strcmp(mux->files.items[i], "-") == 0;
		if (!mux->file_routes[i])
			string_list_add(&paths, is_stdin ? "stdin" : mux->files.items[i]);
	}
	path_labels_of(&labels, (const char *const *)paths.items, paths.count);
	for (size_t i = 0; i < mux->files.count; i++)
		if (!mux->file_routes[i])
			mux->file_routes[i] = route_names_add(&mux->routes, labels.items[label++]);
	string_list_clear(&paths);
	string_list_clear(&labels);
}

static bool
mux_parse_files(struct mux *mux, struct options *options)
{
	const char **arguments = options_arguments(options);
	for (; *arguments; arguments++)
		if (!mux_add_file(mux, options, *arguments))
			return false;
	if (mux->stdin_stream && !mux->commands.count) {
		options_refuse(options, "--stdin=subunit: there is no --command");
		return false;
	}
	if (mux->stdin_stream && string_list_has(&mux->files, "-")) {
		options_refuse(options, "-: --stdin=subunit reads standard input already");
		return false;
	}
	if (mux->connections && !mux->addresses.count) {
		options_refuse(options, "--connections: there is no --listen");
		return false;
	}
	if (!mux->files.count && !mux->commands.count && !mux->addresses.count)
		mux_add_file(mux, options, "-");
	mux_route_files(mux);
	return true;
}

/* Returns a route for the command TEXT: the name of its first program, made unique. */
static const char *
mux_route_of_command(struct mux *mux, const char *text)
{
	static const char blank[] = " \t\n";
	text += strspn(text, blank);
	char *word = memory_copy_len(text, strcspn(text, " \t\n;&|<>()"));
	const char *name = base_name(word);
	const char *route = route_names_add(&mux->routes, *name ? name : "command");
	free(word);
	return route;
}

/* Raises the limit of open files, since every input keeps its descriptor. Returns false, after a
 * message, if the hard limit is too low. */
static bool
mux_raise_limit(const struct mux *mux)
{
	struct rlimit limit;
	size_t needed = OWN_FDS + mux->outputs.count + mux->files.count +
	                LISTENER_ADDRESSES_MAX * mux->addresses.count +
	                COMMAND_FDS * mux->commands.count;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return true;
	if (limit.rlim_cur < needed || mux->addresses.count) {
		limit.rlim_cur = limit.rlim_max;
		rlimits_raise(limit.rlim_cur);
	}
	if (limit.rlim_cur >= needed)
		return true;
	message("so many inputs need %zu open files, but only %ju are allowed: see ulimit -Hn",
	        needed, (uintmax_t)limit.rlim_cur);
	return false;
}

static enum subunit2_result
mux_stop(void *context, const struct subunit2_event *event, struct subunit2_error *error)
{
	(void)context, (void)event, (void)error;
	return SUBUNIT2_E_STOP;
}

static void
mux_build_chain(struct pipeline *pipeline, const struct mux *mux, struct subunit2_sink *end)
{
	pipeline_init(pipeline, end);
	if (mux->fail_fast) {
		pipeline_push(pipeline, subunit2_fail_fast_new(mux_stop, NULL));
		pipeline_tee(pipeline, end);
	}
	if (subunit2_tagset_view(&mux->tags).count)
		pipeline_push(pipeline,
		              subunit2_tag_new(pipeline->first, subunit2_tagset_view(&mux->tags),
		                               SUBUNIT2_NO_TAGS));
}

/* Returns false, after a message, if SERVER cannot listen at an address. */
static bool
mux_listen(struct mux *mux, struct mux_server *server)
{
	for (size_t i = 0; i < mux->addresses.count; i++)
		if (!mux_server_listen(server, mux->addresses.items[i], &mux->routes))
			return false;
	return true;
}

/* Adds the files and commands to SERVER. BUFFERS are the standard input of each command; NULL: it
 * is empty. */
static void
mux_add_inputs(const struct mux *mux, struct mux_server *server,
               struct stdin_buffer *const *buffers)
{
	for (size_t i = 0; i < mux->files.count; i++)
		mux_inputs_read_file(&server->mux_inputs, mux->file_routes[i], mux->files.items[i]);
	for (size_t i = 0; i < mux->commands.count; i++) {
		const struct mux_command_options command = {
			.argv = (char *const[]){"sh", "-c", mux->commands.items[i], NULL},
			.stdin_buffer = buffers ? buffers[i] : NULL,
		};
		mux_inputs_run_command(&server->mux_inputs, mux->command_routes.items[i], &command);
	}
}

static void
mux_turn_stdin(void *context, struct mux_inputs *mux_inputs)
{
	(void)mux_inputs;
	stdin_router_turn(context);
}

/* Returns the exit status; sets *SIGNO to the signal by which to end, or to 0. */
static int
mux_serve(struct mux *mux, struct outputs *outputs, struct subunit2_sink *sink, int *signo)
{
	struct mux_server server;
	struct mux_server_options options = {
		.from = mux->inputs.from,
		.must_hold = mux->inputs.must_hold,
		.expects_tests = mux->files.count + mux->commands.count > 1 || mux->addresses.count,
		.add_times = true,
		.shift_clocks = mux->shift_clocks,
		.add_prefix = mux->prefix,
		.sink = sink,
		.outputs = outputs,
		.connections = mux->connections,
	};
	if (!mux_server_begin(&server, &options)) {
		message("cannot begin: %s", strerror(errno));
		return EXIT_STATUS_IO;
	}
	struct mux_stdin mux_stdin = {.count = 0};
	bool good = mux_listen(mux, &server);
	for (size_t i = 0; i < mux->commands.count; i++)
		string_list_add(&mux->command_routes,
		                mux_route_of_command(mux, mux->commands.items[i]));
	if (mux->stdin_stream) {
		mux_stdin_begin(&mux_stdin, server.supervisor.loop, &mux->command_routes);
		server.context = mux_stdin.router;
		server.refill = mux_turn_stdin;
	}
	if (good) {
		mux_add_inputs(mux, &server, mux_stdin.buffers);
		mux_server_run(&server);
	}
	mux_stdin_end(&mux_stdin);
	good = good && !server.mux_inputs.unreadable;
	*signo = server.interrupted_by;
	mux_server_end(&server);
	return good ? EXIT_STATUS_GOOD : EXIT_STATUS_IO;
}

static int
mux_run(struct mux *mux, int *signo)
{
	const struct outputs_defaults defaults = {
		.piped = "subunit",
		.terminal = "text",
		.inputs = (const char *const *)mux->files.items,
		.merges = mux->named_routes > 1,
	};
	const struct writer_options writer = {
		.labels_differ = mux->files.count + mux->commands.count > 1,
	};
	struct outputs *outputs;
	struct pipeline pipeline;
	if (!mux_raise_limit(mux) || !(outputs = outputs_open(&mux->outputs, &defaults, &writer)))
		return EXIT_STATUS_IO;
	mux_build_chain(&pipeline, mux, outputs_sink(outputs));
	int read = mux_serve(mux, outputs, pipeline.first, signo);
	pipeline_finish(&pipeline);
	pipeline_free(&pipeline);
	int written = outputs_close(outputs);
	return read != EXIT_STATUS_GOOD ? read : written;
}

int
cmd_mux(int argc, const char **argv)
{
	struct options options;
	struct mux mux = {0};
	int signo = 0;
	options_begin(&options, argc, argv, &spec);
	if (options_read(&options, mux_parse_option, &mux) && mux_parse_files(&mux, &options) &&
	    output_options_check(&mux.outputs, &options) == 0)
		options.exit_status = mux_run(&mux, &signo);
	options_end(&options);
	mux_clear(&mux);
	if (signo)
		signals_die(signo);
	return options.exit_status;
}
