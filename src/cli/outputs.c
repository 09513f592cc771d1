/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "outputs.h"

#include "exit_status.h"
#include "input_file.h"
#include "label_lookahead.h"
#include "memory.h"
#include "message.h"
#include "output.h"
#include "reopen.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct outputs {
	struct subunit2_sink sink;
	struct subunit2_sink *reopen; /* before SINK; NULL: streams are not merged */
	struct writer_options writer;
	const char *const *inputs;
	struct output *items;
	size_t count;
	uint64_t keep;            /* runs in a folder; 0: all */
	const char *command;      /* of the run; NULL: not known */
	writer_open *live_writer; /* NULL: no live view */
	struct subunit2_sink *live;
};

/* Returns SUBUNIT2_E_OK as long as one output works: it must become complete. */
static enum subunit2_result
outputs_remaining_result(const struct outputs *outputs, struct subunit2_error *error)
{
	if (!outputs_all_failed(outputs))
		return SUBUNIT2_E_OK;
	return subunit2_error_set(error, outputs->items->failed, outputs->items->to.name,
	                          "could not be written");
}

/* Not inlined, so that the function below saves few registers. */
static __attribute__((noinline)) enum subunit2_result
outputs_event_to_each(struct outputs *outputs, const struct subunit2_event *event,
                      struct subunit2_error *error)
{
	bool works = false; /* one of them */
	struct subunit2_error own;
	for (size_t i = 0; i < outputs->count; i++) {
		struct output *output = &outputs->items[i];
		if (!output->failed)
			output_on_result(output, subunit2_sink_event(output->sink, event, &own),
			                 &own);
		works = works || !output->failed;
	}
	return works ? SUBUNIT2_E_OK : outputs_remaining_result(outputs, error);
}

/* Handles the failure OWN of the only output. Not inlined, so that the function below saves few
 * registers. */
static __attribute__((noinline)) enum subunit2_result
outputs_on_failure(struct outputs *outputs, const struct subunit2_error *own,
                   struct subunit2_error *error)
{
	output_report_failure(outputs->items, own);
	return outputs_remaining_result(outputs, error);
}

/* Most commands have one output, which works: its own path saves 60 instructions an event. */
static enum subunit2_result
outputs_event(struct subunit2_sink *self, const struct subunit2_event *event,
              struct subunit2_error *error)
{
	struct outputs *outputs = (struct outputs *)self;
	const struct output *output = outputs->items;
	struct subunit2_error own;
	if (outputs->count != 1 || output->failed)
		return outputs_event_to_each(outputs, event, error);
	if (subunit2_sink_event(output->sink, event, &own) >= 0)
		return SUBUNIT2_E_OK;
	return outputs_on_failure(outputs, &own, error);
}

static enum subunit2_result
outputs_finish(struct subunit2_sink *self, struct subunit2_error *error)
{
	struct outputs *outputs = (struct outputs *)self;
	struct subunit2_error own;
	for (size_t i = 0; i < outputs->count; i++) {
		struct output *output = &outputs->items[i];
		if (!output->failed)
			output_on_result(output, subunit2_sink_finish(output->sink, &own), &own);
	}
	return outputs_remaining_result(outputs, error);
}

