/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "output_options.h"

#include "memory.h"
#include "packet_fifo.h"
#include "run_folder.h"
#include "shell_quote.h"
#include "socket_output.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	OPTION_TO = OPTIONS_OUTPUTS,
	OPTION_OUTPUT,
	OPTION_APPEND,
	OPTION_COLOR,
	OPTION_CI,
	OPTION_TITLE,
};

const struct poptOption output_options_table[] = {
	{"to", '\0', POPT_ARG_STRING, NULL, OPTION_TO, "write this format to standard output",
         "FORMAT"},
	{"output", 'o', POPT_ARG_STRING, NULL, OPTION_OUTPUT,
         "write a file, its format by its ending, or a numbered file in FOLDER/; repeatable",
         "[FORMAT:]FILE"},
	{"append", '\0', POPT_ARG_NONE, NULL, OPTION_APPEND,
         "add to the files, instead of replacing them", NULL},
	{"color", '\0', POPT_ARG_STRING, NULL, OPTION_COLOR, "color reports", "auto|always|never"},
	POPT_TABLEEND,
};

const struct poptOption output_options_report_table[] = {
	OPTIONS_GROUP(NULL, output_options_table),
	{"ci", '\0', POPT_ARG_NONE | POPT_ARGFLAG_OPTIONAL, NULL, OPTION_CI,
         "write the log of a CI service, detected or --ci=github, gitlab, plain", NULL},
	OPTIONS_VALUE("title", '\0', OPTION_TITLE, "the heading of markdown", "TEXT"),
	POPT_TABLEEND,
};

static const struct format *
output_options_written_format(struct options *options, struct subunit2_view name)
{
	const struct format *format = format_named(name);
	if (format && format->out)
		return format;
	char *reason = format_refusal(name, true);
	options_refuse_value(options, reason);
	free(reason);
	return NULL;
}

static int
output_options_parse_to(struct output_options *opts, struct options *options,
                        const struct format *format)
{
	if (format && format->folder)
		return options_refuse_value(options, "it is written to a folder: -o disk:FOLDER");
	if ((opts->to || opts->ci) && format)
		return options_refuse_value(options, "standard output has a format already");
	opts->to = format;
	return format ? 0 : -1;
}

static void
output_options_add_file(struct output_options *opts, const struct format *format, const char *path)
{
	opts->files = memory_resize(opts->files, opts->count + 1, sizeof(*opts->files));
	opts->files[opts->count++] = (struct output_target){
		.format = format,
		.path = memory_copy(path),
		.is_run_folder = !format->folder && run_folder_is_named(path),
	};
}

bool
output_options_find_fifo(struct output_target *target)
{
	static char path[] = PACKET_FIFO_FILE;
	int fd = packet_fifo_open();
	if (fd < 0)
		return false;
	close(fd);
	*target = (struct output_target){
		.format = format_named(SUBUNIT2_LITERAL("subunit")),
		.path = path,
	};
	return true;
}

/* Adds the stream of the wrap that runs this program as an output. If there is no such stream,
 * nothing is added, and standard output is used. */
static int
output_options_open_packet_fifo(struct output_options *opts, const struct format *format)
{
	struct output_target fifo;
	if (output_options_find_fifo(&fifo))
		output_options_add_file(opts, format ? format : fifo.format, fifo.path);
	return 0;
}

bool
output_options_to_fifo(struct output_options *opts)
{
	if (!opts->count)
		output_options_open_packet_fifo(opts, NULL);
	return opts->count > 0;
}

int
output_options_check(const struct output_options *opts, struct options *options)
{
	bool any_folder = false;
	for (size_t i = 0; i < opts->count; i++)
		any_folder |= opts->files[i].is_run_folder;
	if (opts->append && !opts->count)
		return options_refuse(options, "--append: needs -o FILE");
	return opts->keep && !any_folder ? options_refuse(options, "--keep: needs -o FOLDER/") : 0;
}

/* Returns true if an -o before this one names the file at PATH. */
static bool
output_options_is_written(const struct output_options *opts, const char *path)
{
	struct stat one, other;
	bool exists = stat(path, &one) == 0 && S_ISREG(one.st_mode);
	for (size_t i = 0; i < opts->count; i++) {
		if (strcmp(opts->files[i].path, path) == 0 && (exists || stat(path, &other) < 0))
			return true;
		if (exists && stat(opts->files[i].path, &other) == 0 &&
		    one.st_dev == other.st_dev && one.st_ino == other.st_ino)
			return true;
	}
	return false;
}

/* Refuses --append for a format of which a file holds one document only. */
static int
output_options_refuse_appending(const struct output_options *opts, struct options *options)
{
	for (size_t i = 0; opts->append && i < opts->count; i++)
		if (opts->files[i].format->whole)
			return options_refuse(options, "--append: %s: %s cannot be added to",
			                      opts->files[i].path, opts->files[i].format->name);
	return 0;
}

