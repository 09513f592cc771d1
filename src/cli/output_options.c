/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
#include "output_options.h"

#include "memory.h"
#include "packet_fifo.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	OPTION_TO = OPTIONS_OUTPUTS,
	OPTION_OUTPUT,
	OPTION_APPEND,
	OPTION_COLOR,
};

const struct poptOption outputs_table[] = {
	{"to", '\0', POPT_ARG_STRING, NULL, OPTION_TO, "write this format to standard output",
         "FORMAT"},
	{"output", 'o', POPT_ARG_STRING, NULL, OPTION_OUTPUT,
         "write a file, its format by its ending; repeatable", "[FORMAT:]FILE"},
	{"append", '\0', POPT_ARG_NONE, NULL, OPTION_APPEND,
         "add to the files, instead of replacing them", NULL},
	{"color", '\0', POPT_ARG_STRING, NULL, OPTION_COLOR, "color reports", "auto|always|never"},
	POPT_TABLEEND,
};

static const struct format *
written_format(struct options *options, struct subunit2_view name)
{
	const struct format *format = format_named(name);
	if (format && format->out)
		return format;
	options_refuse_value(options, format ? "this format is only read" : "no such format");
	return NULL;
}

static int
take_to(struct outputs_options *said, struct options *options, const struct format *format)
{
	if (format && format->folder)
		return options_refuse_value(options, "it is written to a folder: -o disk:FOLDER");
	if (said->to && format)
		return options_refuse_value(options, "standard output has a format already");
	said->to = format;
	return format ? 0 : -1;
}

static void
add_file(struct outputs_options *said, const struct format *format, const char *path)
{
	said->files = memory_resize(said->files, said->count + 1, sizeof(*said->files));
	said->files[said->count++] = (struct outputs_file){format, memory_copy(path)};
}

/* The stream of the wrap around this program; standard output where there is none. */
static int
take_channel(struct outputs_options *said, const struct format *format)
{
	int fd = channel_open();
	if (fd < 0)
		return 0;
	close(fd);
	add_file(said, format ? format : format_named(SUBUNIT2_LITERAL("subunit")), CHANNEL_FILE);
	return 0;
}

bool
outputs_to_channel(struct outputs_options *said)
{
	if (!said->count)
		take_channel(said, NULL);
	return said->count > 0;
}

/* True when a file that was said is the one at PATH. */
static bool
is_written(const struct outputs_options *said, const char *path)
{
	struct stat one, other;
	bool exists = stat(path, &one) == 0 && S_ISREG(one.st_mode);
	for (size_t i = 0; i < said->count; i++) {
		if (strcmp(said->files[i].path, path) == 0 && (exists || stat(path, &other) < 0))
			return true;
		if (exists && stat(said->files[i].path, &other) == 0 &&
		    one.st_dev == other.st_dev && one.st_ino == other.st_ino)
			return true;
	}
	return false;
}

/* Two documents in one file are none. */
static int
refuse_appending(const struct outputs_options *said, struct options *options)
{
	for (size_t i = 0; said->append && i < said->count; i++)
		if (said->files[i].format->whole)
			return options_refuse(options, "--append: %s: %s cannot be added to",
			                      said->files[i].path, said->files[i].format->name);
	return 0;
}

/* FORMAT:FILE, when what stands before the colon is a format; FILE otherwise. */
static int
take_output(struct outputs_options *said, struct options *options)
{
	const char *path = options->value, *colon = strchr(path, ':');
	const struct format *format = NULL;
	if (colon)
		format = format_named((struct subunit2_view){path, (size_t)(colon - path)});
	bool named = format;
	if (named)
		path = colon + 1;
	else
		format = strcmp(path, "-") == 0 ? format_named(SUBUNIT2_LITERAL("subunit"))
		                                : format_of_path(path);
	if (!*path)
		return options_refuse_value(options, "no file is named");
	if (strcmp(path, CHANNEL_FILE) == 0)
		return take_channel(said, format);
	/* Inputs may be compressed; outputs never are. */
	if (!named && subunit2_view_ends(subunit2_view_of(path), SUBUNIT2_LITERAL(".gz")))
		return options_refuse_value(options, "nothing is written compressed: "
		                                     "use a pipe, as in --to=json | gzip");
	if (!format)
		return options_refuse_value(options,
		                            "the ending tells no format: say it, as in json:FILE");
	if (!format->out)
		return options_refuse_value(options, "this format is only read");
	if (strcmp(path, "-") == 0)
		return take_to(said, options, format);
	if (is_written(said, path))
		return options_refuse_value(options, "this file is written already");
	add_file(said, format, path);
	return refuse_appending(said, options);
}

static int
take_color(struct outputs_options *said, struct options *options)
{
	static const char *const words[] = {"auto", "always", "never", NULL};
	int index = 0, result = options_take_choice(options, words, &index);
	said->color = (enum color)index;
	return result;
}

int
outputs_take(struct outputs_options *said, struct options *options, int option)
{
	switch (option) {
	case OPTION_TO:
		return take_to(said, options,
		               written_format(options, subunit2_view_of(options->value)));
	case OPTION_OUTPUT:
		return take_output(said, options);
	case OPTION_APPEND:
		said->append = true;
		return refuse_appending(said, options);
	default:
		return take_color(said, options);
	}
}

void
outputs_options_clear(struct outputs_options *said)
{
	for (size_t i = 0; i < said->count; i++)
		free(said->files[i].path);
	free(said->files);
	*said = (struct outputs_options){0};
}