static bool
outputs_is_same(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

static bool
outputs_is_input(const struct outputs *outputs, const struct stat *file)
{
	for (const char *const *paths = outputs->inputs; *paths; paths++) {
		struct stat input;
		int missing = strcmp(*paths, "-") == 0 ? fstat(STDIN_FILENO, &input)
		                                       : stat(*paths, &input);
		if (!missing && outputs_is_same(&input, file))
			return true;
	}
	return false;
}

static bool
outputs_is_output(const struct outputs *outputs, const struct stat *file)
{
	for (size_t i = 0; i < outputs->count; i++) {
		struct stat output;
		int fd = outputs->items[i].to.fd;
		if (fd >= 0 && fstat(fd, &output) == 0 && outputs_is_same(&output, file))
			return true;
	}
	return false;
}

/* Returns true, after a message, if the file at PATH is an input, which must not be emptied nor
 * grow while it is read, or another output. PATH NULL: standard output. */
static bool
outputs_is_in_use(const struct outputs *outputs, const char *path)
{
	struct stat file;
	if ((path ? stat(path, &file) : fstat(STDOUT_FILENO, &file)) < 0 || !S_ISREG(file.st_mode))
		return false;
	const char *use = outputs_is_input(outputs, &file)            ? "read"
	                  : path && outputs_is_output(outputs, &file) ? "written"
	                                                              : NULL;
	if (use)
		message("%s: is %s as well: name another file", path ? path : "standard output",
		        use);
	return use;
}

/* Returns the inputs that inputs_read reads for PATHS: none if NULL, "-" if empty. */
static const char *const *
outputs_inputs_of(const char *const *paths)
{
	static const char *const none[] = {NULL}, *const standard_input[] = {"-", NULL};
	return !paths ? none : *paths ? paths : standard_input;
}

/* Returns true, after messages, if there are inputs and none of them can be read. */
static bool
outputs_no_input_is_readable(const char *const *inputs)
{
	size_t count = 0, failed = 0;
	while (inputs[count])
		count++;
	/* Keep the errors of the first look: a file may become readable a moment later. */
	struct subunit2_error *errors = memory_zeroed(count + 1, sizeof(*errors));
	while (failed < count && input_file_look(inputs[failed], &errors[failed]) != SUBUNIT2_E_OK)
		failed++;
	bool all = count > 0 && failed == count;
	for (size_t i = 0; all && i < count; i++)
		message_error(NULL, &errors[i]);
	free(errors);
	return all;
}

static bool
outputs_add(struct outputs *outputs, const struct output_target *target,
            const struct output_file_options *options)
{
	struct output *output = &outputs->items[outputs->count];
	const struct output_setup setup = {
		.file = *options,
		.writer = &outputs->writer,
		.live_writer = outputs->live_writer,
		.command = outputs->command,
	};
	if (!target->is_run_folder && outputs_is_in_use(outputs, target->path))
		return false;
	if (!output_begin(output, target))
		return false;
	outputs->count++;
	bool good = output_open(output, target, &setup);
	if (output->live)
		outputs->live = output->sink;
	return good;
}

/* Returns NAME, or "github" in place of "text" in a log of GitHub Actions. */
static const char *
outputs_report_for(const char *name)
{
	bool there = ci_detect() == CI_GITHUB && !isatty(STDOUT_FILENO);
	return there && name && strcmp(name, "text") == 0 ? "github" : name;
}

/* Returns true if packets to standard output would be printed into the log of a CI job. */
static bool
outputs_would_spoil_log(const struct outputs_defaults *defaults)
{
	return defaults->for_people && !isatty(STDOUT_FILENO) && ci_stdout_is_log();
}

static const struct format *
outputs_stdout_format(const struct output_options *opts, const struct outputs_defaults *defaults)
{
	const char *name = defaults->beside;
	if (opts->to)
		return opts->to;
	if (opts->ci)
		return format_named(subunit2_view_of(ci_format(opts->ci)));
	if (opts->count == 0)
		name = isatty(STDOUT_FILENO)               ? defaults->terminal
		       : outputs_would_spoil_log(defaults) ? "text"
		                                           : defaults->piped;
	name = outputs_report_for(name);
	return name ? format_named(subunit2_view_of(name)) : NULL;
}

/* Adds the stream of the wrap around this program, if its packets would not reach it: standard
 * output is a terminal, as with --pty, and gets text instead. */
static bool
outputs_add_enclosing(struct outputs *outputs, const struct output_options *opts,
                      const struct outputs_defaults *defaults, struct output_file_options options)
{
	struct output_target enclosing;
	bool hidden = !opts->to && !opts->ci && opts->count == 0 && defaults->piped &&
	              strcmp(defaults->piped, "subunit") == 0 && isatty(STDOUT_FILENO);
	if (!hidden || !output_options_find_fifo(&enclosing))
		return true;
	return outputs_add(outputs, &enclosing, &options);
}

/* Returns how many outputs are standard output. */
static size_t
outputs_count_on_stdout(const struct output_options *opts, const struct format *on_stdout)
{
	size_t count = on_stdout ? 1 : 0;
	for (size_t i = 0; i < opts->count; i++)
		count += !opts->files[i].path;
	return count;
}

/* Returns whether a report on standard output, or one of OPTS, shows labels as tests end. */
static bool
outputs_show_labels(const struct output_options *opts, const struct format *on_stdout)
{
	bool show = on_stdout && on_stdout->shows_labels;
	for (size_t i = 0; i < opts->count; i++)
		show |= opts->files[i].format->shows_labels;
	return show;
}

/* Returns false, after a message, if OUTPUT would append a second document to a file whose format
 * allows only one. */
static bool
outputs_may_be_written(const struct output_target *output, bool append)
{
	struct stat file;
	if (!append || !output->path || !output->format->whole || stat(output->path, &file) != 0 ||
	    file.st_size == 0)
		return true;
	message("%s: %s cannot be added to", output->path, output->format->name);
	return false;
}

struct outputs *
outputs_open(const struct output_options *opts, const struct outputs_defaults *defaults,
             const struct writer_options *writer)
{
	const char *const *inputs = outputs_inputs_of(defaults->inputs);
	if (defaults->needs_input && outputs_no_input_is_readable(inputs))
		return NULL;
	struct outputs *outputs = memory_zeroed(1, sizeof(*outputs));
	outputs->sink = (struct subunit2_sink){outputs_event, outputs_finish, NULL};
	outputs->reopen = defaults->merges ? reopen_new(&outputs->sink) : NULL;
	outputs->writer = *writer;
	if (opts->title || !writer->title)
		outputs->writer.title = opts->title ? opts->title : opts->command;
	outputs->live_writer = defaults->live;
	outputs->keep = opts->keep;
	outputs->command = opts->command;
	outputs->inputs = inputs;
	outputs->items = memory_zeroed(opts->count + 2, sizeof(*outputs->items));

	const struct format *on_stdout = outputs_stdout_format(opts, defaults);
	if (!writer->labels_differ && !defaults->some_routes &&
	    outputs_show_labels(opts, on_stdout))
		outputs->writer.labels_differ = label_lookahead(inputs);
	struct output_file_options options = {
		.owned = !defaults->shared,
		.beside = outputs_count_on_stdout(opts, on_stdout) > 1,
		.flood = defaults->flood,
		.color = opts->color,
	};
	struct output_target standard = {.format = on_stdout};
	bool good = !on_stdout || outputs_add(outputs, &standard, &options);

	options.append = opts->append || defaults->append;
	options.owned = true;
	good = good && outputs_add_enclosing(outputs, opts, defaults, options);
	for (size_t i = 0; good && i < opts->count; i++)
		good = outputs_may_be_written(&opts->files[i], options.append) &&
		       outputs_add(outputs, &opts->files[i], &options);
	if (good)
		return outputs;
	/* A run that was not begun is not published. */
	for (size_t i = 0; i < outputs->count; i++)
		if (!outputs->items[i].failed)
			outputs->items[i].failed = SUBUNIT2_E_SYSTEM;
	outputs_close(outputs);
	return NULL;
}

struct subunit2_sink *
outputs_sink(struct outputs *outputs)
{
	return outputs->reopen ? outputs->reopen : &outputs->sink;
}

struct subunit2_sink *
outputs_live(const struct outputs *outputs)
{
	return outputs->live;
}

void
outputs_note_lost_input(struct outputs *outputs)
{
	outputs->writer.lacks_input = true;
}

bool
outputs_flush(struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->count; i++)
		output_flush(&outputs->items[i]);
	return !outputs_failed(outputs);
}

bool
outputs_failed(const struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->count; i++)
		if (outputs->items[i].failed)
			return true;
	return false;
}

bool
outputs_all_failed(const struct outputs *outputs)
{
	size_t failed = 0;
	for (size_t i = 0; i < outputs->count; i++)
		failed += outputs->items[i].failed != 0;
	return failed > 0 && failed == outputs->count;
}

int
outputs_close(struct outputs *outputs)
{
	for (size_t i = 0; i < outputs->count; i++)
		output_close(&outputs->items[i], outputs->keep);
	int status = outputs_failed(outputs) ? EXIT_STATUS_IO : EXIT_STATUS_GOOD;
	if (outputs->reopen)
		subunit2_sink_free(outputs->reopen);
	free(outputs->items);
	free(outputs);
	return status;
}