/* Returns whether NAME, which stands before a colon, looks like a mistyped format. */
static bool
output_options_is_near_format(struct subunit2_view name)
{
	char *word = memory_copy_len(name.data, name.len);
	bool plain = !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                                "0123456789-")];
	free(word);
	return plain && name.len > 2 && format_nearest(name, true, true);
}

/* Parses FORMAT:FILE if the part before the first colon is a format, else FILE. */
static int
output_options_parse_output(struct output_options *opts, struct options *options)
{
	const char *path = options->value, *colon = strchr(path, ':');
	const struct format *format = NULL;
	struct subunit2_view word = {path, colon ? (size_t)(colon - path) : 0};
	if (colon)
		format = format_named(word);
	bool named = format;
	if (colon && !named && !socket_output_is_name(path) && output_options_is_near_format(word))
		return output_options_written_format(options, word) ? 0 : -1;
	if (named)
		path = colon + 1;
	else if (socket_output_is_name(path))
		format = format_named(SUBUNIT2_LITERAL("subunit"));
	else
		format = strcmp(path, "-") == 0 || run_folder_is_named(path)
		                 ? format_named(SUBUNIT2_LITERAL("subunit"))
		                 : format_of_path(path);
	if (!*path)
		return options_refuse_value(options, "no file is named");
	if (strcmp(path, PACKET_FIFO_FILE) == 0)
		return output_options_open_packet_fifo(opts, format);
	/* x.json.gz has the format json when it is read, but outputs are never compressed. */
	if (!named && subunit2_view_ends(subunit2_view_of(path), SUBUNIT2_LITERAL(".gz")))
		return options_refuse_value(options, "nothing is written compressed: "
		                                     "use a pipe, as in --to=json | gzip");
	if (!format)
		return options_refuse_value(options,
		                            "the ending tells no format: say it, as in json:FILE");
	if (!format->out)
		return options_refuse_value(options, "this format is only read");
	if (strcmp(path, "-") == 0)
		return output_options_parse_to(opts, options, format);
	if (run_folder_is_named(path) && !format->folder) {
		if (strcmp(format->name, "subunit") != 0)
			return options_refuse_value(options, "a folder of runs holds subunit");
		if (run_folder_is_repository(path))
			return options_refuse_value(options,
			                            "belongs to testr or stestr: use their "
			                            "load, as in testr load <run.subunit");
	}
	if (output_options_is_written(opts, path))
		return options_refuse_value(options, "this file is written already");
	output_options_add_file(opts, format, path);
	return output_options_refuse_appending(opts, options);
}

static int
output_options_parse_color(struct output_options *opts, struct options *options)
{
	static const char *const words[] = {"auto", "always", "never", NULL};
	int index = 0, result = options_parse_choice(options, words, &index);
	opts->color = (enum color)index;
	return result;
}

/* Parses --ci, or --ci=SERVICE. */
static int
output_options_parse_ci(struct output_options *opts, struct options *options)
{
	static const char *const words[] = {"github", "gitlab", "plain", NULL};
	int index = 0, result = 0;
	if (opts->to)
		return options_refuse(options, "--ci: standard output has a format already");
	if (options->value)
		result = options_parse_choice(options, words, &index);
	opts->ci = options->value ? CI_GITHUB + (unsigned)index : ci_detect();
	return result;
}

int
output_options_parse(struct output_options *opts, struct options *options, int option)
{
	switch (option) {
	case OPTION_TO:
		return output_options_parse_to(
			opts, options,
			output_options_written_format(options, subunit2_view_of(options->value)));
	case OPTION_OUTPUT:
		return output_options_parse_output(opts, options);
	case OPTION_APPEND:
		opts->append = true;
		return output_options_refuse_appending(opts, options);
	case OPTION_CI:
		return output_options_parse_ci(opts, options);
	case OPTION_TITLE:
		return options_parse_string(options, &opts->title);
	default:
		return output_options_parse_color(opts, options);
	}
}

void
output_options_set_command(struct output_options *opts, const char *const *argv)
{
	char *arguments = argv[1] ? shell_quote_words(argv + 1) : NULL;
	free(opts->command);
	/* argv[0] is "subunit2 COMMAND". */
	opts->command =
		memory_format("%s%s%s", argv[0], arguments ? " " : "", arguments ? arguments : "");
	free(arguments);
}

void
output_options_clear(struct output_options *opts)
{
	for (size_t i = 0; i < opts->count; i++)
		free(opts->files[i].path);
	free(opts->files);
	free(opts->command);
	free(opts->title);
	*opts = (struct output_options){0};
}
