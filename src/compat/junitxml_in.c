/*
 * junitxml2subunit: JUnit's XML, of files and of all such files below folders,
 * under the ids of the tool of that name: CLASSNAME::NAME.
 */
#include "compat.h"
#include "message.h"
#include "stream.h"

#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

static const struct poptOption table[] = {
	{"dir", 'd', POPT_ARG_STRING, NULL, 'd',
         "read every file below this folder that ends in .xml; repeatable", "DIR"},
	POPT_TABLEEND,
};

static const struct options_spec spec = {
	.usage = "[OPTION...] [FILE...]",
	.about = "Converts JUnit's XML.",
	.table = table,
};

static int
by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool
is_xml(const char *name)
{
	size_t len = strlen(name);
	return len >= 4 && strcmp(name + len - 4, ".xml") == 0;
}

/* Files before the folders beside them, each in the order of their names. */
static void
add_folder(struct strings *files, char *path)
{
	char *paths[] = {path, NULL};
	struct strings folders = {0};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	for (FTSENT *entry; tree && (entry = fts_read(tree));) {
		if (entry->fts_info == FTS_D && entry->fts_level == 1) {
			strings_add(&folders, entry->fts_path);
			fts_set(tree, entry, FTS_SKIP);
		} else if (entry->fts_info == FTS_F && is_xml(entry->fts_name)) {
			strings_add(files, entry->fts_path);
		}
	}
	if (tree)
		fts_close(tree);
	for (size_t i = 0; i < folders.count; i++)
		add_folder(files, folders.items[i]);
	strings_clear(&folders);
}

static int
take(void *context, struct options *options, int option)
{
	(void)option;
	struct strings *files = context;
	struct stat status;
	if (stat(options->value, &status) < 0)
		message("%s: %s", options->value, strerror(errno));
	else if (!S_ISDIR(status.st_mode))
		message("%s: %s", options->value, strerror(ENOTDIR));
	else
		add_folder(files, options->value);
	return 0;
}

static int
run(const char *const *paths)
{
	static const struct format from = {.name = "junit", .in = input_junit_colons};
	const struct inputs_options inputs = {.from = &from};
	struct stream_counter counter;
	struct outputs *outputs = stream_stdout("subunit");
	if (!outputs)
		return COMMAND_IO;
	struct subunit2_sink *counting = stream_counter_begin(&counter, outputs_sink(outputs));
	int status = inputs_read(paths, &inputs, counting, outputs);
	struct stream_counts counts = stream_counter_end(&counter);
	return stream_judge(stream_close(outputs, status), &counts, true);
}

int
compat_junitxml_in(int argc, const char **argv)
{
	struct options options;
	struct strings arguments = {0}, files = {0};
	compat_options_begin(&options, &arguments, argc, argv, &spec);
	if (options_read(&options, take, &files)) {
		for (const char **path = options_arguments(&options); *path; path++)
			strings_add(&files, *path);
		if (files.count)
			options.exit_status = run((const char *const *)files.items);
		else
			options_refuse(&options, "no file to read: name some, or a folder with -d");
	}
	options_end(&options);
	strings_clear(&arguments);
	strings_clear(&files);
	return options.exit_status;
}
