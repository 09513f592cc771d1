/* SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause */
/*
 * subunit2disk: writes a folder for each test, with its files. Text that belongs to no
 * test becomes the file stdout next to the folders.
 */
#include "compat.h"
#include "exit_status.h"
#include "memory.h"
#include "stream.h"
#include "writer.h"

#include <stdlib.h>

static const struct poptOption table[] = {
	{"directory", 'd', POPT_ARG_STRING, NULL, 'd', "where the folders are made (default: here)",
         "DIR"},
	POPT_TABLEEND,
};

static int
compat_disk_parse_option(void *context, struct options *options, int option)
{
	char **directory = context;
	(void)option;
	free(*directory);
	*directory = options_move_value(options);
	return 0;
}

static int
compat_disk_run(void *context, const char *const *paths)
{
	const char *directory = *(char **)context;
	struct output_options to = {.append = true}; /* as Python's tool does */
	stream_add_output(&to, format_named(SUBUNIT2_LITERAL("disk")), directory ? directory : ".");
	struct outputs *outputs = stream_open(&to, paths);
	int status = EXIT_STATUS_IO;
	if (outputs)
		status = stream_close(outputs, stream_read(paths, outputs_sink(outputs), outputs));
	output_options_clear(&to);
	return status;
}

int
compat_disk(int argc, const char **argv)
{
	static const struct compat_tool tool = {
		.spec.usage = "[OPTION...] [FILE]",
		.spec.about = "Writes a folder for each test: its files, and what is known of it "
			      "as test.json.",
		.spec.table = table,
		.take = compat_disk_parse_option,
		.run = compat_disk_run,
	};
	char *directory = NULL;
	int status = compat_main(&tool, &directory, argc, argv);
	free(directory);
	return status;
}
